"""Identity just inside and just outside its thresholds: odds, contamination, chimerism, sex."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import betabinom

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.records import Status
from scripts.identity.compare import compare
from scripts.identity.concordance import DIFFERENT, SAME, concordance
from scripts.identity.contamination import (
    chimerism,
    contamination,
    error_rate,
    not_looked_for,
)
from scripts.identity.genotypes import SnpCount, called
from scripts.identity.mixture import Site, second_share
from scripts.identity.records import Pair, PersonVerdict, Sex, Transplanted
from scripts.identity.sex import sex_of
from scripts.identity.snps import read_snps
from tests.identity_builders import OTHER, SHARED, count, exons, row_of, tube
from tests.report_builders import exon_coverage


def odds(first: str, second: str) -> float:
    """The LOD of two samples with these genotypes, on a chromosome each."""
    return concordance(called(row_of(first)), called(row_of(second))).lod


def test_the_odds_of_each_pair_of_genotypes() -> None:
    """At a frequency of one half: chances of 1/4, 1/2 and 1/4."""
    assert odds("0", "0") == pytest.approx(math.log10(4))
    assert odds("h", "h") == pytest.approx(math.log10(2))
    assert odds("0", "1") == pytest.approx(math.log10(0.5 * 0.001 / (0.25 * 0.25)))
    assert odds("0", "h") == pytest.approx(math.log10(0.5 * 0.05 / (0.25 * 0.5)))
    both = [[count(share, pos=pos) for pos in (1, 2)] for share in (0, 500)]
    neighbours = concordance(*map(called, both)).lod
    assert neighbours - odds("0", "h") == pytest.approx(math.log10(0.5 * 0.5 / (0.25 * 0.5)))


def pair_of(first: str, second: str) -> Pair:
    """What is said of two samples of one patient."""
    return compare([tube("A1", "A", first), tube("A2", "A", second, rank=1)]).pairs[0]


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("000011", "000000", PersonVerdict.UNDECIDED),  # -1.79
        ("00011", "00000", PersonVerdict.DIFFERENT),  # -2.39
        ("hhhhhh", "hhhhhh", PersonVerdict.UNDECIDED),  # 1.81
        ("hhhhhhh", "hhhhhhh", PersonVerdict.SAME),  # 2.11
        ("00000", "00000", PersonVerdict.SAME),
        ("0000", "0000", PersonVerdict.UNDECIDED),  # 2.41, but of four SNPs
    ],
)
def test_odds_of_a_hundred_to_one_decide(first: str, second: str, verdict: PersonVerdict) -> None:
    assert (DIFFERENT, SAME) == (-2.0, 2.0)
    assert pair_of(first, second).verdict is verdict


@pytest.mark.parametrize(("genotypes", "is_told"), [("00000", True), ("0000", False)])
def test_strangers_that_agree_at_five_snps_are_told(genotypes: str, is_told: bool) -> None:
    report = compare([tube("A1", "A", genotypes), tube("B1", "B", genotypes)])
    assert bool(report.pairs) is is_told


def test_the_reason_of_no_sex_stands_beside_its_ratio() -> None:
    [clear] = compare([tube("A1", "A", SHARED, exons=tuple(exons(500.0)))]).samples
    assert (clear.sex, clear.sex_ratio, clear.sex_reason) == (Sex.MALE, 0.5, "")
    [unclear] = compare([tube("A1", "A", SHARED)]).samples
    assert (unclear.sex, unclear.sex_ratio) == (Sex.NOT_ASSESSABLE, None)
    assert unclear.sex_reason.startswith("fewer than 3 genes of chrX")


@pytest.mark.parametrize(("depth", "reason"), [(0.0, "no reads"), (1.0, "")])
def test_without_any_depth_there_is_no_ratio(depth: float, reason: str) -> None:
    rows = [exon_coverage(f"X{n}", "1", depth, chrom="chrX") for n in range(3)]
    found = sex_of([*rows, exon_coverage("TP53", "1", depth, chrom="chr17")], Assay.CAPTURE)
    assert (found[1] is None, found[2]) == (bool(reason), reason)


def test_a_lost_allele_of_another_sample_of_the_patient_is_no_contamination() -> None:
    """But a sample of after a transplantation says nothing of the patient's own alleles."""
    for transplanted, status in (
        (Transplanted.NO, Status.NOT_DETECTED),
        (Transplanted.YES, Status.NOT_ASSESSABLE),
    ):
        before = tube("A1", "A", "h0000000hh", transplanted=transplanted)
        lost = tube("A2", "A", "c0000000hh", rank=1)
        found = compare([before, lost]).samples[1].contamination
        assert found.status is status
    homozygous = tube("A1", "A", "00000000hh")
    found = compare([homozygous, tube("A2", "A", "c0000000hh", rank=1)]).samples[1].contamination
    assert found.status is Status.NOT_ASSESSABLE


