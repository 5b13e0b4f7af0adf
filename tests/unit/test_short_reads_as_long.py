"""Reads of short-read instruments that are given as long: unfit, with the assay that they want."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.cli import main
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Fit, Question, Verdict
from flt3itd.long_reads.fitness import FEWEST_GAPS, judge_long_reads
from flt3itd.long_reads.kinase import KinaseReads
from flt3itd.long_reads.reads import LongRead, SpanningReads, gather
from flt3itd.long_reads.sources import LongMaterial
from flt3itd.long_reads.spanning import Window, references
from tests.builders import FastqRead, write_fastq
from tests.long_read_builders import LOCUS, NOTHING, PLACEMENT

LIMITS = Thresholds()
LONGEST = max(LIMITS.run_lengths)


def verdict(
    spanning: dict[int, int],
    partial: dict[int, int] | None = None,
    paired: int = 0,
    names_shared: int = 0,
    platforms: tuple[str, ...] = (),
    gap_rate: float = FEWEST_GAPS,
    question: Question = Question.TKD,
) -> Verdict:
    """Of reads that span and of reads that do not, as many as told of each length."""
    reads = SpanningReads(Window(18_960, 19_290, 30), LOCUS.sequence[18_960:19_290])
    reads.names_shared = names_shared
    reads.lengths = list(Counter(spanning).elements())
    reads.partial_lengths = list(Counter(partial or {}).elements())
    lengths = Counter(spanning) + Counter(partial or {})
    material = LongMaterial(
        PLACEMENT,
        reads,
        KinaseReads(LOCUS, 20),
        lengths=lengths,
        paired=paired,
        platforms=platforms,
    )
    found = judge_long_reads(material, replace(NOTHING, gap_rate=gap_rate))
    others = [one for one in found.verdicts if one.question is not Question.ITD]
    assert len({(one.fit, one.reasons, one.misleads) for one in others}) == 1
    return found.verdict(question)


def test_products_read_from_end_to_end_may_be_as_short_as_reads() -> None:
    lengths = dict.fromkeys(range(240, 290, 4), 10)
    assert verdict(lengths).fit is Fit.FIT


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1])
def test_reads_of_a_length_that_instruments_read(length: int) -> None:
    found = verdict({length: 100})
    assert (found.fit is Fit.UNFIT) == (length == LONGEST)
    assert found.misleads == (length == LONGEST)
    assert all("the assay capture" in text for text in found.reasons)


@pytest.mark.parametrize(
    ("length", "rate", "platforms", "merged"),
    [
        (330, 0.999e-4, (), True),
        (330, 1e-4, (), False),
        (601, 0.0, (), True),
        (602, 0.0, (), False),
        (330, 0.0, ("ILLUMINA",), True),
        (330, 0.0, ("ONT",), False),
        (330, 0.0, ("PACBIO",), False),
    ],
)
def test_reads_of_one_product_without_gaps_are_mates_that_were_merged(
    length: int, rate: float, platforms: tuple[str, ...], merged: bool
) -> None:
    """Products of long duplications, which no two mates hold, may be missing."""
    asked = {length: 100}, None, 0, 0, platforms, rate
    found = verdict(*asked, Question.ITD)
    assert (found.fit is Fit.UNFIT) is merged
    assert ["mates that were merged" in text for text in found.reasons] == [True] * merged
    assert not found.misleads
    assert verdict(*asked).fit is Fit.FIT


def test_reads_of_many_lengths_are_no_merged_mates_of_one_product() -> None:
    lengths = dict.fromkeys(range(400, 411), 10)
    assert verdict(lengths, gap_rate=0.0, question=Question.ITD).fit is Fit.REMARK
    assert verdict({**lengths, 400: 12}, gap_rate=0.0, question=Question.ITD).fit is Fit.UNFIT


@pytest.mark.parametrize("more", [0, 1])
def test_reads_of_such_a_length_beside_others(more: int) -> None:
    others = dict.fromkeys(range(130, 140), 9)
    found = verdict({150: 10 - more, **others, 141: more})
    assert (found.fit is Fit.UNFIT) == (more == 0)


@pytest.mark.parametrize("longer", [1, 2])
def test_a_run_gives_no_longer_reads(longer: int) -> None:
    """Reads of a flow instrument have all lengths, and many the commonest one: 300 of 200 to 400.

    One in a hundred is longer than a run by other causes.
    """
    found = verdict({300: 160, 280: 40 - longer, 330: longer})
    assert (found.fit is Fit.UNFIT) == (longer == 1)


@pytest.mark.parametrize("more", [0, 1])
def test_short_reads_that_do_not_span(more: int) -> None:
    partial = dict.fromkeys(range(200, 210), 9)
    spanning = dict.fromkeys(range(210, 220), 9)
    found = verdict({**spanning, 221: more}, partial)
    assert (found.fit is Fit.UNFIT) == (more == 0)
    assert all("make products that hold all of exon 14" in text for text in found.reasons)


@pytest.mark.parametrize("more", [0, 1])
def test_mates_are_no_long_reads(more: int) -> None:
    found = verdict({1000: 100}, paired=int(100 * LIMITS.unpaired) + more)
    assert found.fit is (Fit.UNFIT if more else Fit.FIT)


def test_no_reads_have_no_length() -> None:
    assert verdict({}).fit is Fit.FIT


@pytest.mark.parametrize("length", [75, 150])
def test_short_reads_of_a_file(tmp_path: Path, length: int) -> None:
    rng = random.Random(length)
    itd = LOCUS.sequence[:19_060] + LOCUS.sequence[19_015:]
    reads = []
    for number in range(400):
        sequence = LOCUS.sequence if number % 2 else itd
        start = rng.randrange(18_900, 19_200)
        reads.append(FastqRead(f"r{number}", sequence[start : start + length], "I" * length))
    path = write_fastq(tmp_path / "reads.fastq.gz", reads)
    assert main(["call", "--fastq", str(path), "--assay", "long", "--out", f"{tmp_path}/s"]) == 0
    document = json.loads((tmp_path / "s.flt3.json").read_text("utf-8"))
    for part in ("itd", "tkd"):
        assert document[part]["status"] == "not_assessable"
        assert f"the reads are short (median {length} bases)" in document[part]["reason"]


@pytest.mark.parametrize(("reads", "least"), [(100, LIMITS.mates_missing), (1000, 10)])
def test_reads_that_are_given_twice(reads: int, least: int) -> None:
    """One in a hundred, and three at the least."""
    assert verdict({4000: reads}, names_shared=least - 1).fit is Fit.FIT
    found = verdict({4000: reads}, names_shared=least)
    assert (found.fit, found.misleads) == (Fit.UNFIT, True)
    assert found.reasons[0].startswith(f"{least} of {reads} reads have the name of another one")


def test_a_read_of_the_name_of_another_is_counted() -> None:
    part = LOCUS.sequence[18_700:19_500]
    names = ("a", "b", "a", "c", "a")
    reads = gather([LongRead(name, part, b"") for name in names], references(LOCUS))
    assert reads is not None
    assert (reads.spanning, reads.names_shared) == (5, 2)
