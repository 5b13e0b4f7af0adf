"""Known samples that are spoiled in many ways, and what may be answered of them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flt3itd.cli import main
from flt3itd.simulation.sequencing import Library
from tests.builders import FastqRead, Read, write_fastq
from tests.itd_builders import (
    Aligner,
    Mutant,
    amplicon_pairs,
    haplotype_of,
    sample_pairs,
    tandem,
)
from tests.spoiled_fastq import Reads, files_of

AMPLICON = [(28_033_930, 28_034_240)]
VAF = 0.4
TOLERANCE = 0.03
"""Beyond the 95 % interval, which one sample in twenty misses."""
MUTANTS = {
    "21 bp": tandem(28_034_110, 28_034_130, VAF),
    "60 bp": tandem(28_034_090, 28_034_149, VAF),
    "129 bp with filler": tandem(28_034_060, 28_034_182, VAF, "GATCCA"),
    "240 bp": tandem(28_033_950, 28_034_189, VAF),
}
NAMES = list(MUTANTS)
SAMPLES = [(assay, name) for assay in ("capture", "amplicon") for name in (*NAMES, "")]
"""Every mutant and the wild type, of both assays."""


_GAP_RATE = 1e-4
"""Gaps of one base in each base: real halves of an amplicon and exomes have 0.8e-4 to 1.3e-4."""
_BAD_READS = 0.007
"""Share of reads with wrong bases all along, as in a real amplicon."""
_WRONG_BASES = 0.25
"""Share of their bases that are drawn anew: a read of 251 differs by about 47."""


def with_instrument_errors(read: FastqRead, chance: random.Random) -> FastqRead:
    """The read with what the simulator does not make: short gaps, and seldom wrong bases."""
    wrong = _WRONG_BASES if chance.random() < _BAD_READS else 0.0
    bases = [chance.choice("ACGT") if chance.random() < wrong else base for base in read.sequence]
    times = [chance.choice((0, 2)) if chance.random() < _GAP_RATE else 1 for _ in bases]
    sequence, qualities = (
        "".join(one * count for one, count in zip(text, times, strict=True))
        for text in (bases, read.qualities)
    )
    return FastqRead(read.name, sequence, qualities)


def reads_of(assay: str, mutants: Sequence[Mutant], *, deep: bool = False) -> Reads:
    if assay == "capture":
        pairs = sample_pairs(mutants, 330 if deep else 110, 7, Library(read_length=150))
    else:
        pairs = amplicon_pairs(mutants, AMPLICON, 2700 if deep else 150, 5, read_length=251)
    chance = random.Random(5)
    return [
        tuple(with_instrument_errors(read, chance) for read in (pair.first, pair.second))
        for pair in pairs
    ]


def fastq_of(folder: Path, reads: Reads) -> list[Path]:
    """The reads in one file, or in the two files of pairs."""
    return [
        write_fastq(folder / f"R{mate}.fastq", mates) for mate, mates in enumerate(files_of(reads))
    ]


def document_of(folder: Path, *arguments: str) -> dict[str, Any] | None:
    """What the command wrote; None when it refused the reads as a mistake of the user."""
    prefix = folder / "S"
    status = main(["call", *arguments, "--out", str(prefix)])
    assert status in (0, 2)
    if status == 2:
        return None
    found: dict[str, Any] = json.loads(Path(f"{prefix}.flt3.json").read_text("utf-8"))
    return found


def check(document: dict[str, Any] | None, mutant: Mutant | None) -> None:
    if document is None:
        return
    itd, tkd = document["itd"], document["tkd"]
    assert tkd["status"] != "detected"
    assert (itd["status"] == "not_assessable") is bool(itd["reason"])
    passing = [event for event in itd["events"] if event["filter"] == "PASS"]
    if mutant is None:
        assert itd["status"] != "detected", [event["hgvs_c"] for event in passing]
        return
    if itd["status"] == "not_detected":
        assert itd["longest_assessable"] is not None
        assert itd["longest_assessable"] < mutant.length
    if itd["status"] == "detected":
        assert [haplotype_of(event) for event in passing] == [mutant.sequence]
        [event] = passing
        unfit = document["reads"]["verdicts"][0]["reasons"]
        if unfit:
            assert unfit[0] in " ".join(document["warnings"])
        elif not any("VAFs may be wrong" in one for one in document["warnings"]):
            assert event["vaf_low"] - TOLERANCE <= VAF <= event["vaf_high"] + TOLERANCE


def deep_fastq(folder: Path, assay: str, name: str) -> list[Path]:
    """More reads of a sample: it is seen when none of them is clipped."""
    return fastq_of(folder, reads_of(assay, [MUTANTS[name]] if name else [], deep=True))


def aligned_reads(aligner: Aligner, folder: Path) -> dict[tuple[str, str], list[Read]]:
    """More reads of each sample, as bwa writes them."""
    return {
        (assay, name): aligner.align(deep_fastq(folder, assay, name)) for assay, name in SAMPLES
    }
