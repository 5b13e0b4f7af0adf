"""Take the user's genome: check the file, then link and index it in the work folder."""

from __future__ import annotations

import argparse
from pathlib import Path

import pysam

from flt3itd.common.errors import UserError
from scripts.command import run


def take_genome(fasta: Path, link: Path, index: Path) -> None:
    """Link a FASTA file and make its index (.fai), both in the work folder.

    Raises:
        UserError: It is compressed, or no FASTA file.
    """
    try:
        with fasta.open("rb") as file:
            start = file.read(2)
    except OSError as error:
        raise UserError(f"{fasta}: cannot be read: {error.strerror}") from error
    if start == b"\x1f\x8b":
        raise UserError(f"{fasta}: the genome is compressed; decompress it with: gzip -dk")
    if not start.startswith(b">"):
        raise UserError(f"{fasta}: this is not a FASTA file: its first line does not start with >")
    link.unlink(missing_ok=True)
    link.symlink_to(fasta.resolve())
    try:
        pysam.samtools.faidx(str(link), "--fai-idx", str(index))
    except pysam.utils.SamtoolsError as error:
        link.unlink()
        index.unlink(missing_ok=True)
        reason = next(iter(str(error).splitlines()), "samtools faidx failed")
        raise UserError(f"{fasta}: no index can be made: {reason}; is it a FASTA file?") from error


def main() -> None:
    """The command that the rule `take_genome` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    a = parser.parse_args()
    take_genome(a.fasta, a.link, a.index)


if __name__ == "__main__":
    run(main)
