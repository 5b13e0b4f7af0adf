"""Seconds and memory of `flt3itd consensus` over files of growing size, and how well it counts.

    python -m scripts.benchmark.consensus_speed --work FOLDER --pairs 1000000 10000000

Pairs are drawn as arrays, since a simulator that makes one read at a time would take hours: of an
amplicon, all of whose molecules share one place, and of a capture. It says nothing of variants.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from xopen import xopen

from flt3itd.common.assay import Assay
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.molecules.consensus_tags import repeated
from flt3itd.molecules.letters import CODE_OF_BYTE, Bytes, Integers
from scripts.benchmark.process import own_process, run_measured
from scripts.benchmark.table import markdown
from scripts.records.files import read_families

ASSAYS = (Assay.CAPTURE, Assay.AMPLICON)
FAMILY = 3.0
_READ, _UMI = 100, 12
_BESIDE = 60
_SHORTEST, _LONGEST = 160, 400
_ERRORS = 2e-3
_UMI_ERRORS = 1e-3
_MOLECULES_AT_A_TIME = 160_000
_PAIRS_AT_A_TIME = 60_000
_BASES = np.frombuffer(b"ACGT", dtype=np.uint8)
_GOOD, _POOR = ord("F"), ord("/")


@dataclass(frozen=True)
class SpeedLine:
    """One run of `flt3itd consensus` with one process; memory in megabytes (10^6).

    `molecules` were read at least once, `families` were found.
    """

    assay: Assay
    pairs: int
    seconds: float
    processor_seconds: float
    megabytes: float
    molecules: int
    families: int


def speed_lines(
    folder: Path, seed: int, sizes: Sequence[int], assays: Sequence[Assay]
) -> Iterator[SpeedLine]:
    """Make a library of each size and assay, and run the command over it."""
    for assay in assays:
        for pairs in sizes:
            sys.stderr.write(f"speed of {pairs} pairs ({assay}) ...\n")
            fastq = folder / "speed_R1.fastq.gz", folder / "speed_R2.fastq.gz"
            molecules = write_pairs(fastq, assay, pairs, seed)
            out, told = folder / "speed.bam", folder / "speed.json"
            arguments = ["consensus", "--umi", "RX", "--assay", assay.value, "--no-base-tags"]
            arguments += ["--out", str(out), "--json", str(told), "--fastq", *map(str, fastq)]
            measured = run_measured(own_process(arguments), folder / "speed.log")
            if measured.status:
                raise RuntimeError(f"{pairs} pairs: exit status {measured.status}")
            families = read_families(told).families
            for path in (*fastq, out, told):
                path.unlink()
            yield SpeedLine(
                assay,
                pairs,
                measured.seconds,
                measured.processor_seconds,
                measured.megabytes,
                molecules,
                families,
            )


def speed_table(lines: Sequence[SpeedLine]) -> list[str]:
    """The lines as Markdown."""
    titles = ["assay", "read pairs", "s", "processor s", "pairs a processor second", "MB"]
    titles += ["molecules", "families"]
    body = [
        [
            *(line.assay.value, line.pairs, f"{line.seconds:.1f}", f"{line.processor_seconds:.1f}"),
            *(f"{line.pairs / line.processor_seconds:,.0f}", f"{line.megabytes:.0f}"),
            *(line.molecules, f"{line.families} ({line.families / line.molecules - 1:+.2%})"),
        ]
        for line in lines
    ]
    return markdown(titles, body, left=1)


def write_pairs(fastq: tuple[Path, Path], assay: Assay, pairs: int, seed: int) -> int:
    """Write so many pairs; returns how many molecules were read.

    Families have a negative binomial size of mean `FAMILY` (shape 1.5), and their pairs lie apart.
    """
    rng = np.random.default_rng(seed)
    locus = flt3_locus()
    exon = locus.exon(14)
    sequence = CODE_OF_BYTE[np.frombuffer(locus.sequence.encode(), dtype=np.uint8)]
    done = molecules = 0
    with (
        xopen(fastq[0], "wb", compresslevel=1) as one,
        xopen(fastq[1], "wb", compresslevel=1) as two,
    ):
        while done < pairs:
            count = min(_MOLECULES_AT_A_TIME, int((pairs - done) / FAMILY) + 1)
            if assay == Assay.AMPLICON:
                start = np.full(count, exon.start - _BESIDE)
                end = np.full(count, exon.end + _BESIDE)
            else:
                start = rng.integers(0, len(sequence) - _LONGEST, count)
                end = start + rng.integers(_SHORTEST, _LONGEST, count)
            umi = rng.integers(0, 4, (count, _UMI), dtype=np.uint8)
            size = rng.negative_binomial(1.5, 1.5 / (1.5 + FAMILY), count)
            own = rng.permutation(np.repeat(np.arange(count), size))[: pairs - done]
            molecules += len(np.unique(own))
            turned = own % 2 == 1 if assay == Assay.CAPTURE else np.zeros(len(own), dtype=bool)
            for first in range(0, len(own), _PAIRS_AT_A_TIME):
                part = slice(first, first + _PAIRS_AT_A_TIME)
                rows = own[part]
                low = sequence[start[rows][:, None] + np.arange(_READ)]
                high = 3 - sequence[end[rows][:, None] - 1 - np.arange(_READ)]
                swap = turned[part, None]
                mates = np.where(swap, high, low), np.where(swap, low, high)
                words = umi[rows]
                _misread(rng, words, _UMI_ERRORS)
                _write((one, two), mates, words, done + first, rng)
            done += len(own)
    return molecules


def _misread(rng: np.random.Generator, codes: Bytes, share: float) -> Integers:
    """Make errors in bases; returns where, as places in the flattened array."""
    places = rng.integers(0, codes.size, rng.binomial(codes.size, share))
    shift = rng.integers(1, 4, len(places), dtype=np.uint8)
    codes.flat[places] = (codes.flat[places] + shift) % np.uint8(4)
    return places


def _write(
    files: tuple[BinaryIO, BinaryIO],
    mates: tuple[Bytes, Bytes],
    umi: Bytes,
    first: int,
    rng: np.random.Generator,
) -> None:
    count = len(umi)
    number = np.arange(first, first + count)
    digits = (number[:, None] // 10 ** np.arange(8, -1, -1)) % 10
    name = (digits + ord("0")).astype(np.uint8)
    for file, codes in zip(files, mates, strict=True):
        wrong = _misread(rng, codes, _ERRORS)
        qualities = np.full(codes.shape, _GOOD, dtype=np.uint8)
        qualities.flat[wrong] = _POOR
        columns = [repeated(b"@m", count), name, repeated(b" RX:Z:", count), _BASES[umi]]
        columns += [repeated(b"\n", count), _BASES[codes], repeated(b"\n+\n", count), qualities]
        rows = np.concatenate([*columns, repeated(b"\n", count)], axis=1)
        file.write(rows.tobytes())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, and each line of it as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for files of reads")
    parser.add_argument("--pairs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--assays", type=Assay, choices=ASSAYS, nargs="+", default=ASSAYS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    lines = []
    for line in speed_lines(options.work, options.seed, options.pairs, options.assays):
        lines.append(line)
        sys.stderr.write(f"{speed_table(lines)[-1]}\n")
    sys.stdout.write("\n".join(speed_table(lines)) + "\n")


if __name__ == "__main__":
    main()
