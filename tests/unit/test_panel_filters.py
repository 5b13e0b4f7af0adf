"""Filters, marks and sources of the panel's variants."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.benchmark.panel_data import reader
from scripts.genome.knowledge import KnownClass
from scripts.genome.limits import slippage_limit
from scripts.panel.alleles import Allele
from scripts.panel.calls import Call
from scripts.panel.filter_table import PanelFilter
from scripts.panel.filters import (
    Surroundings,
    filters_of,
    is_on_target,
    rescue,
    run_change,
    surrounding_filters,
)
from scripts.panel.marks import (
    NOTHING_KNOWN,
)
from scripts.panel.misaligned_itd import shadows_of
from tests.builders import random_sequence
from tests.flt3_builders import itd_event
from tests.panel_builders import (
    CONTIG,
    SNV,
    THRESHOLDS,
    bam_of,
    clean,
    counts_of,
    read,
    rows_annotated,
)

PANELS = Path(__file__).parents[2] / "panels"
PATHOGENIC, ARTIFACT = KnownClass.PATHOGENIC, KnownClass.ARTIFACT


def test_bases_near_the_ends_of_reads_are_counted_and_filtered(tmp_path: Path) -> None:
    edge, middle = SNV.start - 95, SNV.start - 50
    reads = [read(f"m{i}", edge, SNV) for i in range(15)]
    reads += [read(f"w{i}", middle) for i in range(60)]
    for segment in reads[::2]:
        segment.flag |= 0x10
    counts = counts_of(tmp_path, SNV, reads)
    assert (counts.mutant_ends, counts.wildtype_ends) == ((15, 0), (0, 60))
    assert filters_of(0.2, 75, counts, THRESHOLDS) == ["position_bias"]


def test_the_reads_of_an_amplicon_all_end_there_and_that_says_nothing() -> None:
    counts = replace(clean(20, 80), mutant_ends=(20, 0), wildtype_ends=(80, 0))
    assert filters_of(0.2, 100, counts, THRESHOLDS) == []


def test_mutant_bases_of_bad_quality_are_counted_and_filtered(tmp_path: Path) -> None:
    start = SNV.start - 50
    reads = [read(f"good{i}", start, SNV) for i in range(6)]
    reads += [read(f"bad{i}", start, SNV, quality=12) for i in range(14)]
    reads += [read(f"w{i}", start) for i in range(94)]
    for segment in reads[::2]:
        segment.flag |= 0x10
    counts = counts_of(tmp_path, SNV, reads)
    assert (counts.mutant_poor, counts.wildtype_poor) == ((14, 6), (0, 94))
    assert filters_of(0.06, 100, counts, THRESHOLDS) == ["base_quality"]
    everywhere = replace(counts, wildtype_poor=(94, 40))
    assert filters_of(0.06, 100, everywhere, THRESHOLDS) == []


@pytest.mark.parametrize(
    ("mutant", "wildtype", "biased"),
    [
        # A tenth of the mutant reads on the rarer strand, and one more.
        ((10, 90), (500, 500), True),
        ((11, 89), (500, 500), False),
        ((90, 10), (500, 500), True),
        # All of 14 on one strand: p = 1.2e-4, of 15: 5.8e-5.
        ((0, 14), (1000, 1000), False),
        ((0, 15), (1000, 1000), True),
    ],
)
def test_strand_bias_needs_its_share_and_its_p(
    mutant: tuple[int, int], wildtype: tuple[int, int], biased: bool
) -> None:
    counts = replace(clean(100, 1000), mutant_reads=mutant, wildtype_reads=wildtype)
    assert filters_of(0.1, 1100, counts, THRESHOLDS) == (["strand_bias"] if biased else [])


@pytest.mark.parametrize(
    ("name", "reads", "biased"),
    [
        ("ends", (90, 10), True),
        ("ends", (89, 11), False),
        ("poor", (50, 50), True),
        ("poor", (49, 51), False),
        # All of 4 where a tenth of the wild type has it: p = 1.1e-4, of 5: 1.2e-5.
        ("ends", (4, 0), False),
        ("ends", (5, 0), True),
    ],
)
def test_the_other_biases_need_their_share_and_their_p(
    name: str, reads: tuple[int, int], biased: bool
) -> None:
    counts = clean(100, 1000)
    wildtype = (100, 900)
    counts = (
        replace(counts, mutant_ends=reads, wildtype_ends=wildtype)
        if name == "ends"
        else replace(counts, mutant_poor=reads, wildtype_poor=wildtype)
    )
    reason = {"ends": "position_bias", "poor": "base_quality"}[name]
    assert filters_of(0.1, 1100, counts, THRESHOLDS) == ([reason] if biased else [])


@pytest.mark.parametrize(
    ("start", "ref", "alt", "run"),
    [
        (9, "C", "CG", (8, 1)),
        (9, "CG", "C", (8, 1)),
        (14, "G", "GG", (8, 1)),
        (9, "C", "CGG", (8, 2)),
        (9, "CGGG", "C", (8, 3)),
        (9, "C", "CA", (0, 1)),
        (9, "C", "CGA", (0, 0)),
        (16, "GGT", "G", (0, 0)),
        (9, "CG", "CA", (0, 0)),
        (9, "C", "T", (0, 0)),
    ],
)
def test_runs_of_one_base(start: int, ref: str, alt: str, run: tuple[int, int]) -> None:
    sequence = "ACTACTACT" + "C" + "GGGGGGGG" + "TACTACTA"
    fetch = lambda low, high: sequence[max(0, low) : high]  # noqa: E731
    assert run_change(Allele(CONTIG, start, ref, alt), fetch) == run


def test_slippage_grows_with_the_run() -> None:
    limits = [slippage_limit(run) for run in range(13)]
    assert limits == sorted(limits)
    assert limits[5] < 0 < limits[6]
    # ASXL1 c.1934dup: a run of 8 G. At 5 % it is taken for slippage, at 40 % not.
    for vaf, reasons in ((0.05, ["slippage"]), (0.4, [])):
        assert surrounding_filters(vaf, Surroundings(slipped=limits[8]), THRESHOLDS) == reasons


@pytest.mark.parametrize(
    ("vaf", "surroundings", "reasons"),
    [
        (0.2, Surroundings(), []),
        (0.0, Surroundings(), []),
        (0.2, Surroundings(on_target=False), ["off_target"]),
        (0.2, Surroundings(in_normals=True), ["normals"]),
        (0.2, Surroundings(population_frequency=0.01), []),
        (0.2, Surroundings(population_frequency=0.011), ["common"]),
        (0.09, Surroundings(known=ARTIFACT), ["known_artifact"]),
        (0.1, Surroundings(known=ARTIFACT), []),
        # BCOR c.3621dup is on lists of artefacts, and a true mutation of a reference material.
        (0.7, Surroundings(known=ARTIFACT), []),
        (0.2, Surroundings(misaligned_itd=True), ["misaligned_itd"]),
    ],
)
def test_the_place_of_a_variant_gives_reasons(
    vaf: float, surroundings: Surroundings, reasons: list[str]
) -> None:
    assert surrounding_filters(vaf, surroundings, THRESHOLDS) == reasons


def test_known_pathogenic_variants_are_rescued_from_soft_filters_only() -> None:
    soft = [one for one in PanelFilter if one.soft]
    assert soft == ["low_vaf", "copied_error", "strand_bias", "position_bias", "normals", "common"]
    assert rescue(soft, PATHOGENIC) == ([], soft)
    assert rescue(soft, None) == (soft, [])
    assert rescue(soft[:1], ARTIFACT) == (soft[:1], [])
    for hard in (one for one in PanelFilter if not one.soft):
        assert rescue([*soft[:1], hard], PATHOGENIC) == ([*soft[:1], hard], [])


def test_a_rescued_variant_keeps_its_history(tmp_path: Path) -> None:
    reads = [read(f"f{i}", SNV.start - 50, SNV if i < 6 else None) for i in range(700)]
    for segment in reads[::2]:
        segment.flag |= 0x10
    name = f"c.51{SNV.ref}>{SNV.alt}"
    known = replace(NOTHING_KNOWN, known={("GENE", name): PATHOGENIC})
    with bam_of(tmp_path, reads) as bam:
        found = [
            rows_annotated(
                [Call(SNV, 9.0, 6, 700, population_frequency=0.02)], bam, knowledge=what
            )[0]
            for what in (NOTHING_KNOWN, known)
        ]
    assert (found[0].filter, found[0].rescued, found[0].known) == ("low_vaf;common", "", "")
    assert (found[1].filter, found[1].rescued) == ("PASS", "low_vaf;common")
    assert (found[1].known, found[1].population_frequency) == ("pathogenic", 0.02)


@pytest.mark.parametrize(
    ("start", "ref", "alt", "inside"),
    [
        (99, "G", "T", False),
        (99, "GA", "TC", True),
        (98, "CGA", "C", True),
        (198, "CA", "C", True),
        (199, "AC", "A", False),
        (199, "A", "T", True),
        (200, "C", "T", False),
        (98, "C", "CTT", False),
        (99, "G", "GTT", True),  # beside the first base
        (199, "A", "ATT", True),  # beside the last one
        (200, "C", "CTT", False),
    ],
)
def test_a_change_is_on_target_where_it_touches_a_base_of_it(
    start: int, ref: str, alt: str, inside: bool
) -> None:
    bases = "TGACTGCATC" * 9 + "TGACTGCACG" + "ACGTGACTGC" * 9 + "ACGTGACTGA" + "CGTGACTGAC"
    regions, fetch = {CONTIG: [(100, 200)]}, reader(bases)
    assert is_on_target(Allele(CONTIG, start, ref, alt), regions, fetch) is inside
    assert not is_on_target(Allele("chr2", start, ref, alt), regions, fetch)


@pytest.mark.parametrize(("first", "inside"), [(101, True), (102, False)])
def test_a_change_that_could_stand_in_a_target_is_on_it(first: int, inside: bool) -> None:
    """A run of ten bases in front of the target, or up to one base before it, has one more."""
    bases = "TG" * 45 + "C" * 10 + "TG" * 50
    regions = {CONTIG: [(first - 1, 150)]}
    assert is_on_target(Allele(CONTIG, 89, "G", "GC"), regions, reader(bases)) is inside


def test_bases_that_misaligned_reads_of_an_itd_show_are_told_from_others() -> None:
    reference = random_sequence(600, seed=11)
    start, end = 250, 295
    fetch = lambda low, high: reference[max(0, low) : high]  # noqa: E731
    mutant = reference[:end] + reference[start:]
    event = itd_event(
        chrom=CONTIG,
        pos=start,
        ref=reference[start - 1],
        alt=reference[start - 1 : end],
        vaf=0.4,
    )
    (shadow,) = shadows_of([event], fetch)
    # A read that ends ten bases behind the first copy, laid on the reference without a gap.
    behind = [i for i in range(end, end + 10) if mutant[i] != reference[i]]
    before = [i for i in range(start - 10, start) if mutant[i + end - start] != reference[i]]
    assert len(behind) > 4 < len(before)
    for place, base in [(i, mutant[i]) for i in behind] + [
        (i, mutant[i + end - start]) for i in before
    ]:
        assert shadow.explains(Allele(CONTIG, place, reference[place], base), 0.01)
        assert not shadow.explains(Allele(CONTIG, place, reference[place], base), 0.2)
        other = next(b for b in "ACGT" if b not in (reference[place], base))
        assert not shadow.explains(Allele(CONTIG, place, reference[place], other), 0.01)
    far = reference[end + 100]
    assert not shadow.explains(Allele(CONTIG, end + 100, far, "A" if far != "A" else "C"), 0.01)
    assert not shadow.explains(Allele("chr2", behind[0], "A", mutant[behind[0]]), 0.01)


needs_bcftools = pytest.mark.skipif(shutil.which("bcftools") is None, reason="needs bcftools")


def test_a_call_at_the_least_vaf_passes_and_one_at_the_slippage_limit_does_not() -> None:
    least = THRESHOLDS.minimum_vaf
    assert filters_of(least, 1000, clean(10, 990), THRESHOLDS) == []
    below = filters_of(least - 1e-9, 1000, clean(10, 990), THRESHOLDS)
    assert below == [PanelFilter.LOW_VAF]
    limit = slippage_limit(20)
    assert limit > 0
    at = surrounding_filters(limit, Surroundings(slipped=limit), THRESHOLDS)
    assert at == [PanelFilter.SLIPPAGE]
    assert surrounding_filters(limit + 1e-9, Surroundings(slipped=limit), THRESHOLDS) == []


def test_filters_that_ask_for_more_fragments_are_not_asked_of_a_known_variant() -> None:
    """A variant of another sample of the patient: errors are counted instead (`support`)."""
    assert [one for one in PanelFilter if one.support] == [
        "low_depth", "low_vaf", "few_fragments", "copied_error", "not_spanned",
    ]  # fmt: skip
