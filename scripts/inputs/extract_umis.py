r"""Take UMIs out of reads before anything trims them, into the comment as RX:Z.

    python -m scripts.inputs.extract_umis --umi '12M+T +T' --fastq R1.fastq.gz R2.fastq.gz \
        --out out_R1.fastq.gz out_R2.fastq.gz

`bwa mem -C` carries the comment into the BAM as the tag RX. Any other comment is left out: it is no
tag. A pair whose index cannot be read gets N, and is counted and left out where families are made.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dnaio
from xopen import xopen

from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import replace_all, unfinished_folder
from flt3itd.molecules.read_names import umi_field
from flt3itd.molecules.umi import TAG, ReadStructure, UmiSource, parse_umi_source
from flt3itd.molecules.umi_text import is_umi, with_hyphen
from scripts.command import run

Read = dnaio.SequenceRecord
Extract = Callable[[Sequence[Read]], tuple[str, list[tuple[str, str]]]]
"""Of the mates of a pair: the index, and sequence and qualities of the molecule."""

_TAGGED = re.compile(rf"(?:^|\s){TAG}:Z:(\S+)")
_MATE = re.compile(r"[./][12]$")
UNREADABLE = "N"


def extract(source: UmiSource, mates: int) -> Extract:
    """How the index of a pair is found.

    Raises:
        UserError: there is not a read structure for each mate.
    """
    if not source.in_bases:
        return _from_name if source.in_name else _from_comment
    structures = source.structures
    if len(structures) != mates:
        raise UserError(
            f"--umi: found {len(structures)} read structures for {mates} FASTQ files, expected one "
            "for each"
        )

    def from_bases(reads: Sequence[Read]) -> tuple[str, list[tuple[str, str]]]:
        pairs = list(zip(structures, reads, strict=True))
        umis = [_umi(structure, read.sequence) for structure, read in pairs if structure.umi]
        readable = all(umis)
        return (
            "-".join(umis) if readable else UNREADABLE,
            [_template(structure, read) for structure, read in pairs],
        )

    return from_bases


def _umi(structure: ReadStructure, sequence: str) -> str:
    """The index of a read; empty where the read is too short for it."""
    if len(sequence) < max(end for _, end in structure.umi):
        return ""
    return "".join(sequence[start:end] for start, end in structure.umi)


def _template(structure: ReadStructure, read: Read) -> tuple[str, str]:
    """The bases of the molecule; N for a read that has none, as FASTQ has no empty reads."""
    start, end = structure.template
    return read.sequence[start:end] or "N", (read.qualities or "")[start:end] or "!"


def _from_name(reads: Sequence[Read]) -> tuple[str, list[tuple[str, str]]]:
    return _with_umi(umi_field(_MATE.sub("", reads[0].id)), reads)


def _from_comment(reads: Sequence[Read]) -> tuple[str, list[tuple[str, str]]]:
    found = _TAGGED.search(reads[0].comment or "")
    return _with_umi(found[1] if found else "", reads)


def _with_umi(umi: str, reads: Sequence[Read]) -> tuple[str, list[tuple[str, str]]]:
    readable = with_hyphen(umi) if is_umi(umi) else UNREADABLE
    return readable, [(read.sequence, read.qualities or "") for read in reads]


def extracted(pairs: Iterator[Sequence[Read]], how: Extract) -> Iterator[list[Read]]:
    """The pairs with the index in the comment alone."""
    for reads in pairs:
        umi, parts = how(reads)
        yield [
            Read(f"{read.id} {TAG}:Z:{umi}", sequence, qualities)
            for read, (sequence, qualities) in zip(reads, parts, strict=True)
        ]


def _mates(paths: Sequence[Path]) -> Iterator[Sequence[Read]]:
    with dnaio.open(*paths) as reads:
        for record in reads:
            yield (record,) if isinstance(record, Read) else record


def extract_files(source: UmiSource, fastqs: Sequence[Path], outs: Sequence[Path]) -> None:
    """Write the reads of one lane with their indices in the comments; all files or none.

    Raises:
        UserError: a file cannot be read, or the mates do not pair up.
    """
    how = extract(source, len(fastqs))
    try:
        with unfinished_folder(outs[0]) as folder:
            drafts = [folder / out.name for out in outs]
            files = [xopen(draft, "wb", compresslevel=1, threads=0) for draft in drafts]
            try:
                for reads in extracted(_mates(fastqs), how):
                    for file, read in zip(files, reads, strict=True):
                        file.write(read.fastq_bytes())
            finally:
                for file in files:
                    file.close()
            replace_all(drafts, outs)
    except (OSError, EOFError, dnaio.FileFormatError) as error:
        raise UserError(f"{' and '.join(map(str, fastqs))}: cannot be read: {error}") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rules `extract_umis` and `extract_umis_of_single_reads` run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--umi", required=True)
    for name in ("fastq", "out"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True)
    options = parser.parse_args(arguments)
    extract_files(parse_umi_source(options.umi), options.fastq, options.out)


if __name__ == "__main__":
    run(main)
