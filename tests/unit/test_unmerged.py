"""Pairs that a program could not merge, or not place on the genome, given alone."""

from operator import ne
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.comparison import Fit
from flt3itd.insertions.junction_places import Shown
from flt3itd.insertions.unmerged import share_with_insertions
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.simulation.sequencing import Library
from tests.builders import write_fastq
from tests.itd_builders import (
    LOCUS,
    amplicon_pairs,
    call,
    sample_pairs,
    tandem,
)

AMPLICON = [(28_033_930, 28_034_240)]
STRANDS = LOCUS.sequence + "N" * 300 + reverse_complement(LOCUS.sequence)
READ = 150
_MOST_WRONG = 20
_WORD = 25


@pytest.mark.parametrize(
    ("length", "bases", "only", "warned"),
    [
        (60, 180, True, True),
        (60, 180, False, False),
        (33, 180, True, False),
        (60, 220, True, False),
    ],
)
def test_an_itd_whose_mates_alone_do_not_overlap_is_remarked(
    length: int, bases: int, only: bool, warned: bool, tmp_path: Path
) -> None:
    """Of 311 bases and of 60 more: mates of 180 overlap by 49 bases or not at all."""
    mutant = tandem(28_034_090, 28_034_089 + length, 1.0 if only else 0.4)
    pairs = amplicon_pairs([mutant], AMPLICON, 200, 5, read_length=bases)
    files = [
        str(write_fastq(tmp_path / f"R{mate}.fastq", [getattr(one, name) for one in pairs]))
        for mate, name in enumerate(("first", "second"))
    ]
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert called.status == "detected"
    warnings = called.document["warnings"]
    assert any("could not merge" in one for one in warnings) is warned
    assert any("bowtie2 --un-conc" in one for one in warnings) is (only and not warned)


def _is_placed(bases: str) -> bool:
    """Whether a read lies on the locus from end to end, but for some wrong bases."""
    return any(
        sum(map(ne, bases, STRANDS[place - at :])) <= _MOST_WRONG
        for at in range(0, len(bases) - _WORD, _WORD)
        if (place := STRANDS.find(bases[at : at + _WORD])) >= at
    )


@pytest.mark.parametrize("length", [60, 240])
def test_pairs_of_a_capture_that_could_not_be_placed_tell_no_ratio(
    length: int, tmp_path: Path
) -> None:
    """As bowtie2 --un-conc leaves them: both reads of a pair on the genome, and it is gone."""
    mutant = tandem(28_033_950, 28_033_949 + length, 0.4)
    pairs = sample_pairs([mutant], 150, 3, Library(read_length=150))
    found = []
    for only in (False, True):
        left = [
            one
            for one in pairs
            if not (only and _is_placed(one.first.sequence) and _is_placed(one.second.sequence))
        ]
        files = [
            str(write_fastq(tmp_path / f"R{mate}.fastq", [getattr(one, name) for one in left]))
            for mate, name in enumerate(("first", "second"))
        ]
        found.append(call(tmp_path, "--fastq", *files))
    assert [one.status for one in found] == ["detected", "not_assessable"]


@pytest.mark.parametrize(("kept", "depth", "warned"), [(6, 0, True), (7, 0, False), (6, 20, False)])
def test_few_fragments_of_a_capture_without_wild_type_are_remarked(
    kept: int, depth: int, warned: bool, tmp_path: Path
) -> None:
    """As bowtie2 --un-conc left four of a real exome, whose VAF of 0.10 read 1.0."""
    mutant = tandem(28_034_090, 28_034_149, 1.0)
    first, end = LOCUS.from_grch38(28_034_090), LOCUS.from_grch38(28_034_150)
    joined = LOCUS.sequence[end - 15 : end] + LOCUS.sequence[first : first + 15]
    library = Library(read_length=100)
    shows = [
        one
        for one in sample_pairs([mutant], 60, 3, library)
        if {joined in read.sequence for read in (one.first, one.second)} == {True, False}
    ]
    pairs = shows[:kept] + (sample_pairs([], depth, 4, library) if depth else [])
    files = [
        str(write_fastq(tmp_path / f"R{mate}.fastq", [getattr(one, name) for one in pairs]))
        for mate, name in enumerate(("first", "second"))
    ]
    called = call(tmp_path, "--fastq", *files)
    [event] = called.document["itd"]["events"]
    assert (event["length_bp"], event["mutant_fragments"]) == (60, kept)
    said = " ".join(called.document["warnings"])
    assert ("hardly any fragment is of the wild type" in said) is warned


@pytest.mark.parametrize(("shown", "beside", "share"), [(6, 3, 0.0), (7, 3, 0.7), (7, 5, 7 / 12)])
def test_seven_fragments_tell_that_those_beside_are_missing(
    shown: int, beside: int, share: float
) -> None:
    reads = ReadSet()
    ends = (1000, 1060, 0, READ - 30, READ)
    for number in range(shown):
        reads.split.append(SplitRead(number, *ends, "A" * READ, b"%" * READ))
    for number in range(shown, shown + beside):
        reads.add_plain(1500, READ, number)
    reads.fragments = shown + beside
    nothing = np.zeros(shown, dtype=np.int64)
    fit = Fit(nothing.astype(np.int32), nothing, nothing, nothing)
    found = share_with_insertions(reads, [Shown(list(reads.split), fit, 0, 0)], READ)
    assert found == pytest.approx(share)
