"""Errors of a known ITD, judged by decoys: which these are, and what their counts say."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import binom

from flt3itd.common.assay import Assay
from flt3itd.insertions.background import DECOYS, Trial, decoys
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.locus.flt3 import flt3_locus
from tests.builders import Pair, write_mates
from tests.itd_builders import Called, amplicon_pairs, call, tandem

LOCUS = flt3_locus()
START = LOCUS.from_grch38(28_034_105)
WILD_TYPE = Haplotype(LOCUS.sequence)


def itd(length: int, filler: str = "") -> Haplotype:
    end = START + length
    made = insertion_between(LOCUS.sequence, end, end, filler + LOCUS.sequence[START:end])
    return Haplotype(LOCUS.sequence, made)


def test_decoys_are_of_the_same_kind_elsewhere_the_same_length_first() -> None:
    haplotype = itd(30, "ACG")
    made = list(decoys(haplotype, [WILD_TYPE, haplotype]))
    assert haplotype.insertion not in made
    assert len(set(made)) == len(made) >= 3 * DECOYS
    assert [one.length for one in made[:42]] == [33] * 42
    assert {one.length for one in made} == {19, 33, 47, 61, 75}
    for decoy in made[:42]:
        assert 27 <= len(Haplotype(LOCUS.sequence, decoy).duplication) <= 36


def test_what_the_sample_has_is_no_decoy() -> None:
    first, second, *_ = decoys(itd(30), [WILD_TYPE])
    left = list(decoys(itd(30), [WILD_TYPE, Haplotype(LOCUS.sequence, first)]))
    assert first not in left
    assert left[0] == second


@pytest.mark.parametrize("mutant", [1, 2, 3, 7])
@pytest.mark.parametrize("hits", [0, 1, 5])
def test_the_chance_is_that_of_one_rate_for_both(mutant: int, hits: int) -> None:
    found = Trial(mutant, 1000, hits, 20_000).probability()
    assert found == pytest.approx(binom.sf(mutant - 1, mutant + hits, 1 / 21), rel=1e-9)


def test_as_many_fragments_are_needed_as_the_decoys_allow() -> None:
    assert Trial(0, 1000, 0, 20_000).probability() == 1
    assert Trial(0, 1000, 0, 9_010).needed(0.01) == 2  # (1 / 10.01) squared
    assert Trial(0, 1000, 0, 8_990).needed(0.01) == 3
    assert Trial(0, 1000, 40, 20_000).needed(0.01) == 7
    assert Trial(0, 1000, 0, 99_000).needed(0.01) == 1
    assert Trial(0, 1000, 0, 0).needed(0.01) is None


def test_reads_of_an_itd_are_no_errors_of_its_decoys(tmp_path: Path) -> None:
    """Its reads resemble an ITD 15 bases before it, and made themselves unlikely."""
    amplicon = (28_034_062, 28_034_234)
    mutant = tandem(28_034_107, 28_034_136)
    then = amplicon_pairs([replace(mutant, vaf=0.3)], [amplicon], 100, read_length=150)
    known = f"{called(tmp_path / 'then', then).prefix}.itd.vcf.gz"
    all_mutant = amplicon_pairs([mutant], [amplicon], 2, read_length=150)
    now = [*amplicon_pairs([], [amplicon], 398, read_length=150, seed=2), *all_mutant]
    [found] = called(tmp_path / "now", now, "--known", known).document["itd"]["known"]
    informative = found["informative_fragments"]
    assert found["mutant_fragments"] == 2
    assert found["background_probability"] <= (1 / (1 + DECOYS)) ** 2
    assert found["limit_of_detection"] == pytest.approx(4.744 / informative, rel=1e-3)


def called(folder: Path, pairs: Sequence[Pair], *options: str) -> Called:
    folder.mkdir()
    first, second = write_mates(folder, pairs)
    return call(
        folder, "--fastq", str(first), str(second), "--assay", Assay.AMPLICON.value, *options
    )
