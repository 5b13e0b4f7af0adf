# `make run` runs the built-in example, `make test` all tests. Both set everything up first.
.DEFAULT_GOAL := help
.PHONY: help setup run test bench bench-panel bench-kinase bench-identity soak mutants lint audit lock clean
SHELL := /bin/bash

# Python keeps what it compiled: else every step of a run compiles again all that it imports.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
# Of the tests some wait, for a scheduler or a signal: one more of them than there are cores.
WORKERS ?= $(shell expr $(CORES) + 1)
VENV := $(CURDIR)/.venv
SNAKEMAKE := SNAKEMAKE_PROFILE=$(VENV)/profile $(VENV)/bin/snakemake

help:
	@echo "make run     run the pipeline on the built-in example (or your config/config.yaml)"
	@echo "make test    run all tests"
	@echo "make bench   measure the ITD caller on simulated samples (docs/benchmark.md)"
	@echo "make bench-panel   known variants of the panel through the whole pipeline (docs/panel-benchmark.md)"
	@echo "make bench-kinase   the kinase domain of FLT3 with and without controls (docs/panel-benchmark.md)"
	@echo "make bench-identity   swapped tubes and contamination, simulated (docs/identity.md)"
	@echo "make soak    cost, rising depth, many samples, a run killed in every rule (docs/performance.md)"
	@echo "make mutants   break every decision in turn: do the tests notice? (docs/mutants.md)"
	@echo "make lint    check style, types and workflow"
	@echo "make audit   look up known weaknesses of the locked Python packages (needs a network)"
	@echo "make setup   only set up .venv and the external tools"
	@echo "make lock    renew requirements.lock from pyproject.toml"
	@echo "make clean   remove what make and the tests made; results/ and example/ stay"

setup:
	@$(PYTHON) -m scripts.maintenance.setup_tools

run: setup
	@$(SNAKEMAKE) --cores $(CORES)

test: setup
	@PATH="$(VENV)/bin:$$PATH" SNAKEMAKE_PROFILE=$(VENV)/profile \
	  $(VENV)/bin/python -m pytest -n $(WORKERS) --no-loadscope-reorder \
	  $(PYTEST_ARGUMENTS)

bench: setup
	@PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python -m scripts.benchmark.flt3 $(BENCH_ARGUMENTS)

bench-panel: setup
	@PATH="$(VENV)/bin:$$PATH" SNAKEMAKE_PROFILE=$(VENV)/profile \
	  $(VENV)/bin/python -m scripts.benchmark.panel --work benchmark_panel $(BENCH_ARGUMENTS)
	@PATH="$(VENV)/bin:$$PATH" \
	  $(VENV)/bin/python -m scripts.benchmark.kmt2a --out benchmark_panel/kmt2a_dosage.tsv

bench-kinase: setup
	@PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python -m scripts.benchmark.kinase $(BENCH_ARGUMENTS)

bench-identity: setup
	@PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python -m scripts.benchmark.identity \
	  --snps panels/myeloid54/identity_snps.tsv --out benchmark_identity.tsv $(BENCH_ARGUMENTS)

soak: setup
	@PATH="$(VENV)/bin:$$PATH" SNAKEMAKE_PROFILE=$(VENV)/profile \
	  $(VENV)/bin/python -m scripts.soak.page $(SOAK_ARGUMENTS)

mutants: setup
	@PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python -m scripts.maintenance.mutants $(MUTANTS_ARGUMENTS)

lint: setup
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/snakefmt --check Snakefile rules
	@$(SNAKEMAKE) --lint

audit: setup
	@$(VENV)/bin/python -m scripts.maintenance.audit

lock:
	@$(PYTHON) -m scripts.maintenance.setup_tools --lock

clean:
	rm -rf .venv .uv .pytest_cache .mypy_cache .ruff_cache *.egg-info
	find flt3itd scripts tests -name __pycache__ -prune -exec rm -rf {} +