def test_whose_dna_it_is_is_asked_of_other_patients_of_this_run() -> None:
    mixed = tube("A1", "A", "ccddd000hh")
    own = tube("A2", "A", "11111000hh", rank=1)
    donors = [
        tube("B1", "B", "11hhh00000"),
        tube("C1", "C", "11hhh00001", earlier=True),
        tube("D1", "D", "11h0000000"),  # lacks two of the alleles
    ]
    found = compare([mixed, own, *donors]).samples[0].contamination
    assert found.fits == ("B1",)
    alone = compare([mixed, *donors]).samples[0].contamination
    assert alone.fits == ("B1",)
    assert "; the genotypes of B1 fit." in alone.alarm
    unknown = compare([mixed]).samples[0].contamination
    assert unknown.fits == ()
    assert "the genotypes of" not in unknown.alarm


def test_a_chimerism_is_measured_against_a_sample_of_before() -> None:
    later = tube("A3", "A", OTHER, rank=2, transplanted=Transplanted.YES)
    between = tube("A2", "A", OTHER, rank=1, transplanted=Transplanted.UNKNOWN)
    [_, _, found] = compare([tube("A1", "A", SHARED), between, later]).samples
    assert found.chimerism is not None
    assert found.chimerism.against == "A1"
    [_, none] = compare([between, later]).samples
    assert none.chimerism is not None
    assert (none.chimerism.against, none.chimerism.sites) == ("", 0)


def contaminated(fragments: int) -> tuple[SnpCount, ...]:
    """Ten SNPs of 1,000 fragments, of which three show so many of another allele."""
    return tuple(count(fragments if n < 4 else 0, chrom=f"chr{n}") for n in range(1, 11))


@pytest.mark.parametrize(
    ("fragments", "status", "chromosomes"),
    [
        (3, Status.NOT_DETECTED, 0),  # 0.3 % are errors, 0.4 % are not
        (4, Status.NOT_DETECTED, 3),
        (7, Status.NOT_DETECTED, 3),  # an interval from 0.36 % on
        (8, Status.DETECTED, 3),  # from 0.51 % on
    ],
)
def test_contamination_is_told_from_half_a_percent_on(
    fragments: int, status: Status, chromosomes: int
) -> None:
    mixed = contaminated(fragments)
    found = contamination(mixed, called(mixed), (), {})
    assert (found.status, found.chromosomes) == (status, chromosomes)


@pytest.mark.parametrize(("snps", "status"), [(5, Status.NOT_ASSESSABLE), (6, Status.NOT_DETECTED)])
def test_a_stranger_would_be_noticed_nine_times_in_ten(snps: int, status: Status) -> None:
    """SNPs of 20 %: a stranger shows at one of five with a chance of 89.3 %, of six of 93.1 %."""
    counts = tuple(count(0, chrom=f"chr{n}", frequency=0.2) for n in range(snps))
    found = contamination(counts, called(counts), (), {})
    assert found.status is status
    if status is Status.NOT_ASSESSABLE:
        assert "5.0% of a stranger's DNA would show with a chance of 89.3% only" in found.reason
        assert (found.sites, found.chromosomes) == (5, 0)


