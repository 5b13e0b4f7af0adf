"""A simulated sample: its reads block by block, as FASTQ text, and the truth of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from flt3itd.simulation.haplotypes import Bases
from flt3itd.simulation.sequencing import Fragments, Library, Molecule, ReadPairs, read_fragments


class Readable(Protocol):
    """What can be written as FASTQ files with a table of what is in them."""

    def fastq_blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """The text of both files, block by block."""

    def truth(self) -> list[TruthRow]:
        """What is in the files."""


@dataclass(frozen=True)
class TruthRow:
    """One haplotype of a simulated sample, and how many of its fragments were read, how often.

    Without UMIs every fragment is read once. Reads that hopped over are of another `sample`.
    """

    sample: str
    contig: str
    haplotype: str
    vaf: float
    events: str
    fragments: int
    read_pairs: int


@dataclass(frozen=True)
class Simulation:
    """The fragments of a sample in the order of the FASTQ files, and what they come from."""

    sample: str
    seed: int
    molecules: tuple[Molecule, ...]
    events: tuple[str, ...]
    fragments: Fragments
    library: Library

    def read_pairs(self) -> Iterator[ReadPairs]:
        """The reads, block by block; the same ones at every call."""
        rng = np.random.default_rng(seed_of(self.seed, self.sample, "reads"))
        return read_fragments(self.fragments, self.library, rng)

    def fastq_blocks(self) -> Iterator[tuple[bytes, bytes]]:
        """The text of both FASTQ files, block by block."""
        number = 0
        for pairs in self.read_pairs():
            yield fastq_text(self.sample, number, pairs)
            number += len(pairs)

    def truth(self) -> list[TruthRow]:
        """One row for one haplotype of one contig."""
        counts = np.bincount(self.fragments.molecules(), minlength=len(self.molecules))
        return [
            TruthRow(self.sample, m.contig, m.name, m.fraction, events, int(count), int(count))
            for m, events, count in zip(self.molecules, self.events, counts, strict=True)
        ]


def fastq_text(
    sample: str, first: int, pairs: ReadPairs, name_ends: Bases | None = None
) -> tuple[bytes, bytes]:
    """A block of read pairs as the text of both FASTQ files."""
    return (
        fastq_lines(sample, first, pairs.bases_1, pairs.qualities_1, name_ends),
        fastq_lines(sample, first, pairs.bases_2, pairs.qualities_2, name_ends),
    )


def fastq_lines(
    sample: str, first: int, bases: Bases, qualities: Bases, name_ends: Bases | None
) -> bytes:
    """A block of reads as FASTQ text. Reads are named ``sample:00000000`` from `first` on.

    `name_ends` are written behind the names.
    """
    count = len(bases)
    names = "".join(f"@{sample}:{number:08d}" for number in range(first, first + count))
    parts = (
        np.frombuffer(names.encode("ascii"), dtype=np.uint8).reshape(count, -1),
        np.zeros((count, 0), dtype=np.uint8) if name_ends is None else name_ends,
        np.full((count, 1), ord("\n"), dtype=np.uint8),
        bases,
        np.tile(np.frombuffer(b"\n+\n", dtype=np.uint8), (count, 1)),
        qualities + np.uint8(33),
        np.full((count, 1), ord("\n"), dtype=np.uint8),
    )
    return np.hstack(parts).tobytes()


def seed_of(seed: int, sample: str, purpose: str) -> np.random.SeedSequence:
    """A seed of its own for each sample and purpose, so that neither depends on the others."""
    digest = hashlib.sha256(f"{seed}\t{sample}\t{purpose}".encode()).digest()
    return np.random.SeedSequence(int.from_bytes(digest[:16], "big"))
