"""The configuration of a run: read from what Snakemake loaded, checked, and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flt3itd.common.errors import UserError
from scripts.inputs.readable import check_readable, check_writable
from scripts.inputs.schemas import first_mistake, load_schema, with_defaults


@dataclass(frozen=True)
class Reference:
    """The genome: FASTA file, build (GRCh37 or GRCh38) and gene models (GTF)."""

    fasta: str
    build: str
    gene_models: str


@dataclass(frozen=True)
class Panel:
    """The panel: its name, targets (BED), and in how many parts it is called.

    `hotspots` is the table of codons that every sample gets an answer for; known variants, genes
    and tiers are tables that mark variants. `primers` are those of the amplicon samples.
    """

    name: str
    targets: str
    chunks: int
    hotspots: str | None
    known_variants: str | None
    genes: str | None
    tiers: str | None
    primers: str | None


@dataclass(frozen=True)
class Annotation:
    """VCF files of the user that say something of variants; `population_field` is an INFO field."""

    population: str | None
    population_field: str
    normals: str | None
    clinvar: str | None
    cosmic: str | None


@dataclass(frozen=True)
class Trimming:
    """Adapters as they appear at the 3' end of read 1 and read 2; lengths in bases."""

    adapter_read1: str
    adapter_read2: str
    minimum_read_length: int


@dataclass(frozen=True)
class Flt3:
    """Thresholds of the FLT3 caller in fragments."""

    minimum_mutant_fragments: int
    minimum_itd_depth: int
    minimum_tkd_depth: int


@dataclass(frozen=True)
class Controls:
    """Normal samples of the laboratory: their sheet, or tables by assay built from them earlier."""

    samples: str | None
    flt3_background: Mapping[str, str]
    kmt2a_dosage: Mapping[str, str]

    @property
    def tables(self) -> dict[str, str]:
        """The tables of an earlier run by their key, such as flt3_background.capture."""
        return {
            f"{key}.{assay}": path
            for key in ("flt3_background", "kmt2a_dosage")
            for assay, path in getattr(self, key).items()
        }


@dataclass(frozen=True)
class Thresholds:
    """What counts as covered and as a variant; config/README.md tells why."""

    minimum_depth: int
    minimum_vaf: float
    minimum_alternate_fragments: int
    minimum_mapping_quality: int
    minimum_base_quality: int
    maximum_population_frequency: float


@dataclass(frozen=True)
class Settings:
    """Everything in the configuration. Paths are relative to the working folder."""

    samples: str
    output: str
    reference: Reference
    panel: Panel
    annotation: Annotation
    simulation: str | None
    clinical: str | None
    trimming: Trimming
    flt3: Flt3
    controls: Controls
    thresholds: Thresholds


def read_settings(config: Mapping[str, Any], source: str) -> Settings:
    """Check and type a configuration that was loaded from `source`.

    Raises:
        UserError: A key is missing, unknown, or has a value that is not allowed.
    """
    schema = load_schema("config.schema.yaml")
    mistake = first_mistake(schema, dict(config))
    if mistake is not None:
        key, sentence = mistake
        raise UserError(f"{source}: {key + ': ' if key else ''}{sentence}")
    whole = with_defaults(schema, config)
    controls = _controls(whole["controls"])
    if controls.samples is not None and controls.tables:
        key = next(iter(controls.tables))
        raise UserError(
            f"{source}: controls.{key}: the tables are built from controls.samples, which is given "
            f"too; leave out controls.{key} to build them anew, or controls.samples to use the "
            "tables of an earlier run"
        )
    return Settings(
        samples=_path(whole["samples"]),
        output=_path(whole["output"]),
        reference=Reference(
            fasta=_path(whole["reference"]["fasta"]),
            build=whole["reference"]["build"],
            gene_models=_path(whole["reference"]["gene_models"]),
        ),
        panel=Panel(
            name=whole["panel"]["name"],
            targets=_path(whole["panel"]["targets"]),
            chunks=whole["panel"]["chunks"],
            hotspots=_optional_path(whole["panel"], "hotspots"),
            known_variants=_optional_path(whole["panel"], "known_variants"),
            genes=_optional_path(whole["panel"], "genes"),
            tiers=_optional_path(whole["panel"], "tiers"),
            primers=_optional_path(whole["panel"], "primers"),
        ),
        annotation=Annotation(
            population=_optional_path(whole["annotation"], "population"),
            population_field=whole["annotation"]["population_field"],
            normals=_optional_path(whole["annotation"], "normals"),
            clinvar=_optional_path(whole["annotation"], "clinvar"),
            cosmic=_optional_path(whole["annotation"], "cosmic"),
        ),
        simulation=_path(whole["simulation"]) if "simulation" in whole else None,
        clinical=_path(whole["clinical"]) if "clinical" in whole else None,
        trimming=Trimming(**whole["trimming"]),
        flt3=Flt3(
            minimum_mutant_fragments=whole["flt3"]["minimum_mutant_fragments"],
            minimum_itd_depth=whole["flt3"]["minimum_itd_depth"],
            minimum_tkd_depth=whole["flt3"]["minimum_tkd_depth"],
        ),
        controls=controls,
        thresholds=Thresholds(**whole["thresholds"]),
    )


def _controls(section: Mapping[str, Any]) -> Controls:
    return Controls(
        samples=_optional_path(section, "samples"),
        flt3_background={a: _path(p) for a, p in section["flt3_background"].items()},
        kmt2a_dosage={a: _path(p) for a, p in section["kmt2a_dosage"].items()},
    )


def check_files(settings: Settings, source: str) -> None:
    """Refuse a configuration that names files which are not there, or no place for results.

    Raises:
        UserError: A file does not exist or cannot be read; the output cannot be written.
    """
    for key, path in (
        ("reference.fasta", settings.reference.fasta),
        ("reference.gene_models", settings.reference.gene_models),
        ("panel.targets", settings.panel.targets),
        ("panel.hotspots", settings.panel.hotspots),
        ("panel.known_variants", settings.panel.known_variants),
        ("panel.genes", settings.panel.genes),
        ("panel.tiers", settings.panel.tiers),
        ("panel.primers", settings.panel.primers),
        ("annotation.population", settings.annotation.population),
        ("annotation.normals", settings.annotation.normals),
        ("annotation.clinvar", settings.annotation.clinvar),
        ("annotation.cosmic", settings.annotation.cosmic),
        ("simulation", settings.simulation),
        ("clinical", settings.clinical),
        ("controls.samples", settings.controls.samples),
        *((f"controls.{key}", path) for key, path in settings.controls.tables.items()),
    ):
        if path is not None:
            check_readable(f"{source}: {key}", path)
    check_writable(f"{source}: output", settings.output)


def _path(text: str) -> str:
    """The path without doubled slashes and leading ./, which Snakemake takes for other files."""
    return str(PurePath(text))


def _optional_path(section: Mapping[str, Any], key: str) -> str | None:
    return _path(section[key]) if key in section else None
