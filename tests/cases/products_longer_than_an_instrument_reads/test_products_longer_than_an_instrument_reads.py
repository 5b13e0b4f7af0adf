"""Reads of an amplicon that stop where the instrument stops do not say "not detected"."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.simulation.long_reads import LongHaplotype, LongLibrary, LongReadSimulator
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import Called, call

LOCUS = flt3_locus().sequence
START, END = 18_960, 19_290
"""The amplicon, and where its ITDs end; 0-based on the plus strand of the locus."""
COPIED_TO = 19_150
VAF = 0.3
FLOW = LongLibrary(error_rate=0.004, kinds=(0, 0.5, 0.5), adapters=("", ""))
"""Bases are lost and repeated, more often in runs, as by flow instruments."""


def called(tmp_path: Path, inserted: int, longest: float | None) -> Called:
    """1,500 reads; `longest` is the mean of the bases that are read, with a deviation of 25."""
    haplotypes = [
        LongHaplotype(LOCUS[START:END], 1 - VAF),
        LongHaplotype(LOCUS[START:COPIED_TO] + LOCUS[COPIED_TO - inserted : END], VAF),
    ]
    chance = random.Random(11)
    reads = []
    for number, drawn in enumerate(LongReadSimulator(haplotypes, FLOW, seed=11).reads(1500)):
        end = None if longest is None else int(chance.gauss(longest, 25))
        reads.append(FastqRead(f"r{number}", drawn.sequence[:end], drawn.qualities[:end]))
    path = write_fastq(tmp_path / "reads.fastq.gz", reads)
    return call(tmp_path, "--fastq", str(path), "--assay", "long")


@pytest.mark.parametrize("longest", [350, 400])
def test_products_that_no_read_spans(tmp_path: Path, longest: float) -> None:
    result = called(tmp_path, 129, longest)
    assert result.document["itd"]["limit_of_detection"] is None
    if result.status == "detected":
        assert "reads unfit" in " ".join(result.document["warnings"])
    else:
        assert result.status == "not_assessable"
        assert "gives no longer reads" in result.document["itd"]["reason"]


@pytest.mark.parametrize("inserted", [21, 60, 129])
def test_products_that_are_read_to_their_end(tmp_path: Path, inserted: int) -> None:
    result = called(tmp_path, inserted, None)
    [event] = result.events
    assert result.passing == [event]
    assert event["length_bp"] == inserted
    assert event["vaf_low"] < VAF < event["vaf_high"]
    assert "no read is longer than" in " ".join(result.document["warnings"])
