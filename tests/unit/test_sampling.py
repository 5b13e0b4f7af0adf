"""Molecules are drawn first, then reads from them: intervals and limits know of both."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from flt3itd.cli import main
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import (
    EVERY_COUNT,
    GENOME_PICOGRAMS,
    IF_READS,
    Sampling,
    molecules_in_library,
    molecules_of,
    widened,
)
from flt3itd.common.statistics import (
    at_least,
    binomial_limit_of_detection,
    poisson_limit_of_detection,
    poisson_upper,
    wilson_interval,
)
from tests.builders import write_mates
from tests.itd_builders import Called, call, sample_pairs, tandem

TURNS = 4000


def drawn(vaf: float, molecules: int, reads: int, seed: int = 1) -> list[int]:
    """How many of the reads are mutant, when molecules are drawn and then reads from them."""
    rng = np.random.default_rng(seed)
    mutant = rng.binomial(molecules, vaf, size=TURNS)
    counts: list[int] = rng.binomial(reads, mutant / molecules).tolist()
    return counts


def test_a_haploid_genome_weighs_three_picograms() -> None:
    assert molecules_of(3.3) == 1000
    assert molecules_of(30) == pytest.approx(9090.9, abs=0.1)


def drawn_unevenly(vaf: float, molecules: int, reads: int, variance: float) -> list[int]:
    """The same after a PCR whose copies are gamma distributed; with a variance of 1 geometric."""
    rng = np.random.default_rng(2)
    mutant = rng.binomial(molecules, vaf, size=TURNS)
    share = rng.beta(np.maximum(mutant, 1e-9) / variance, (molecules - mutant) / variance)
    counts: list[int] = rng.binomial(reads, share).tolist()
    return counts


def held(counts: list[int], vaf: float, molecules: int, reads: int) -> float:
    """How many intervals of these counts hold the VAF."""
    spread = Sampling(CountedUnit.READS, molecules).spread(reads)
    intervals = (wilson_interval(count, reads, spread) for count in counts)
    return sum(low <= vaf <= high for low, high in intervals) / len(counts)


@pytest.mark.parametrize(("molecules", "reads"), [(1500, 30_000), (1500, 1500), (5000, 2000)])
@pytest.mark.parametrize("vaf", [0.02, 0.3])
def test_intervals_hold_the_truth_as_often_as_they_say(
    vaf: float, molecules: int, reads: int
) -> None:
    for variance, low, high in ((1.0, 0.95, 0.985), (1.7, 0.935, 0.97), (2.5, 0.91, 0.97)):
        uneven = drawn_unevenly(vaf, molecules, reads, variance)
        assert low <= held(uneven, vaf, molecules, reads) <= high
    assert held(drawn(vaf, molecules, reads), vaf, molecules, reads) >= 0.95


def test_intervals_hold_the_truth_of_log_normal_families() -> None:
    """The copies of a molecule have a standard deviation of the logarithm of 1."""
    rng = np.random.default_rng(5)
    molecules, reads, vaf = 600, 2400, 0.05
    size = rng.lognormal(0, 1, (1000, molecules))
    mutant = rng.random(size.shape) < vaf
    share = (size * mutant).sum(axis=1) / size.sum(axis=1)
    counts: list[int] = rng.binomial(reads, share).tolist()
    assert 0.935 <= held(counts, vaf, molecules, reads) <= 0.975


def test_families_and_fragments_are_not_copied_unevenly() -> None:
    assert Sampling(CountedUnit.READS, 1000).spread(2001) == pytest.approx(5.4)
    assert Sampling(CountedUnit.MOLECULES, 1000).spread(3000) == 2
    assert Sampling(CountedUnit.FRAGMENTS, 1000).spread(3000) == 2


@pytest.mark.parametrize(("molecules", "reads"), [(2000, 40_000), (2000, 2000), (9000, 3000)])
@pytest.mark.parametrize("needed", [3, 30])
def test_limits_are_found_with_the_probability_they_name(
    molecules: int, reads: int, needed: int
) -> None:
    copies = Sampling(CountedUnit.READS, molecules).copies(reads)
    for limit in (
        poisson_limit_of_detection(reads, needed, copies),
        binomial_limit_of_detection(reads, needed, copies=copies),
    ):
        assert limit is not None
        for variance, expected in ((1.0, 0.965), (1.7, 0.95), (2.5, 0.935)):
            uneven = drawn_unevenly(limit, molecules, reads, variance)
            found = sum(count >= needed for count in uneven) / TURNS
            assert found == pytest.approx(expected, abs=0.02)


def test_many_reads_of_few_molecules_do_not_lower_the_limit() -> None:
    """2,000 molecules read 20 times: 0.016 % for 40,000 reads, 0.2 % for what there was."""
    copies = Sampling(CountedUnit.READS, 2000).copies(40_000)
    as_reads, as_molecules = (poisson_limit_of_detection(40_000, 3, one) for one in (0.0, copies))
    assert as_reads == pytest.approx(0.000157, rel=0.01)
    # 3 / 2,000 for one molecule at least, and more as some have fewer than three reads.
    assert as_molecules == pytest.approx(3.9 / 2000, rel=0.01)


@pytest.mark.parametrize("copies", [0.2, 3.0, 20.0, 200.0])
@pytest.mark.parametrize(
    ("count", "mean"), [(1, 2.0), (5, 12.0), (300, 250.0), (301, 250.0), (400, 350.0), (5000, 7e3)]
)
def test_the_tail_is_a_poisson_number_of_molecules_copied_unevenly(
    count: int, mean: float, copies: float
) -> None:
    molecules = np.arange(1, 40_000)
    weights = poisson.pmf(molecules, mean / copies)
    tails = nbinom.sf(count - 1, molecules / 1.7, 1 / (1 + 1.7 * copies))
    assert at_least(count, mean, copies) == pytest.approx(float(weights @ tails), abs=1e-3)


def test_without_copies_nothing_changes() -> None:
    assert at_least(3, 2.0, 0.0) == pytest.approx(poisson.sf(2, 2.0))
    assert wilson_interval(5, 100, 0.0) == wilson_interval(5, 100)
    assert poisson_upper(0) == pytest.approx(-math.log(0.05))
    assert at_least(500, 480.0) == pytest.approx(poisson.sf(499, 480.0), rel=1e-3)


def test_the_bound_of_nothing_seen_is_that_of_no_molecule() -> None:
    """No mutant of 2,000 molecules: 3 / 2,000 at best, however often they were read."""
    assert poisson_upper(0, copies=20.0) / 40_000 == pytest.approx(3.42 / 2000, rel=0.01)
    assert poisson_upper(0, copies=1e4) / 2e7 == pytest.approx(3 / 2000, rel=0.01)


def test_reads_are_drawn_again_and_molecules_are_not() -> None:
    reads = Sampling(CountedUnit.READS, 1000)
    families = Sampling(CountedUnit.MOLECULES, 1000)
    assert reads.copies(1001) == 1
    assert families.copies(1000) == 0
    assert families.copies(3000) == 2  # no more than the input holds
    assert Sampling(CountedUnit.FRAGMENTS, 1000).copies(999) == 0
    assert EVERY_COUNT.copies(10**6) == 0
    assert Sampling(CountedUnit.READS).copies(10**6) == 0
    assert reads.copies(0) == 0


@pytest.mark.parametrize(("molecules", "fragments"), [(10_000, 2_000), (10_000, 50_000)])
def test_the_molecules_of_a_library_follow_from_its_copies(molecules: int, fragments: int) -> None:
    drawn_from = np.random.default_rng(1).integers(molecules, size=fragments)
    found = molecules_in_library(fragments, len(np.unique(drawn_from)))
    assert found == pytest.approx(molecules, rel=0.1)
    # What samtools markdup -s estimates of 41,878 pairs, 462 of them copies.
    assert molecules_in_library(41_878, 41_416) == pytest.approx(1_884_030, abs=1)


def test_a_library_without_copies_may_hold_any_number() -> None:
    assert molecules_in_library(1000, 1000) is None
    assert molecules_in_library(0, 0) is None


@pytest.mark.parametrize(
    ("molecules", "reads", "count"), [(3000, 11_500, 19), (600, 12_000, 100), (30_000, 10_000, 3)]
)
def test_errors_of_molecules_are_copied(molecules: int, reads: int, count: int) -> None:
    """K molecules with a given error, Poisson; their reads are gamma-Poisson."""
    expected, copies = molecules * 1e-5, reads / molecules
    chance = sum(
        poisson.pmf(k, expected) * nbinom.sf(count - 1, k / 1.7, 1 / (1 + 1.7 * copies))
        for k in range(1, 20)
    )
    sampling = Sampling(CountedUnit.READS, molecules)
    assert sampling.copied_errors(count, reads) == pytest.approx(chance, rel=1e-6)
    found = sampling.fewest_beyond_copies(reads, chance * 1.000001)
    assert found == count


@pytest.mark.parametrize(
    "sampling",
    [EVERY_COUNT, Sampling(CountedUnit.READS), Sampling(CountedUnit.MOLECULES, 3000)],
)
def test_what_is_no_copy_or_of_an_unknown_input_is_no_copied_error(sampling: Sampling) -> None:
    assert sampling.copied_errors(1, 10_000) == 0.0
    assert sampling.fewest_beyond_copies(10_000, 0.001) == 1


def test_what_is_assumed_is_said() -> None:
    assert Sampling(CountedUnit.READS).assumption == IF_READS
    assert Sampling(CountedUnit.READS, 1000).assumption == ""
    assert Sampling(CountedUnit.FRAGMENTS).assumption == ""


def test_molecules_are_trusted_to_have_fewer_errors() -> None:
    assert Sampling(CountedUnit.MOLECULES).error_floor == 1e-5
    assert {Sampling(unit).error_floor for unit in (CountedUnit.READS, CountedUnit.FRAGMENTS)} == {
        5e-5
    }


def test_an_interval_is_widened_in_log_odds() -> None:
    low, high = widened(0.2, 0.18, 0.22, copies=3.0)
    logit = [math.log(x / (1 - x)) for x in (0.2, 0.18, 0.22, low, high)]
    assert logit[0] - logit[3] == pytest.approx(2 * (logit[0] - logit[1]))
    assert logit[4] - logit[0] == pytest.approx(2 * (logit[2] - logit[0]))
    assert widened(0.2, 0.0, 1.0, copies=3.0) == (0.0, 1.0)
    assert widened(0.0, 0.0, 0.1, copies=3.0) == (0.0, 0.1)
    assert widened(0.2, 0.18, 0.22, copies=0.0) == (0.18, 0.22)


def called_sample(folder: Path, *options: str) -> Called:
    """A sample with an ITD of 20 % at a depth of 600."""
    pairs = sample_pairs([tandem(28_034_105, 28_034_161, 0.2)], 600)
    folder.mkdir()
    first, second = write_mates(folder, pairs)
    return call(folder, "--fastq", str(first), str(second), *options)


def test_the_input_widens_what_is_said_of_an_itd(tmp_path: Path) -> None:
    plain = called_sample(tmp_path / "plain")
    bounded = called_sample(tmp_path / "bounded", "--input-ng", "0.66")
    one, other = plain.passing[0], bounded.passing[0]
    assert (one["vaf"], one["mutant_fragments"]) == (other["vaf"], other["mutant_fragments"])
    assert other["vaf_low"] < one["vaf_low"]
    assert other["vaf_high"] > one["vaf_high"]
    assert other["ar_high"] > one["ar_high"]
    documents = plain.document, bounded.document
    assert [each["most_molecules"] for each in documents] == [None, 200]
    assert [each["counted_unit"] for each in documents] == ["fragments", "fragments"]
    assert documents[1]["itd"]["limit_of_detection"] > documents[0]["itd"]["limit_of_detection"]
    totals = [each["itd"]["total_vaf_interval"] for each in documents]
    assert totals[1]["low"] < totals[0]["low"] < totals[0]["high"] < totals[1]["high"]


@pytest.mark.parametrize(("molecules", "itd"), [(30, "not_detected"), (29, "not_assessable")])
def test_an_input_of_too_few_molecules_answers_nothing(
    molecules: int, itd: str, tmp_path: Path
) -> None:
    """Two thousand reads of 29 molecules are no depth of 30."""
    pairs = sample_pairs([], 600)
    fastq = list(map(str, write_mates(tmp_path, pairs)))
    nanograms = str((molecules + 0.1) * GENOME_PICOGRAMS / 1000)
    document = call(tmp_path, "--fastq", *fastq, "--input-ng", nanograms).document
    assert document["itd"]["status"] == itd
    assert ("the input holds 29 molecules" in document["itd"]["reason"]) == (molecules == 29)
    assert f"the input holds {molecules} molecules, fewer than 100" in document["tkd"]["reason"]


@pytest.mark.parametrize("given", ["0", "-1", "nan", "ten", "100001"])
def test_an_input_that_is_no_amount_is_refused(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["call", "--bam", "x.bam", "--out", str(tmp_path / "S"), "--input-ng", given])
    assert stopped.value.code == 2
    assert f"--input-ng: found '{given}', expected a number of nanograms" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_the_worked_example_of_the_docs_prints_what_they_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "molecules-and-limits.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    exec(compile(code, "example.py", "exec"), {})
    assert capsys.readouterr().out == printed
