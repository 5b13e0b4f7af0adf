"""Take a BAM that the user gives: check it, then link and index it in the work folder."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pysam

from flt3itd.common.errors import UserError
from scripts.command import run
from scripts.genome.intervals import read_contigs, read_targets

_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every whole BAM file (SAM specification, section 4.1.2)."""


def check_bam(bam: Path, contigs: Mapping[str, int], target_contigs: Collection[str]) -> None:
    """Check that a BAM is whole, sorted and aligned to the genome with these contigs.

    Raises:
        UserError: It is not; the message says what is wrong and how to mend it.
    """
    try:
        with bam.open("rb") as file:
            start = file.read(2)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - len(_BGZF_END)))
            end = file.read()
    except OSError as error:
        raise UserError(f"{bam}: cannot be read: {error.strerror}") from error
    if start != b"\x1f\x8b":
        raise UserError(f"{bam}: this is not a BAM file")
    if end != _BGZF_END:
        raise UserError(f"{bam}: the BAM is cut short (no end block); copy or make it again")
    header = _header(bam)
    order = header.get("HD", {}).get("SO", "unknown")
    if order != "coordinate":
        raise UserError(
            f"{bam}: the BAM is not sorted by coordinate (its header says {order}); "
            "sort it with: samtools sort"
        )
    names = sorted({group["SM"] for group in header.get("RG", []) if "SM" in group})
    if len(names) > 1:
        raise UserError(
            f"{bam}: holds reads of several samples ({', '.join(names)}); give one BAM for each"
        )
    _check_contigs(bam, {line["SN"]: line["LN"] for line in header["SQ"]}, contigs, target_contigs)


def _header(bam: Path) -> dict[str, Any]:
    try:
        with pysam.AlignmentFile(str(bam), "rb", check_sq=False) as file:
            header: dict[str, Any] = dict(file.header.to_dict())
    except (OSError, ValueError) as error:
        raise UserError(f"{bam}: this is not a BAM file: {error}") from error
    if not header.get("SQ"):
        raise UserError(f"{bam}: the BAM has no contigs in its header; give an aligned BAM")
    return header


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
        reason = str(error).splitlines()[-1] if str(error) else "samtools index failed"
        raise UserError(
            f"{bam}: no index can be made: {reason}; the BAM is damaged or not sorted by coordinate"
        ) from error


def main() -> None:
    """The command that the rule `take_bam` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bam", type=Path, required=True)
    parser.add_argument("--genome-index", type=Path, required=True)
    parser.add_argument("--targets", type=Path, required=True)
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    a = parser.parse_args()
    contigs = read_contigs(a.genome_index)
    check_bam(a.bam, contigs, {target.contig for target in read_targets(a.targets, contigs)})
    link_and_index(a.bam, a.link, a.index)


if __name__ == "__main__":
    run(main)
