r"""Check the VCF files that annotate variants, before anything is aligned.

    python -m scripts.inputs.annotation_check --fasta GENOME.fa --targets TARGETS.bed \
        [--population gnomad.vcf.gz --population-field AF] [--normals normals.vcf.gz] \
        [--clinvar clinvar.vcf.gz] [--cosmic cosmic.vcf.gz] --out annotation_checked.json

A file with other contig names, of another build, or without the field that is asked for would
annotate nothing, without an error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import math
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cyvcf2

from flt3itd.common.errors import UserError
from flt3itd.common.plurals import counted
from flt3itd.hgvs.transcript import Fetch
from flt3itd.molecules.bam_records import END_OF_FILE
from scripts.command import run, write_whole
from scripts.genome.intervals import read_contigs
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets
from scripts.genome.variant_file import open_variants

SOURCES = ("population", "normals", "clinvar", "cosmic")
"""Keys of `annotation` in the configuration that name a file."""

MOST_RECORDS = 20_000
"""Records of a file that are looked at: those on the targets, or else the first of the file."""

MOST_STRANGE = 0.1
"""Share of records with other reference bases than the genome above which a file is of another
build: there 3 of 4 single bases differ. A right file has none, or a few."""

_SHOWN = 5
"""Contigs that a remark names."""

_BASES = frozenset("ACGT")

_ACCESSION = re.compile(r"NC_0000(?P<number>[0-2][0-9])\.[0-9]+")
"""The chromosomes of NCBI, of whatever build; of Y the number is 24."""


@dataclass(frozen=True)
class Source:
    """A VCF that annotates variants.

    Attributes:
        key: Its key in the configuration, one of `SOURCES`.
        path: The file, compressed with bgzip and indexed.
        field: The INFO field that is taken from it; empty where none is.
    """

    key: str
    path: Path
    field: str

    def __str__(self) -> str:
        return f"annotation.{self.key}: {self.path}"


@dataclass(frozen=True)
class Genome:
    """What a VCF has to fit.

    Attributes:
        contigs: Lengths of the contigs.
        regions: The targets, merged.
        fetch_from: The sequence of a contig.
    """

    contigs: Mapping[str, int]
    regions: Regions
    fetch_from: Callable[[str], Fetch]


def check_source(source: Source, genome: Genome) -> list[str]:
    """Check one VCF; returns warnings.

    Raises:
        UserError: It cannot be read or has no index, has other contig names or reference bases
            than the genome, or lacks the field that is taken from it.
    """
    _check_compression(source)
    try:
        file = open_variants(source.path)
    except UserError:
        raise UserError(f"{source}: cannot be read as a VCF; {_MEND_FORMAT}") from None
    with contextlib.closing(file):
        try:
            return _check_opened(source, file, genome)
        except UserError:
            raise
        except Exception as error:  # cyvcf2 raises no class of its own
            raise UserError(
                f"{source}: has a record that cannot be read ({error}); bcftools view "
                f"{source.path} tells which; correct it, and {_MEND_FORMAT}"
            ) from error


def _check_opened(source: Source, file: cyvcf2.VCF, genome: Genome) -> list[str]:
    """Check a VCF that is open; returns warnings. Reading a broken record raises any exception."""
    names = _indexed_contigs(source, file)
    _check_index(source, file)
    _check_contigs(source, names, genome.contigs)
    _check_field(source, file)
    records = list(islice(_records(file, names, genome), MOST_RECORDS))
    if not records:
        return [f"{source}: holds no record on the contigs of the genome: it annotates nothing"]
    remarks = _check_reference(source, records, genome)
    if source.key in ("population", "clinvar"):
        remarks += _contigs_without_records(source, file, names, genome.regions)
    if source.key == "population":
        _check_frequencies(source, records)
    if source.key == "cosmic" and all(record.ID is None for record in records):
        remarks.append(f"{source}: its records have no identifiers (column ID) to be shown")
    return remarks


_MEND_FORMAT = "compress it with bgzip and index it with: bcftools index --tbi"


def _check_compression(source: Source) -> None:
    """Compressed in blocks (bgzip), to the end: of other files an index leads nowhere."""
    try:
        with source.path.open("rb") as file:
            start = file.read(len(_BGZF_START) + 14)
            file.seek(max(0, source.path.stat().st_size - len(END_OF_FILE)))
            end = file.read()
    except OSError as error:
        raise UserError(f"{source}: cannot be read: {error.strerror}") from error
    if start[:2] != _BGZF_START[:2]:
        return  # no gzip at all: told where it is opened, or by the index that it cannot have
    if start[:4] != _BGZF_START or start[12:14] != b"BC":
        raise UserError(
            f"{source}: is compressed with gzip, not with bgzip; decompress it, then {_MEND_FORMAT}"
        )
    if end != END_OF_FILE:
        raise UserError(f"{source}: is cut short (no end block); copy or make it again")


_BGZF_START = b"\x1f\x8b\x08\x04"
"""How a block of bgzip begins; BC stands in its extra field (SAM specification, section 4.1)."""


def _check_index(source: Source, file: cyvcf2.VCF) -> None:
    """The index leads to the first record; that of another file, or an older one, may not."""
    with contextlib.closing(open_variants(source.path)) as whole:
        first = next(iter(whole), None)
    if first is None:
        return
    place = f"{first.CHROM}:{first.POS}-{first.POS}"
    if first.CHROM in file.seqnames and any(
        (found.POS, found.REF, found.ALT) == (first.POS, first.REF, first.ALT)
        for found in _fetch(file, place)
    ):
        return
    raise UserError(
        f"{source}: its index does not lead to its first record ({first.CHROM}:{first.POS}): it is "
        "that of another file, or older; make it again with: bcftools index --force --tbi "
        f"{source.path}"
    )


def _contigs_without_records(
    source: Source, file: cyvcf2.VCF, names: Sequence[str], regions: Regions
) -> list[str]:
    """A remark where contigs of the targets have no record at all, as in a file of one of them."""
    bare = [
        contig
        for contig in regions
        if contig not in names or next(_fetch(file, contig), None) is None
    ]
    if not bare or len(bare) == len(regions):
        return []
    shown = ", ".join(bare[:_SHOWN]) + (f" and {len(bare) - _SHOWN} more" * (len(bare) > _SHOWN))
    return [
        f"{source}: holds no record on {shown}, where targets are: it annotates nothing there; is "
        "it the file of one chromosome? Join the files with: bcftools concat"
    ]


def _indexed_contigs(source: Source, file: cyvcf2.VCF) -> list[str]:
    if not any(Path(f"{source.path}{suffix}").is_file() for suffix in (".tbi", ".csi")):
        raise UserError(f"{source}: has no index (.tbi or .csi); {_MEND_FORMAT} {source.path}")
    names = list(file.seqnames)
    if not names:
        raise UserError(
            f"{source}: its header has no lines ##contig; add them with: bcftools reheader --fai "
            "GENOME.fa.fai, and index the new file"
        )
    return names


def _check_contigs(source: Source, names: Sequence[str], contigs: Mapping[str, int]) -> None:
    if set(names) & set(contigs):
        return
    renamed = {name: other for name in names for other in _other_names(name) if other in contigs}
    shown = f"its contigs ({', '.join(names[:3]) or 'none'}) are not in the genome, which has "
    shown += ", ".join(list(contigs)[:3])
    if not renamed:
        raise UserError(f"{source}: {shown}; give a file for the build and names of the genome")
    old, new = next(iter(renamed.items()))
    raise UserError(
        f"{source}: {shown}; rename them with: bcftools annotate --rename-chrs names.txt -O z -o "
        f"NEW.vcf.gz, where names.txt has lines such as {old} {new}, and index the new file"
    )


def _other_names(contig: str) -> tuple[str, ...]:
    """The name with or without chr; of NCBI's accessions both (NC_000013.11 is chr13 or 13)."""
    accession = _ACCESSION.fullmatch(contig)
    if accession:
        number = int(accession["number"])
        name = {23: "X", 24: "Y"}.get(number, str(number))
        return f"chr{name}", name
    if contig in ("MT", "chrM"):
        return ("chrM" if contig == "MT" else "MT",)
    return (contig.removeprefix("chr") if contig.startswith("chr") else f"chr{contig}",)


