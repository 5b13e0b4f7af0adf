"""Take a BAM or CRAM that the user gives: check it, and put it into the work folder, indexed."""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pysam

from flt3itd.common.errors import UserError, one_line
from flt3itd.common.unfinished import unfinished
from flt3itd.molecules.bam_records import END_OF_FILE
from flt3itd.reads.alignment_file import (
    has_strands_apart,
    is_consensus,
    opened,
    several_samples,
    silent_htslib,
    what_broke,
)
from flt3itd.reads.strands import WeakerStrands
from scripts.command import run
from scripts.genome.intervals import read_contigs, read_targets

_CRAM_ENDS = (
    bytes.fromhex("0f000000ffffffff0fe0454f4600000000010005bdd94f0001000606010001000100ee63014b"),
    bytes.fromhex("0b000000ffffffff0fe0454f460000000001000001000606010001000100"),
)
"""The containers that end every whole CRAM 3 and CRAM 2.1 (CRAM specification, section 9)."""

_LONGEST_END = 38
_BASES_AT_ONCE = 10_000_000
_LOOKED_AT = 20_000
"""Aligned reads that must all have bases; in a twentieth of a second."""

_BAM, _CRAM = b"\x1f\x8b", b"CR"
"""The first bytes of the two kinds of files; the name does not count."""


def is_cram(path: Path) -> bool:
    """Whether a file that was checked is a CRAM."""
    with path.open("rb") as file:
        return file.read(2) == _CRAM


def check_bam(bam: Path, contigs: Mapping[str, int], target_contigs: Collection[str]) -> None:
    """Check that a BAM or CRAM is whole, sorted and aligned to the genome with these contigs.

    Raises:
        UserError: It is not; the message says what is wrong and how to mend it.
    """
    try:
        with bam.open("rb") as file:
            start = file.read(2)
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _LONGEST_END))
            end = file.read()
    except OSError as error:
        raise UserError(f"{bam}: cannot be read: {error.strerror}") from error
    if start not in (_BAM, _CRAM):
        raise UserError(f"{bam}: this is not a BAM file, nor CRAM")
    if start == _BAM and not end.endswith(END_OF_FILE):
        raise UserError(f"{bam}: the BAM is cut short (no end block); copy or make it again")
    if start == _CRAM and not end.endswith(_CRAM_ENDS):
        raise UserError(f"{bam}: the CRAM is cut short (no end block); copy or make it again")
    header = _header(bam)
    order = header.get("HD", {}).get("SO", "unknown")
    if order != "coordinate":
        raise UserError(
            f"{bam}: the BAM is not sorted by coordinate (its header says {order}); "
            "sort it with: samtools sort"
        )
    names = sorted({group["SM"] for group in header.get("RG", []) if "SM" in group})
    if len(names) > 1:
        raise UserError(several_samples(bam, names))
    _check_contigs(bam, {line["SN"]: line["LN"] for line in header["SQ"]}, contigs, target_contigs)
    if start == _BAM:
        _check_bases(bam)


def _header(bam: Path) -> dict[str, Any]:
    try:
        with silent_htslib(), pysam.AlignmentFile(str(bam), check_sq=False) as file:
            header: dict[str, Any] = dict(file.header.to_dict())
    except (OSError, ValueError) as error:
        raise UserError(f"{bam}: this is not a BAM file, nor CRAM: {error}") from error
    if not header.get("SQ"):
        raise UserError(f"{bam}: the BAM has no contigs in its header; give an aligned BAM")
    return header


def _check_bases(bam: Path) -> None:
    """The first reads that are aligned have bases; freebayes and bcftools crash on one without."""
    try:
        with silent_htslib(), pysam.AlignmentFile(str(bam)) as file:
            aligned = (
                record
                for record in file.fetch(until_eof=True)
                if not (record.is_unmapped or record.is_secondary or record.is_supplementary)
            )
            bare = [not record.query_length for record in islice(aligned, _LOOKED_AT)]
    except (OSError, ValueError) as error:
        raise UserError(f"{bam}: the alignments cannot be read: {what_broke(error)}") from error
    if any(bare):
        raise UserError(
            f"{bam}: {sum(bare)} of the first {len(bare)} aligned reads have no bases (SEQ is *); "
            "give the BAM as the aligner wrote it"
        )


