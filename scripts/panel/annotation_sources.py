r"""What VCF files that the user names say about the calls, as INFO fields.

    python -m scripts.panel.annotation_sources --calls CALLS.vcf --genome-index GENOME.fa.fai \
        [--population gnomad.vcf.gz --population-field AF] [--normals normals.vcf.gz] \
        [--clinvar clinvar.vcf.gz] [--cosmic cosmic.vcf.gz] --out ANNOTATED.vcf

Alleles are matched by `bcftools annotate`, so the sources must be normalised as the calls are:
left-aligned, on the same build and contig names. A source none of whose contigs is in the genome
would say nothing of anything; it is refused.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import unfinished_folder
from scripts.command import run
from scripts.genome.variant_file import open_variants

POPULATION, CLINVAR, COSMIC, NORMALS = "POPULATION_AF", "CLINVAR", "COSMIC", "NORMALS"
"""INFO fields of the annotated calls."""


@dataclass(frozen=True)
class Source:
    """One VCF file and the arguments of `bcftools annotate` that take from it."""

    path: Path
    arguments: tuple[str, ...]
    field: str = ""
    """The INFO field that is taken; empty where none is."""


def sources_of(
    population: Path | None,
    population_field: str,
    normals: Path | None,
    clinvar: Path | None,
    cosmic: Path | None,
) -> list[Source]:
    """The sources that are given."""
    frequency = f"INFO/{POPULATION}:=INFO/{population_field}"
    possible = (
        (population, ("--columns", frequency), population_field),
        (normals, ("--mark-sites", f"+{NORMALS}"), ""),
        (clinvar, ("--columns", f"INFO/{CLINVAR}:=INFO/CLNSIG"), "CLNSIG"),
        (cosmic, ("--columns", f"INFO/{COSMIC}:=ID"), ""),
    )
    return [
        Source(path, arguments, field) for path, arguments, field in possible if path is not None
    ]


def check_source(source: Source, genome_index: Path) -> None:
    """Refuse a source that would say nothing: without the field, an index or a known contig."""
    file = open_variants(source.path)
    fields = [line["ID"] for line in file.header_iter() if line["HeaderType"] == "INFO"]
    file.close()
    if source.field and source.field not in fields:
        raise UserError(
            f"{source.path}: has no INFO field {source.field!r}; it has "
            f"{', '.join(fields) or 'none'}; give another file, or its field of frequencies as "
            "annotation.population_field"
        )
    check_contigs(source.path, genome_index)


def check_contigs(source: Path, genome_index: Path) -> None:
    """Refuse a source without an index or without a contig of the genome."""
    listed = _bcftools(source, "index", "--stats", str(source))
    contigs = [line.split("\t")[0] for line in listed.splitlines()]
    genome = [line.split("\t")[0] for line in genome_index.read_text("utf-8").splitlines()]
    if not set(contigs) & set(genome):
        raise UserError(
            f"{source}: its contigs ({', '.join(contigs[:3])}) are not in the genome, which has "
            f"{', '.join(genome[:3])}; rename them with bcftools annotate --rename-chrs"
        )


def annotate_calls(calls: Path, sources: Sequence[Source], out: Path) -> None:
    """Add the fields of all sources to the calls; all of it or nothing."""
    with unfinished_folder(out) as folder:
        current = folder / "0.vcf.gz"
        _bcftools(calls, "view", "--output-type", "z", "--output", str(current), str(calls))
        for number, source in enumerate(sources, start=1):
            _bcftools(current, "index", "--tbi", str(current))
            following = folder / f"{number}.vcf.gz"
            _bcftools(
                source.path,
                *("annotate", "--annotations", str(source.path), *source.arguments),
                *("--output-type", "z", "--output", str(following), str(current)),
            )
            current = following
        finished = folder / "finished.vcf"
        _bcftools(calls, "view", "--output", str(finished), str(current))
        finished.replace(out)


def _bcftools(source: Path, *arguments: str) -> str:
    """The output of bcftools; what it cannot read is a mistake in `source`."""
    done = subprocess.run(["bcftools", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        message = " ".join(done.stderr.split())
        raise UserError(
            f"{source}: bcftools {arguments[0]} failed: {message}; the file must be a VCF that is "
            "compressed with bgzip, indexed (bcftools index) and holds the field that is asked for"
        )
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the annotated calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("calls", "genome-index", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("population", "normals", "clinvar", "cosmic"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--population-field", default="AF")
    options = parser.parse_args(arguments)
    sources = sources_of(
        options.population,
        options.population_field,
        options.normals,
        options.clinvar,
        options.cosmic,
    )
    for source in sources:
        check_source(source, options.genome_index)
    annotate_calls(options.calls, sources, options.out)


if __name__ == "__main__":
    run(main)