@pytest.mark.parametrize(("snps", "is_asked"), [(2, False), (3, True)])
def test_three_homozygous_snps_are_needed(snps: int, is_asked: bool) -> None:
    counts = tuple(count(0, chrom=f"chr{n}") for n in range(snps))
    found = contamination(counts, called(counts), (), {})
    assert (found.share is not None) is is_asked
    after = chimerism(counts, called(counts), "A1")
    assert (after.recipient is not None) is is_asked
    assert after.sites == snps
    with_others = (*counts, count(500, chrom="chrX"))
    assert chimerism(with_others, called(with_others), "A1").sites == snps


def test_what_is_not_looked_for_has_no_numbers() -> None:
    found = not_looked_for("why")
    assert (found.sites, found.chromosomes, found.noticed, found.reason) == (0, 0, 0.0, "why")


def test_errors_are_half_of_what_shows_neither_allele() -> None:
    """Two of the three wrong bases are neither of the two alleles."""
    counts = [count(0, 996, other_fragments=4), count(0, 1000, other_fragments=0)]
    assert error_rate(counts) == 4 / 2 / 2000
    assert error_rate([]) == 0.0


def test_the_share_of_a_second_person_is_that_of_a_beta_binomial() -> None:
    """Against scipy: the likelihood of three genotypes, and 1.92 below its best at both ends."""
    sites = [Site("chr1", 0, 0.3, 40, 1000), Site("chr2", 2, 0.6, 930, 1000)]
    sites += [Site("chr3", 0, 0.2, 3, 1500)]
    rate = 0.001

    def log_likelihood(share: float) -> float:
        total = 0.0
        for site in sites:
            there = 0.0
            for genotype, chance in enumerate(
                ((1 - site.frequency) ** 2, 2 * site.frequency * (1 - site.frequency),
                 site.frequency**2)
            ):  # fmt: skip
                mean = (1 - share) * site.known / 2 + share * genotype / 2
                mean = mean * (1 - rate) + (1 - mean) * rate
                weight = 200 / max(4 * mean * (1 - mean), 0.02)
                there += chance * betabinom.pmf(
                    site.alternate, site.fragments, mean * weight, (1 - mean) * weight
                )
            total += math.log(there)
        return total

    found = second_share(sites, rate)
    best = log_likelihood(found.share)
    assert found.gain == pytest.approx(2 * (best - log_likelihood(0.0)))
    for inside, outside in ((found.low, found.low / 1.03), (found.high, found.high * 1.03)):
        assert log_likelihood(outside) < best - 1.92073 <= log_likelihood(inside)
    tried = np.geomspace(1e-3, 0.9, 60)
    assert max(map(log_likelihood, tried)) <= best + 0.01


def test_errors_explain_what_they_make() -> None:
    """5 % of another allele at every SNP are a second person, but not where errors make as much."""
    sites = [Site(f"chr{n}", 0, 0.5, 50, 1000) for n in range(8)]
    shares = [second_share(sites, rate).share for rate in (0.0, 0.01, 0.05)]
    assert all(more > less for more, less in pairwise(shares))
    assert shares[-1] == 0


def test_frequencies_of_a_list_lie_between_none_and_all(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    head = "gene\tchrom\tpos_grch38\tpos_grch37\tref\talt\tfrequency\tsource\n"
    for frequency, is_right in (("0", False), ("0.01", True), ("0.99", True), ("1", False)):
        path.write_text(f"{head}TP53\tchr1\t5\t6\tA\tG\t{frequency}\tx\n", "utf-8")
        if is_right:
            assert read_snps(path, "GRCh38", ["chr1"])[0].frequency == float(frequency)
        else:
            with pytest.raises(UserError, match="expected one between 0 and 1"):
                read_snps(path, "GRCh38", ["chr1"])


def test_a_tube_is_compared_by_its_own_counts() -> None:
    """A second list of SNPs that only one tube has is nothing to compare."""
    other = tuple(dataclasses.replace(one, pos=999) for one in row_of(SHARED, "A2"))
    assert pair_of(SHARED, SHARED).compared == len(SHARED)
    report = compare([tube("A1", "A", SHARED), tube("A2", "A", SHARED, counts=other)])
    assert report.pairs[0].compared == 0