def _check_contigs(
    bam: Path,
    found: Mapping[str, int],
    contigs: Mapping[str, int],
    target_contigs: Collection[str],
) -> None:
    for name in found:
        if name in contigs and found[name] != contigs[name]:
            raise UserError(
                f"{bam}: contig {name} has {found[name]} bases in the BAM and {contigs[name]} in "
                "the genome: the BAM is of another build; give the genome it was aligned to"
            )
    for name in target_contigs:
        if name not in found:
            other = name.removeprefix("chr") if name.startswith("chr") else f"chr{name}"
            hint = f" (it has {other!r})" if other in found else ""
            raise UserError(
                f"{bam}: contig {name!r} of the targets is not in the BAM{hint}; give the genome "
                "and targets that the BAM was aligned to"
            )


def link_and_index(bam: Path, link: Path, index: Path) -> None:
    """Link the BAM and make its index, both in the work folder.

    Raises:
        UserError: The BAM is damaged or not sorted, so that no index can be made.
    """
    link.unlink(missing_ok=True)
    link.symlink_to(bam.resolve())
    try:
        pysam.samtools.index("-o", str(index), str(link))
    except pysam.utils.SamtoolsError as error:
        link.unlink()
        index.unlink(missing_ok=True)
        raise UserError(
            f"{bam}: no index can be made: the BAM is damaged, or not sorted by coordinate as its "
            "header says; copy it again, or sort it with: samtools sort"
        ) from error


def check_genome_of_cram(cram: Path, fasta: Path, contigs: Iterable[str]) -> None:
    """Compare the checksums of contigs in the header of a CRAM (M5) with those of a genome.

    A CRAM holds what differs from its genome. Decoding compares checksums only of slices that lie
    on one contig (CRAM specification, section 8.5); others would get the bases of another genome
    without a word. A contig without a checksum in the header is left to decoding.

    Raises:
        UserError: A contig has other bases in the genome.
    """
    told = {line["SN"]: line["M5"] for line in _header(cram)["SQ"] if "M5" in line}
    with pysam.FastaFile(str(fasta)) as genome:
        for name in sorted(set(contigs) & told.keys() & set(genome.references)):
            if _checksum(genome, name) != told[name].lower():
                raise UserError(
                    f"{cram}: contig {name} has other bases in the genome of the CRAM than in that "
                    "of the configuration (by the checksum in its header, M5); give the genome "
                    "that the CRAM was made with, or a BAM: samtools view -b -T THAT_GENOME"
                )


def _checksum(genome: pysam.FastaFile, contig: str) -> str:
    """MD5 of the bases of a contig, in upper case (SAM specification, section 1.3.2)."""
    sum_of_bases = hashlib.md5(usedforsecurity=False)
    length = genome.get_reference_length(contig)
    for start in range(0, length, _BASES_AT_ONCE):
        bases = genome.fetch(contig, start, min(length, start + _BASES_AT_ONCE))
        sum_of_bases.update(bases.upper().encode("ascii"))
    return sum_of_bases.hexdigest()


def unpack_cram(cram: Path, fasta: Path, bam: Path, index: Path) -> None:
    """Write a CRAM as a BAM with its index: then every step reads it without its reference.

    Nothing is looked up in the network: the genome of the configuration is the reference.

    Raises:
        UserError: The CRAM was made with another genome, or is damaged.
    """
    os.environ |= {"REF_PATH": "/nowhere/%s", "REF_CACHE": "/nowhere/%s"}
    try:
        with silent_htslib(), _drafts(bam, index) as (draft, draft_index):
            out = f"{draft}##idx##{draft_index}"
            options = ("-b", "-T", str(fasta), "--write-index", "-o", out)
            pysam.samtools.view(*options, str(cram), catch_stdout=False)
    except pysam.utils.SamtoolsError as error:
        lines = str(error).splitlines()
        reason = next((line for line in lines if "mismatch" in line or "reference" in line), "")
        raise UserError(
            f"{cram}: cannot be read with the genome of the configuration "
            f"({reason or 'samtools view failed'}); give the genome that the CRAM was made with, "
            "or copy the CRAM again"
        ) from error


