"""Take the user's genome: check the file, then link and index it in the work folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import BinaryIO

import pysam

from flt3itd.common.errors import UserError
from scripts.command import run
from scripts.inputs.readable import check_plain_fasta


def take_genome(fasta: Path, link: Path, index: Path) -> None:
    """Link a FASTA file and make its index (.fai), both in the work folder.

    Raises:
        UserError: It is compressed, no FASTA file, or has two contigs of one name.
    """
    check_plain_fasta(str(fasta), str(fasta))
    link.unlink(missing_ok=True)
    link.symlink_to(fasta.resolve())
    try:
        pysam.samtools.faidx(str(link), "--fai-idx", str(index))
    except pysam.utils.SamtoolsError as error:
        link.unlink()
        index.unlink(missing_ok=True)
        bare = _contig_without_bases(fasta)
        if bare:
            raise UserError(f"{fasta}: the contig {bare!r} has no bases; take it out") from error
        raise UserError(
            f"{fasta}: samtools faidx can make no index; is it a FASTA file, in which all lines of "
            "a contig but the last have one length?"
        ) from error
    twice = _contig_left_out(fasta, index)
    if twice:
        link.unlink()
        index.unlink()
        raise UserError(f"{fasta}: the contig {twice!r} is there twice; keep one of them")


def _contig_without_bases(fasta: Path) -> str:
    """The first contig whose name no line of bases follows; empty for none."""
    name = b""
    with fasta.open("rb") as file:
        for line in file:
            if line.startswith(b">"):
                if name:
                    break
                name = line[1:].strip() or b"without a name"
            elif line.strip():
                name = b""
    return name.decode("utf-8", "replace")


def _contig_left_out(fasta: Path, index: Path) -> str:
    """A contig that the index has not, because one before it has its name; empty for none.

    An aligner would take both, so that each of its reads fits at two places. Between the bases of
    two contigs of the index stands one line, the name of the second.
    """
    rows = [line.split("\t") for line in index.read_text("utf-8").splitlines()]
    known = {row[0] for row in rows}
    end = 0
    with fasta.open("rb") as file:
        for name, length, offset, bases, width in rows:
            between = _names_between(file, end, int(offset))
            twice = [
                one for one in between[: -1 if between[-1:] == [name] else None] if one in known
            ]
            if twice:
                return twice[0]
            whole, rest = divmod(int(length), max(1, int(bases)))
            end = int(offset) + whole * int(width) + rest
        behind = _names_between(file, end, fasta.stat().st_size)
    return next((one for one in behind if one in known), "")


def _names_between(file: BinaryIO, start: int, end: int) -> list[str]:
    """The names of contigs between two places of a FASTA file, in the first million bytes."""
    file.seek(start)
    text = file.read(min(max(0, end - start), 1_000_000)).decode("utf-8", "replace")
    return [
        line[1:].split()[0] for line in text.splitlines() if line[:1] == ">" and line[1:].split()
    ]


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
