r"""Hold back in a sample what came over from others of its run; nothing is called again.

python -m scripts.carry_over.mark --sample S --patient P --samples S T --runs-of R1 - \
        --flt3 S/flt3.json T/flt3.json --panels S/panel.tsv T/panel.tsv --tables R1.tsv \
        --share 0.005 --itd-vcf S/itd.vcf.gz --panel-vcf S/panel.vcf.gz --out-flt3 flt3.json \
        --out results/S/
"""

from __future__ import annotations

import argparse
import gzip
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pysam

from flt3itd.common.filters import PASS
from flt3itd.common.tables import read_table, write_table
from flt3itd.common.unfinished import replace_all, unfinished_folder
from flt3itd.common.vcf import write_compressed
from flt3itd.outputs import OutputPaths, write_results
from flt3itd.records import AlleleKey, allele_key
from scripts.carry_over.alleles import AlleleKind, SeenAllele
from scripts.carry_over.donors import Findings, Key, compare
from scripts.carry_over.hold_back import without_carried_itds, without_carried_variants
from scripts.carry_over.list_run import read_samples
from scripts.command import run
from scripts.panel.rows import PanelVariant
from scripts.records.files import read_flt3

NO_RUN = "-"
"""Stands for a sample without a run."""


def find(options: argparse.Namespace) -> Findings:
    """Compare the sample with those of its patient and of their runs."""
    runs = ["" if name == NO_RUN else name for name in options.runs_of]
    patients = [options.patient] * len(runs)
    of_patient = read_samples(runs, patients, options.flt3, options.panels)
    of_runs = [row for table in options.tables for row in read_table(table, SeenAllele)]
    found = compare(options.sample, of_patient, of_runs, options.share)
    earlier = (row for path in options.earlier_panels for row in read_table(path, PanelVariant))
    return replace(found, own=found.own | own_of_earlier(earlier))


def own_of_earlier(rows: Iterable[PanelVariant]) -> frozenset[Key]:
    """The panel variants that pass in earlier runs: their carry-over was held back there."""
    return frozenset((AlleleKind.PANEL, allele_key(row)) for row in rows if row.filter == PASS)


def write_marked(options: argparse.Namespace, findings: Findings) -> None:
    """Write the results of a sample; VCF, tables and JSON say the same."""
    place = options.samples.index(options.sample)
    result = without_carried_itds(read_flt3(options.flt3[place]), findings)
    with pysam.VariantFile(str(options.itd_vcf)) as vcf:
        length = vcf.header.contigs[result.provenance.contig].length or 0
    folder: Path = options.out
    vcf_path = folder / "itd.vcf.gz"
    paths = OutputPaths(vcf_path, Path(f"{vcf_path}.tbi"), folder / "flt3.tsv", options.out_flt3)
    write_results(result, paths, length)
    rows = without_carried_variants(read_table(options.panels[place], PanelVariant), findings)
    table = folder / "panel.tsv"
    with unfinished_folder(table) as made:
        compressed = made / "panel.vcf.gz"
        text = with_filters(options.panel_vcf, {allele_key(row): row.filter for row in rows})
        index = write_compressed(compressed, text)
        write_table(made / "panel.tsv", PanelVariant, rows, result.provenance.build)
        names = [compressed.name, index.name, "panel.tsv"]
        replace_all([made / name for name in names], [folder / name for name in names])
    for (kind, allele), donor in findings.donors.items():
        logging.info("%s %s: donor %s", kind, " ".join(map(str, allele)), donor.sample)


def with_filters(vcf: Path, filters: Mapping[AlleleKey, str]) -> str:
    """The text of a VCF with other filters, by allele."""
    lines = []
    with gzip.open(vcf, "rt", encoding="utf-8") as source:
        for line in map(str.rstrip, source):
            if line.startswith("#"):
                lines.append(line)
                continue
            cells = line.split("\t")
            contig, position, _, ref, alt = cells[:5]
            cells[6] = filters[contig, int(position), ref, alt]
            lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `hold_back_carry_over` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("sample", "patient"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--samples", nargs="+", required=True, help="all of the patient")
    parser.add_argument("--runs-of", nargs="+", required=True, help="the run of each, or -")
    for name in ("flt3", "panels"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True, help="of each")
    parser.add_argument(
        "--earlier-panels", type=Path, nargs="*", default=[], help="of earlier runs of the patient"
    )
    parser.add_argument("--tables", type=Path, nargs="*", default=[], help="of these runs")
    parser.add_argument("--share", type=float, required=True)
    for name in ("itd-vcf", "panel-vcf", "out", "out-flt3"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args(arguments)
    write_marked(options, find(options))


if __name__ == "__main__":
    run(main)