def has_marked_molecules(bam: Path) -> bool:
    """Whether a BAM of consensus reads, each of them a molecule, has some marked as duplicates."""
    try:
        with silent_htslib(), pysam.AlignmentFile(str(bam)) as file:
            if not is_consensus(file):
                return False
            return any(record.is_duplicate for record in file.fetch(until_eof=True))
    except (OSError, ValueError) as error:
        raise UserError(f"{bam}: the alignments cannot be read: {what_broke(error)}") from error


def unmark(given: Path, bam: Path, index: Path) -> None:
    """Write a BAM without marks of duplicates, with its index.

    Molecules that share both ends are marked as copies of each other where something marks copies
    of a consensus; callers leave out what is marked.

    Raises:
        UserError: it cannot be read or written.
    """
    try:
        with _drafts(bam, index) as (draft, draft_index):
            out = f"{draft}##idx##{draft_index}"
            options = ("-b", "--remove-flags", "DUP", "--write-index", "-o", out)
            pysam.samtools.view(*options, str(given), catch_stdout=False)
    except pysam.utils.SamtoolsError as error:
        raise UserError(f"{given}: the BAM is damaged: {one_line(error)}") from error


def has_both_strands(bam: Path) -> bool:
    """Whether each strand is a consensus of its own in a BAM."""
    with opened(bam, None) as file:
        return has_strands_apart(file)


def write_one_strand(given: Path, bam: Path, index: Path) -> None:
    """Write a BAM in which each molecule counts once, with its index; marks are taken off too.

    Of molecules of which both strands have a consensus the one of more reads stays.

    Raises:
        UserError: it cannot be read.
    """
    with opened(given, None) as file:
        weaker = WeakerStrands.among(file.fetch(until_eof=True))
    with _drafts(bam, index) as (draft, draft_index):
        with (
            opened(given, None) as file,
            pysam.AlignmentFile(str(draft), "wb", template=file) as out,
        ):
            for record in weaker.without(file.fetch(until_eof=True)):
                record.is_duplicate = False
                out.write(record)
        pysam.samtools.index("-o", str(draft_index), str(draft), catch_stdout=False)


@contextmanager
def _drafts(bam: Path, index: Path) -> Iterator[tuple[Path, Path]]:
    """Names under which a BAM and its index are made: both take their place whole, or neither."""
    drafts = unfinished(bam), unfinished(index)
    try:
        yield drafts
        for draft, whole in zip(drafts, (bam, index), strict=True):
            draft.replace(whole)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def main() -> None:
    """The command that the rule `take_bam` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bam", type=Path, required=True)
    parser.add_argument("--genome", type=Path, required=True, help="with its index (.fai)")
    parser.add_argument("--targets", type=Path, required=True)
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    a = parser.parse_args()
    contigs = read_contigs(a.genome.with_name(f"{a.genome.name}.fai"))
    on_targets = {target.contig for target in read_targets(a.targets, contigs)}
    check_bam(a.bam, contigs, on_targets)
    if is_cram(a.bam):
        check_genome_of_cram(a.bam, a.genome, on_targets)
        unpack_cram(a.bam, a.genome, a.link, a.index)
    else:
        link_and_index(a.bam, a.link, a.index)
    if has_both_strands(a.link):
        write_one_strand(a.link, a.link, a.index)
    elif has_marked_molecules(a.link):
        unmark(a.link, a.link, a.index)


if __name__ == "__main__":
    run(main)
