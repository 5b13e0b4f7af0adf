"""FASTQ of an amplicon of which a program kept the pairs by how well they lie on the genome."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.simulation.sequencing import QualityModel
from tests.builders import FastqRead, Pair, write_mates
from tests.itd_builders import LOCUS, Called, amplicon_pairs, call, tandem

ITD = tandem(28_034_101, 28_034_145, 0.3)
FIRST, LAST = 28_033_860, 28_034_260
NOISY = QualityModel(low_last=0.1)
BUDGET = 151
"""The default of bowtie2 end to end: 0.6 + 0.6 for each of 251 bases."""
STRICT = 50
"""That of `--score-min L,0,-0.2`, which no gap of an ITD keeps to."""
TAIL = "GATCTG"
WORDS = "reads of an ITD have far fewer wrong bases"
ALIKE = "like the genome"


def molecule(pair: Pair) -> str:
    """What a fragment is, from primer to primer."""
    start, end = LOCUS.from_grch38(FIRST), LOCUS.from_grch38(LAST) + 1
    if pair.haplotype == "wildtype":
        return LOCUS.sequence[start:end]
    return ITD.haplotype.text()[start : end + ITD.length]


def penalty(pair: Pair) -> int:
    """That of both reads on the genome: 6 for a wrong base, 5 and 3 for each base of a gap."""
    text = molecule(pair)
    expected = sorted([text, reverse_complement(text)])
    wrong = 0
    for read in (pair.first, pair.second):
        wrong += min(
            sum(map(str.__ne__, read.sequence, one[: len(read.sequence)])) for one in expected
        )
    gap = 0 if pair.haplotype == "wildtype" else 5 + 3 * ITD.length
    return 6 * wrong + gap


def called(folder: Path, pairs: list[Pair]) -> Called:
    files = write_mates(folder, pairs)
    return call(folder, "--fastq", *map(str, files), "--assay", "amplicon")


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return amplicon_pairs([ITD], [(FIRST, LAST)], 1400, qualities=NOISY)


def of_kept(folder: Path, pairs: list[Pair], keep: Callable[[int], bool]) -> Called:
    return called(folder, [pair for pair in pairs if keep(penalty(pair))])


def test_pairs_that_lie_on_the_genome_end_to_end(tmp_path: Path, pairs: list[Pair]) -> None:
    found = of_kept(tmp_path, pairs, lambda one: one <= BUDGET)
    (event,) = found.passing
    assert event["vaf_high"] < ITD.vaf
    assert WORDS in "".join(found.document["warnings"])


def test_those_that_do_not(tmp_path: Path, pairs: list[Pair]) -> None:
    found = of_kept(tmp_path, pairs, lambda one: one > BUDGET // 8)
    (event,) = found.passing
    assert event["vaf_low"] > ITD.vaf
    assert WORDS in "".join(found.document["warnings"])


def test_all_have_no_such_remark(tmp_path: Path, pairs: list[Pair]) -> None:
    found = called(tmp_path, pairs)
    (event,) = found.passing
    assert event["vaf_low"] <= ITD.vaf <= event["vaf_high"]
    assert not found.document["warnings"]


def tailed(read: FastqRead) -> FastqRead:
    """Behind bases of a spacer, so that the aligner here clips it."""
    return replace(read, sequence=(TAIL + read.sequence)[: len(read.sequence)])


def test_where_no_read_of_the_itd_is_left_foreign_bases_tell_nothing(
    tmp_path: Path, pairs: list[Pair]
) -> None:
    kept = [one for one in pairs if penalty(one) <= STRICT]
    assert {one.haplotype for one in kept} == {"wildtype"}
    behind = [replace(one, first=tailed(one.first), second=tailed(one.second)) for one in kept]
    found = called(tmp_path, behind)
    assert not found.passing
    assert ALIKE in "".join(found.document["warnings"])