def _check_field(source: Source, file: cyvcf2.VCF) -> None:
    field = source.field
    if not field:
        return
    lines = (line.info() for line in file.header_iter() if line.type == "INFO")
    described = next((line for line in lines if line.get("ID") == field), None)
    if described is None:
        mend = (
            "name the field with the frequency in annotation.population_field"
            if source.key == "population"
            else "give the VCF of ClinVar, not one that was made from it without this field"
        )
        raise UserError(f"{source}: has no INFO field {field}; {mend}")
    if source.key == "population" and described["Type"] not in ("Float", "Integer"):
        raise UserError(
            f"{source}: its INFO field {field} is of the type {described['Type']}, expected "
            "Float; name the field with the frequency in annotation.population_field"
        )


def _records(file: cyvcf2.VCF, names: Sequence[str], genome: Genome) -> Iterator[cyvcf2.Variant]:
    """The records on the targets; where there are none, those on any contig of the genome."""
    found = False
    for contig, intervals in genome.regions.items():
        for start, end in intervals if contig in names else ():
            for record in _fetch(file, f"{contig}:{start + 1}-{end}"):
                found = True
                yield record
    if not found:
        for contig in names:
            if contig in genome.contigs:
                yield from _fetch(file, contig)


def _fetch(file: cyvcf2.VCF, region: str) -> Iterator[cyvcf2.Variant]:
    with warnings.catch_warnings():
        # cyvcf2 warns where a region has no record, which is no mistake.
        warnings.simplefilter("ignore", UserWarning)
        yield from file(region)


