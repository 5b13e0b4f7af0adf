"""Simulated FLT3 samples for tests of the ITD caller: mutants, reads, alignments, calls.

Positions of mutants are GRCh38 chr13, 1-based inclusive, as a person would write them.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flt3itd.cli import main
from flt3itd.common.assay import Assay
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GRCH37_SHIFT, flt3_locus
from flt3itd.simulation.haplotypes import Alteration, Event, Haplotype, build_haplotype
from flt3itd.simulation.sample import Simulation
from flt3itd.simulation.sequencing import (
    Catch,
    Library,
    Molecule,
    Pool,
    QualityModel,
    Stretch,
    draw_fragments,
)
from tests.builders import (
    Pair,
    Read,
    pairs_of,
    read_pairs,
    write_bam,
    write_fasta,
    write_mates,
)

LOCUS = flt3_locus()
PART = (LOCUS.exon(15).start - 1200, LOCUS.exon(13).end + 900)
"""What is simulated: exons 13 to 15 with flanks, locus coordinates half-open."""


@dataclass(frozen=True)
class Mutant:
    """A haplotype of the locus with one event, and its share of the molecules.

    `beside` are small changes on the same molecules; `sequence` is that of the event alone.
    """

    event: Event
    vaf: float
    beside: tuple[Event, ...] = ()

    @cached_property
    def haplotype(self) -> Haplotype:
        """The molecule, with all of its changes."""
        return build_haplotype(LOCUS.sequence, [self.event, *self.beside])

    @cached_property
    def sequence(self) -> str:
        return build_haplotype(LOCUS.sequence, [self.event]).text()

    @property
    def length(self) -> int:
        return len(self.sequence) - len(LOCUS)


def tandem(first: int, last: int, vaf: float = 1.0, filler: str = "") -> Mutant:
    """GRCh38 first to last (1-based inclusive, plus strand) twice, filler between the copies."""
    start, end = LOCUS.from_grch38(first), LOCUS.from_grch38(last) + 1
    return Mutant(Event("locus", start, end, Alteration.DUPLICATION, filler), vaf)


def replaced(first: int, last: int, bases: str, vaf: float = 1.0) -> Mutant:
    """GRCh38 first to last replaced; last = first - 1 for an insertion before first."""
    return Mutant(replacement(first, last, bases), vaf)


def replacement(first: int, last: int, bases: str) -> Event:
    """GRCh38 first to last (1-based inclusive) replaced; last = first - 1 for an insertion."""
    start, end = LOCUS.from_grch38(first), LOCUS.from_grch38(last) + 1
    return Event("locus", start, end, Alteration.REPLACEMENT, bases)


def sample_pairs(
    mutants: Sequence[Mutant], depth: float = 300, seed: int = 1, library: Library | None = None
) -> list[Pair]:
    """Read pairs of wild type and mutants over PART; a mutant may be an inherited allele."""
    start, end = PART
    wildtype = 1 - sum(mutant.vaf for mutant in mutants)
    haplotypes = [("wildtype", LOCUS.sequence[start:end], wildtype)] if wildtype > 1e-9 else []
    for number, mutant in enumerate(mutants):
        molecule = mutant.haplotype.text()
        cut = molecule[start : len(molecule) - (len(LOCUS) - end)]
        haplotypes.append((f"mutant{number}", cut, mutant.vaf))
    return read_pairs(haplotypes, depth, seed, library)


def amplicon_pairs(
    mutants: Sequence[Mutant],
    amplicons: Sequence[tuple[int, int]],
    depth: float = 500,
    seed: int = 1,
    read_length: int = 251,
    qualities: QualityModel | None = None,
) -> list[Pair]:
    """Read pairs of amplicons: GRCh38 intervals, 1-based inclusive, from primer to primer."""
    starts = [LOCUS.from_grch38(first) for first, _ in amplicons]
    ends = [LOCUS.from_grch38(last) + 1 for _, last in amplicons]
    intervals = [
        Stretch("locus", start, end, f"amplicon{number}", depth, number % 2 == 1)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    library = Library(Assay.AMPLICON, read_length, qualities=qualities or QualityModel())
    return _pairs_over(mutants, intervals, library, seed)


def baited_pairs(
    mutants: Sequence[Mutant], exons: Sequence[int], depth: float, seed: int, library: Library
) -> list[Pair]:
    """Read pairs of a capture that has baits for some exons alone (`bait_bases` of `library`)."""
    baited = {number: LOCUS.exon(number) for number in exons}
    intervals = [
        Stretch("locus", exon.start, exon.end, f"exon {number}", depth)
        for number, exon in baited.items()
    ]
    return _pairs_over(mutants, intervals, library, seed)


def _pairs_over(
    mutants: Sequence[Mutant], intervals: Sequence[Stretch], library: Library, seed: int
) -> list[Pair]:
    """Read pairs of wild type and mutants over stretches of the locus."""
    wildtype = 1 - sum(mutant.vaf for mutant in mutants)
    molecules = [Molecule("locus", "wildtype", wildtype, build_haplotype(LOCUS.sequence))]
    molecules += [
        Molecule("locus", f"mutant{number}", mutant.vaf, mutant.haplotype)
        for number, mutant in enumerate(mutants)
    ]
    baited = (LOCUS.sequence[one.start : one.end] for one in intervals)
    pool = Pool(molecules, {"locus": LOCUS.sequence}, {"locus": np.random.SeedSequence(seed)})
    fragments = draw_fragments(pool, intervals, library, Catch.of(library, baited))
    names = ("",) * len(molecules)
    simulation = Simulation("pairs", seed, tuple(molecules), names, fragments, library)
    return pairs_of(simulation)


def _index(folder: Path) -> Path:
    path = write_fasta(folder / "locus.fa", {"locus": LOCUS.sequence})
    subprocess.run(["bwa", "index", str(path)], check=True, capture_output=True)
    return path


@dataclass(frozen=True)
class Aligner:
    """bwa against the locus, its alignments put on chromosome 13 of a build."""

    index: Path

    @classmethod
    def built(cls, folder: Path) -> Aligner:
        """With its index in a folder; skips the test where bwa is missing."""
        if shutil.which("bwa") is None:
            pytest.skip("bwa is not on PATH")
        return cls(_index(folder))

    def align(self, files: Sequence[Path], options: Sequence[str] = ("-Y",)) -> list[Read]:
        """The alignments of FASTQ files, on GRCh38 positions of a contig called chr13."""
        command = ["bwa", "mem", "-v", "1", *options, str(self.index), *map(str, files)]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return records_of(text)


def records_of(sam: str) -> list[Read]:
    """The records of a SAM of the locus, on GRCh38 positions of a contig called chr13."""
    return [_record(line) for line in sam.splitlines() if not line.startswith("@")]


def aligned_capture(
    itd: Mutant, depth: float, seed: int, read_length: int, folder: Path
) -> list[Read]:
    """The records of a capture with one ITD; its files are written to a folder."""
    pairs = sample_pairs([itd], depth, seed, Library(read_length=read_length))
    files = write_mates(folder, pairs)
    return Aligner.built(folder).align(files)


_PHRED = bytes(max(0, code - 33) for code in range(256))
"""Qualities by their characters: a case has millions of them."""


def _record(line: str) -> Read:
    name, flag, contig, pos, quality, cigar, mate, mate_pos, size, bases, quals, *tags = line.split(
        "\t"
    )
    shift = LOCUS.first_position - 1
    mismatches = [tag for tag in tags if tag.startswith("NM:i:")]
    return Read(
        name,
        "" if contig == "*" else "chr13",
        -1 if contig == "*" else int(pos) - 1 + shift,
        "" if cigar == "*" else cigar,
        bases,
        int(flag),
        tuple(quals.encode("ascii").translate(_PHRED)),
        int(quality),
        None if mate == "*" else ("chr13", int(mate_pos) - 1 + shift),
        int(size),
        tuple(("NM", int(tag[5:])) for tag in mismatches),
    )


def write_sample(
    path: Path,
    reads: Sequence[Read],
    *,
    build: str = "GRCh38",
    contig: str = "chr13",
) -> Path:
    """Reads on GRCh38 chr13 as a BAM of a build and contig name."""
    shift = GRCH37_SHIFT if build == "GRCh37" else 0

    def moved(read: Read) -> Read:
        if not shift and read.contig == contig and (not read.mate or read.mate[0] == contig):
            return read
        return replace(
            read,
            contig=contig if read.contig else "",
            position=read.position + shift if read.contig else -1,
            mate=(contig, read.mate[1] + shift) if read.mate else None,
        )

    return write_bam(path, {contig: CHROMOSOME_LENGTH[build]}, [moved(read) for read in reads])


@dataclass(frozen=True)
class Called:
    """What the command wrote."""

    document: dict[str, Any]
    prefix: Path

    @property
    def events(self) -> list[dict[str, Any]]:
        """All insertions, passing or not."""
        found: list[dict[str, Any]] = self.document["itd"]["events"]
        return found

    @property
    def passing(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["filter"] == "PASS"]

    @property
    def status(self) -> str:
        return str(self.document["itd"]["status"])


def call(folder: Path, *arguments: str) -> Called:
    """Run ``flt3itd call`` in process; its result must be exit status 0."""
    prefix = folder / "out" / "S"
    assert main(["call", *arguments, "--out", str(prefix)]) == 0
    return Called(json.loads(Path(f"{prefix}.flt3.json").read_text()), prefix)


def call_records(folder: Path, records: Sequence[Read], *arguments: str) -> Called:
    """What is called of a BAM of records on GRCh38 chr13."""
    return call(folder, "--bam", str(write_sample(folder / "S.bam", records)), *arguments)


def haplotype_of(event: dict[str, Any]) -> str:
    """The whole mutant locus that a called event means; checks its REF on the way."""
    shift = LOCUS.first_position + (GRCH37_SHIFT if event["pos"] > 28_500_000 else 0)
    start = event["pos"] - shift
    end = start + len(event["ref"])
    assert LOCUS.sequence[start:end] == event["ref"]
    return LOCUS.sequence[:start] + str(event["alt"]) + LOCUS.sequence[end:]


def assert_found(called: Called, mutants: Sequence[Mutant]) -> None:
    """Exactly these mutants pass, each with its own sequence, and VAFs as sampling allows."""
    found = {haplotype_of(event): event for event in called.passing}
    described = [(event["hgvs_c"], event["filter"]) for event in called.events]
    assert len(found) == len(called.passing), described
    assert set(found) == {mutant.sequence for mutant in mutants}, described
    for mutant in mutants:
        event = found[mutant.sequence]
        spread = math.sqrt(mutant.vaf * (1 - mutant.vaf) / event["informative_fragments"])
        assert abs(event["vaf"] - mutant.vaf) <= 3.5 * spread + 0.002, event
        assert event["vaf_low"] <= event["vaf"] <= event["vaf_high"]
