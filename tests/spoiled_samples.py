"""Known samples that are spoiled in many ways, and what may be answered of them."""

from __future__ import annotations

import contextlib
import io
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
REACH = 168
"""Bases of the longest ITD that reads of 251 bases of this amplicon show; longer ones are read with
301."""
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
        longest = max((mutant.length for mutant in mutants), default=0)
        length = 251 if longest <= REACH else 301
        pairs = amplicon_pairs(mutants, AMPLICON, 2700 if deep else 150, 5, read_length=length)
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


Found = dict[str, Any] | str
"""What the command wrote, or the words with which it refused the reads as a mistake of the user."""


def document_of(folder: Path, *arguments: str) -> Found:
    prefix = folder / "S"
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        status = main(["call", *arguments, "--out", str(prefix)])
    assert status in (0, 2), told.getvalue()
    if status == 2:
        return told.getvalue()
    found: dict[str, Any] = json.loads(Path(f"{prefix}.flt3.json").read_text("utf-8"))
    return found


def check(
    found: Found, mutant: Mutant | None, reasons: Sequence[str] = (), remark: str = ""
) -> None:
    """The answer is right; or there is none, or a ratio is wrong, for one of these reasons.

    A ratio may also be wrong where a remark says so.
    """
    if isinstance(found, str):
        assert any(one in found for one in reasons), found
        return
    itd, tkd = found["itd"], found["tkd"]
    unfit = found["reads"]["verdicts"][0]["reasons"]
    assert tkd["status"] != "detected"
    assert (itd["status"] == "not_assessable") is bool(itd["reason"])
    for text in unfit:
        assert any(one in text for one in reasons), text
        assert text in " ".join(found["warnings"])
    passing = [event for event in itd["events"] if event["filter"] == "PASS"]
    if itd["status"] == "not_assessable":
        assert any(one in itd["reason"] for one in reasons), itd["reason"]
        return
    if mutant is None:
        assert itd["status"] == "not_detected", [event["hgvs_c"] for event in passing]
        return
    if itd["status"] == "not_detected":
        assert not unfit
        assert itd["longest_assessable"] is not None
        assert itd["longest_assessable"] < mutant.length
        return
    assert [haplotype_of(event) for event in passing] == [mutant.sequence]
    [event] = passing
    if remark:
        assert any(remark in text for text in found["warnings"])
    elif not unfit:
        assert event["vaf_low"] - TOLERANCE <= VAF <= event["vaf_high"] + TOLERANCE


def deep_fastq(folder: Path, assay: str, name: str) -> list[Path]:
    """More reads of a sample: it is seen when none of them is clipped."""
    return fastq_of(folder, reads_of(assay, [MUTANTS[name]] if name else [], deep=True))


def aligned_reads(aligner: Aligner, folder: Path) -> dict[tuple[str, str], list[Read]]:
    """More reads of each sample, as bwa writes them."""
    return {
        (assay, name): aligner.align(deep_fastq(folder, assay, name)) for assay, name in SAMPLES
    }