def _check_reference(
    source: Source, records: Sequence[cyvcf2.Variant], genome: Genome
) -> list[str]:
    compared, strange = 0, []
    for record in records:
        given = record.REF.upper()
        if not set(given) <= _BASES:
            continue  # a code for several bases says nothing of the build
        compared += 1
        held = genome.fetch_from(record.CHROM)(record.start, record.start + len(given)).upper()
        if given != held:
            told = held[:20] or "no base there"
            strange.append(f"{record.CHROM}:{record.POS} has {given[:20]}, the genome {told}")
    if not strange:
        return []
    told = f"{len(strange)} of {compared} records have other reference bases than the genome"
    if len(strange) > MOST_STRANGE * compared:
        raise UserError(
            f"{source}: {told} ({strange[0]}): it is of another build; give the file for this build"
        )
    return [f"{source}: {told} ({strange[0]}): these are never found among the calls"]


def _check_frequencies(source: Source, records: Sequence[cyvcf2.Variant]) -> None:
    """Frequencies are fractions; a file without any would mark nothing as common."""
    known = 0
    seen: dict[tuple[str, int, str, str], object] = {}
    for record in records:
        value = record.INFO.get(source.field)
        values = value if isinstance(value, tuple) else (value,)
        if len(values) not in (1, len(record.ALT)):
            raise UserError(
                f"{source}: {record.CHROM}:{record.POS}: INFO/{source.field} has {len(values)} "
                f"values for {counted(len(record.ALT), 'allele')}; give one for each, or split "
                "the record with: bcftools norm --multiallelics -any"
            )
        for alt, one in zip(record.ALT, values, strict=False):
            # Of a record that reaches into two targets the value is the same.
            other = seen.setdefault((record.CHROM, record.POS, record.REF, alt), one)
            if str(other) != str(one):  # as text: no number is equal to nan
                raise UserError(
                    f"{source}: {record.CHROM}:{record.POS} {record.REF}>{alt}: INFO/"
                    f"{source.field} is {other} in one place and {one} in another; keep one of "
                    "them, for example with: bcftools norm --rm-dup exact"
                )
        for one in values:
            if one is None or (isinstance(one, float) and math.isnan(one)):
                continue
            known += 1
            if not isinstance(one, int | float) or not 0 <= one <= 1:
                raise UserError(
                    f"{source}: {record.CHROM}:{record.POS}: INFO/{source.field} is {one:.6g}, "
                    "expected a fraction from 0 to 1; name the field with the frequency in "
                    "annotation.population_field"
                )
    if not known:
        raise UserError(
            f"{source}: none of {len(records)} records has a value of INFO/{source.field}; name "
            "the field with the frequency in annotation.population_field"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `check_annotation` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fasta", type=Path, required=True, help="with its index (.fai)")
    parser.add_argument("--targets", type=Path, required=True)
    for key in SOURCES:
        parser.add_argument(f"--{key}", type=Path)
    parser.add_argument("--population-field", default="AF")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args(arguments)
    genome = Genome(
        read_contigs(a.fasta.with_name(f"{a.fasta.name}.fai")),
        merged_targets(a.targets),
        sequence_reader(a.fasta),
    )
    fields = {"population": a.population_field, "clinvar": "CLNSIG"}
    given = {key: path for key in SOURCES if (path := getattr(a, key)) is not None}
    remarks = []
    for key, path in given.items():
        remarks += check_source(Source(key, path, fields.get(key, "")), genome)
    for remark in remarks:
        logging.warning("warning: %s", remark)
    write_whole(a.out, json.dumps({"warnings": remarks}, indent=2) + "\n")


if __name__ == "__main__":
    run(main)
