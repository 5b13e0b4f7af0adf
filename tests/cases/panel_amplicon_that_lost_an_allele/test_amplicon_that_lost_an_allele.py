"""Two overlapping amplicons, one of which makes no product of some molecules."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.tables import read_table, write_table
from flt3itd.records import FltEvent, Status
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.amplicon_shares import (
    AmpliconShare,
    Change,
    SampleAmplicons,
    amplicons_of_sample,
    changes_of_calls,
    changes_of_itds,
    changes_of_rows,
    shares_of,
    with_own_primers,
)
from scripts.panel.calls import Call, CountedCalls
from scripts.panel.measured import measure
from scripts.panel.products import Product
from scripts.panel.read_fitness import TargetReads
from scripts.panel.read_rules import HIDDEN, ReadRules, SpanCount
from scripts.panel.rows import PanelVariant
from scripts.patient.genotypes import main as genotype_variants
from scripts.patient.model import PanelGenotype
from scripts.records.json_text import json_text
from tests.builders import write_fasta
from tests.flt3_builders import flt3_result, itd_event, itd_result
from tests.panel_builders import (
    CONTIG,
    GENOME,
    READ,
    THRESHOLDS,
    bam_of,
    called,
    molecule,
    read,
    rows_annotated,
    substitution,
)
from tests.report_builders import write_flt3, write_text

PRIMER = 20
FIRST, SECOND = 230, 270
"""Where the amplicons begin, each of one read."""
MUTATION, UNDER = substitution(305), substitution(275)
GAP = Allele(CONTIG, 304, GENOME[304:308], GENOME[304])
BESIDE = substitution(298)


def product(start: int) -> Product:
    end = start + READ
    return Product(CONTIG, start, end, start + PRIMER, end - PRIMER, READ, 0, 100, alone=True)


def amplicon(start: int, molecules: Mapping[tuple[Allele, ...], int]) -> list[pysam.AlignedSegment]:
    """Reads of an amplicon with hidden primers, so many of each molecule."""
    found: list[pysam.AlignedSegment] = []
    for alleles, count in molecules.items():
        gap = next((one for one in alleles if len(one.ref) > 1), None)
        lost = len(gap.ref) - 1 if gap else 0
        for number in range(count):
            one = read(f"{start}.{len(found)}.{number}", start)
            if gap is not None:
                before = gap.start + 1 - start
                one.cigarstring = f"{before}M{lost}D{READ - lost - before}M"
            size = READ - lost
            text = molecule(alleles)[start : start + size]
            one.query_sequence = text
            hidden = [HIDDEN] * PRIMER
            one.query_qualities = array("B", [*hidden, *[37] * (size - 2 * PRIMER), *hidden])
            found.append(one)
    return found


def rows_over(
    folder: Path,
    first: Mapping[tuple[Allele, ...], int],
    second: Mapping[tuple[Allele, ...], int],
    itds: Sequence[FltEvent] = (),
) -> dict[Allele, PanelVariant]:
    reads = amplicon(FIRST, first) + amplicon(SECOND, second)
    alleles = sorted({allele for some in (*first, *second) for allele in some})
    thresholds = replace(THRESHOLDS, reads=ReadRules(Assay.AMPLICON, 20, 20))
    products = [product(FIRST), product(SECOND)]
    with bam_of(folder, reads) as bam:
        rows = rows_annotated(
            called(*alleles), bam, thresholds=thresholds, products=products, itds=itds
        )
    return {Allele(CONTIG, row.pos - 1, row.ref, row.alt): row for row in rows}


@pytest.mark.parametrize("change", [(MUTATION,), (GAP,), (MUTATION, BESIDE)])
def test_an_amplicon_with_a_change_under_its_primer_is_not_counted(
    tmp_path: Path, change: tuple[Allele, ...]
) -> None:
    rows = rows_over(tmp_path, {(UNDER, *change): 50, (): 150}, {(): 150})
    for allele in change:
        row = rows[allele]
        assert (row.alternate_fragments, row.depth, row.vaf) == (50, 200, 0.25)
        assert row.vaf_low < 0.25 < row.vaf_high
        assert row.remark == (
            f"counted without {CONTIG}:271-370 (0% of 150): c.121A>C lies under a primer there, so "
            "that an allele may be lost"
        ).replace("c.121A>C", _name(rows[UNDER]))


def _name(row: PanelVariant) -> str:
    return row.hgvs_c.rsplit(":", maxsplit=1)[-1]


def test_so_is_one_that_lost_the_other_allele(tmp_path: Path) -> None:
    """An inherited base on the molecules without the mutation."""
    rows = rows_over(tmp_path, {(UNDER,): 100, (MUTATION,): 50, (): 50}, {(MUTATION,): 50, (): 50})
    assert rows[MUTATION].vaf == 0.25
    assert rows[UNDER].remark == ""


def test_without_such_a_change_all_amplicons_count(tmp_path: Path) -> None:
    rows = rows_over(tmp_path, {(MUTATION,): 50, (): 150}, {(MUTATION,): 40, (): 110})
    assert (rows[MUTATION].vaf, rows[MUTATION].remark) == (90 / 350, "")


@pytest.mark.parametrize(("under", "counted"), [(10, 200), (9, 350)])
def test_a_rare_change_under_a_primer_moves_little(
    tmp_path: Path, under: int, counted: int
) -> None:
    """5 in 100 molecules."""
    first = {(UNDER,): under, (MUTATION,): 50, (): 150 - under}
    rows = rows_over(tmp_path, first, {(MUTATION,): 40, (): 110})
    assert rows[MUTATION].depth == counted


@pytest.mark.parametrize(("first", "known"), [(50, True), (49, False)])
def test_where_too_few_fragments_are_left_a_remark_says_what_is_lost(
    tmp_path: Path, first: int, *, known: bool
) -> None:
    """A row needs 50 fragments here."""
    rows = rows_over(tmp_path, {(UNDER, MUTATION): 12, (): first - 12}, {(): 150})
    row = rows[MUTATION]
    assert (row.depth == first) is known
    assert ("the VAF be another" in row.remark) is not known
    assert row.vaf_high > 0.3


class Numbers(NamedTuple):
    """What is said of a change."""

    vaf: float
    low: float
    high: float
    remark: str


def numbers(*counts: tuple[int, int], sampling: Sampling = EVERY_COUNT) -> Numbers:
    """What amplicons with so many fragments, with the change and of all, show together."""
    products = [product(100 * i) for i in range(len(counts))]
    by_span = tuple(
        SpanCount((one.start + 5, one.end - 5), *count)
        for one, count in zip(products, counts, strict=True)
    )
    mutant, depth = (sum(column) for column in zip(*counts, strict=True))
    count = AlleleCounts(mutant, depth - mutant, depth, (0, 0), (0, 0), by_span=by_span)
    call = Call(MUTATION, 9.0, mutant, depth)
    amplicons = SampleAmplicons({CONTIG: products}, {}, sampling, 50)
    found, remark = amplicons.numbers_of_call(call, count)
    return Numbers(found.vaf, found.interval.low, found.interval.high, remark)


FOUND = Call(MUTATION, 9.0, 50, 400)


@pytest.mark.parametrize(
    "told",
    [
        replace(FOUND, part_of_event=True),
        replace(FOUND, other_change=True),
        replace(FOUND, vaf_open=True),
    ],
)
def test_what_another_row_tells_is_not_compared(told: Call) -> None:
    """Fragments of a larger event would be counted as without the change."""
    one, beside = product(100), product(300)
    by_span = SpanCount((100, 200), 50, 200), SpanCount((300, 400), 0, 200)
    count = AlleleCounts(50, 350, 400, (0, 0), (0, 0), by_span=by_span)
    amplicons = SampleAmplicons({CONTIG: [one, beside]}, {}, EVERY_COUNT, 50)
    measured = measure(FOUND, count)
    assert amplicons.numbers_of_call(told, count) == (measured, "")
    assert amplicons.numbers_of_call(FOUND, count) != (measured, "")


@pytest.mark.parametrize(("lost", "vaf"), [(4, 0.25), (5, 55 / 400)])
def test_the_vaf_is_of_those_that_show_a_change_which_another_lost(lost: int, vaf: float) -> None:
    """Less than a tenth of 25% in 200; where it is more, the interval holds both."""
    found = numbers((50, 200), (lost, 200))
    assert found.vaf == pytest.approx(vaf)
    assert found.high > 0.3
    assert "amplicons do not agree" in found.remark
    assert ("of those that show it" in found.remark) is (lost == 4)


def test_the_interval_holds_what_each_amplicon_shows() -> None:
    """Also where one of three lost the change, and the others do not agree."""
    for third in ((100, 200), (0, 200)):
        counts = (100, 200), (40, 200), third
        measured = numbers(*counts)
        assert "holds all of them" in measured.remark
        least = min(one / all_ for one, all_ in counts)
        assert measured.low < least + 0.001 < 0.5 < measured.high


@pytest.mark.parametrize(("second", "agree"), [(40, False), (41, True)])
def test_odds_that_differ_by_less_than_two_are_of_other_causes(second: int, *, agree: bool) -> None:
    """25% has odds of 1 in 3, 40 of 280 of 1 in 6."""
    counts = (2500, 10_000), (second * 100, 28_000)
    assert (numbers(*counts).remark == "") is agree


@pytest.mark.parametrize(("first", "agree"), [(18, False), (17, True)])
def test_what_chance_explains_is_no_disagreement(first: int, *, agree: bool) -> None:
    """Of 300 fragments each, 18 and none have p = 6e-6, 17 and none 1.2e-5."""
    assert (numbers((first, 300), (0, 300)).remark == "") is agree


def test_copies_of_few_molecules_vary_more() -> None:
    """Of 50 molecules, 1000 reads each are no more than these."""
    counts = (250, 1000), (50, 1000)
    few = Sampling(CountedUnit.READS, 50)
    assert "do not agree" in numbers(*counts).remark
    assert numbers(*counts, sampling=few).remark == ""


def test_where_amplicons_do_not_agree_the_interval_of_each_is_that_of_its_molecules() -> None:
    """60% of 1000 reads of 250 molecules, beside 10%."""
    counts = (600, 1000), (100, 1000)
    few = numbers(*counts, sampling=Sampling(CountedUnit.READS, 250))
    assert "holds all of them" in few.remark
    assert few.high > numbers(*counts).high + 0.02


def under_primers(*changes: Change) -> list[str]:
    """The names of the changes that lie under a primer of an amplicon, and count."""
    found = amplicons_of_sample([product(FIRST)], changes, EVERY_COUNT, 50, 5)
    return [one.name for some in found.under_primers.values() for one in some]


@pytest.mark.parametrize(
    ("start", "ref", "alt", "under"),
    [
        (FIRST - 1, "A", "C", False),
        (FIRST, "A", "C", True),
        (FIRST + PRIMER - 1, "A", "C", True),
        (FIRST + PRIMER, "A", "C", False),
        (FIRST + PRIMER - 2, "A", "AC", True),
        (FIRST + PRIMER - 1, "A", "AC", False),
        (FIRST + PRIMER - 2, "AC", "A", True),
        (FIRST + PRIMER - 1, "AC", "A", False),
        (FIRST + READ - PRIMER - 1, "A", "C", False),
        (FIRST + READ - PRIMER, "A", "C", True),
        (FIRST + READ - 1, "A", "C", True),
        (FIRST + READ, "A", "C", False),
    ],
)
def test_a_change_under_a_primer_changes_a_base_of_it(
    start: int, ref: str, alt: str, *, under: bool
) -> None:
    change = Change(Allele(CONTIG, start, ref, alt), "NM_1.1:c.1A>C", 0.5, 100)
    assert under_primers(change) == ["c.1A>C"] * under
    assert under_primers(replace(change, allele=replace(change.allele, contig="other"))) == []


@pytest.mark.parametrize(("mutant", "counts"), [(4, False), (5, True)])
def test_a_change_of_too_few_fragments_to_pass_is_no_reason(mutant: int, *, counts: bool) -> None:
    change = Change(substitution(FIRST), "c.1A>C", 0.5, mutant)
    assert under_primers(change) == ["c.1A>C"] * counts


def test_a_change_takes_no_amplicon_from_itself() -> None:
    one = product(100)
    count = AlleleCounts(5, 95, 100, (0, 0), (0, 0), by_span=(SpanCount((100, 200), 5, 100),))
    own = Change(MUTATION, "c.1A>C", 0.05, 5)
    amplicons = SampleAmplicons({CONTIG: [one]}, {one: [own]}, EVERY_COUNT, 50)
    assert amplicons.numbers_of_call(FOUND, count)[1] == ""


@pytest.mark.parametrize(
    "told", [replace(FOUND, part_of_event=True), replace(FOUND, other_change=True)]
)
def test_a_call_that_another_row_tells_is_no_change_under_a_primer(told: Call) -> None:
    counts = {MUTATION: AlleleCounts(50, 350, 400, (0, 0), (0, 0))}
    assert changes_of_calls(CountedCalls([told], counts, []), {}) == []


WHOLE = product(100)


@pytest.mark.parametrize(
    ("off", "fragments", "counts"), [(0, 20, True), (1, 20, False), (0, 19, False)]
)
def test_fragments_are_of_the_amplicon_that_begins_or_ends_nearly_as_they_do(
    off: int, fragments: int, *, counts: bool
) -> None:
    """20 fragments tell of an amplicon. One of their ends may be a clip, not the other."""
    begun, ended = (100 - 5 - off, 160), (140, 200 + 5 + off)
    for span in (begun, ended):
        shown = shares_of([SpanCount(span, 5, fragments)], [WHOLE, product(300)])
        assert shown == ([AmpliconShare(WHOLE, 5, fragments)] if counts else [])


@pytest.mark.parametrize(
    ("unknown", "compared"), [((2, 2), True), ((3, 3), False), ((0, 22), True), ((0, 23), False)]
)
def test_where_mutants_may_be_of_any_amplicon_none_are_compared(
    unknown: tuple[int, int], *, compared: bool
) -> None:
    """One in ten of the mutants, or of all."""
    counts = [SpanCount((100, 200), 18, 200), SpanCount((140, 160), *unknown)]
    assert (shares_of(counts, [WHOLE]) != []) is compared


def test_fragments_of_two_amplicons_together_are_of_neither() -> None:
    """A long product from the left primer of one to the right one of the next."""
    assert shares_of([SpanCount((100, 250), 5, 20)], [WHOLE, product(150)]) == []


def test_products_with_primers_of_two_amplicons_are_no_amplicon() -> None:
    """Those of fewer fragments that share an end with another one."""
    joined = (
        replace(WHOLE, start=105, end=350, fragments=99),
        replace(WHOLE, start=150, end=195, fragments=99),
    )
    beside = replace(WHOLE, start=106, end=206, fragments=99)
    assert with_own_primers([*joined, beside, WHOLE]) == [WHOLE, beside]


def course_of(
    folder: Path,
    rows: Mapping[Allele, PanelVariant],
    reads: list[pysam.AlignedSegment],
    itds: Sequence[FltEvent] = (),
) -> PanelGenotype:
    """What the course of a patient says of the mutation, which passes in another sample."""
    bam_of(folder, reads).close()
    own = [replace(row, filter="low_vaf" if row.pos == 306 else "PASS") for row in rows.values()]
    write_table(folder / "S1.tsv", PanelVariant, own)
    write_table(folder / "A.tsv", PanelVariant, [replace(rows[MUTATION], filter="PASS")])
    products = TargetReads({}, (product(FIRST), product(SECOND)))
    target_reads = write_text(folder / "target_reads.json", json_text(products))
    flt3 = write_flt3(folder / "flt3.json", flt3_result(itd=itd_result(*itds)))
    fasta = write_fasta(folder / "genome.fa", {CONTIG: GENOME})
    of_both = {
        "samples": ("S1", "A"),
        "assays": ("amplicon", "amplicon"),
        "panels": (folder / "S1.tsv", folder / "A.tsv"),
        "flt3": (flt3, flt3),
        "bams": (folder / "reads.bam", folder / "reads.bam"),
        "reads": (target_reads, target_reads),
    }
    given = [word for name, pair in of_both.items() for word in (f"--{name}", *map(str, pair))]
    least = THRESHOLDS.minimum_alternate_fragments
    thresholds = (
        f"--minimum-depth 50 --minimum-alternate-fragments {least} "
        "--minimum-mapping-quality 20 --minimum-base-quality 20"
    )
    out = folder / "course.tsv"
    genotype_variants([*given, *thresholds.split(), "--fasta", str(fasta), "--out", str(out)])
    found = read_table(out, PanelGenotype)
    return next(one for one in found if (one.sample, one.pos) == ("S1", MUTATION.start + 1))


@pytest.mark.parametrize(
    ("first", "second", "vaf"),
    [
        ({(UNDER, MUTATION): 50, (): 150}, {(): 150}, 0.25),
        ({(MUTATION,): 50, (): 150}, {(): 150}, 0.25),
        ({(UNDER,): 100, (MUTATION,): 50, (): 50}, {(MUTATION,): 50, (): 50}, 0.25),
        ({(MUTATION,): 50, (): 150}, {(MUTATION,): 40, (): 110}, 90 / 350),
        ({(MUTATION,): 100, (): 100}, {(MUTATION,): 30, (): 120}, 130 / 350),
        ({(UNDER, MUTATION): 12, (): 37}, {(): 150}, 12 / 199),
    ],
)
def test_the_course_of_a_patient_has_the_numbers_of_the_row(
    tmp_path: Path,
    first: Mapping[tuple[Allele, ...], int],
    second: Mapping[tuple[Allele, ...], int],
    vaf: float,
) -> None:
    rows = rows_over(tmp_path, first, second)
    found = course_of(tmp_path, rows, amplicon(FIRST, first) + amplicon(SECOND, second))
    own = rows[MUTATION]
    assert own.vaf == pytest.approx(vaf)
    assert (found.mutant_fragments, found.informative_fragments) == (
        own.alternate_fragments, own.depth
    )  # fmt: skip
    assert (found.vaf, found.vaf_low, found.vaf_high) == pytest.approx(
        (own.vaf, own.vaf_low, own.vaf_high), rel=1e-5
    )
    assert found.remark == own.remark


AT_PRIMER = itd_event(vaf=0.3, chrom=CONTIG, pos=276, ref=GENOME[275], alt=GENOME[275] + "ACGT" * 9)
"""Inserted behind a base of the left primer of the second amplicon."""


@pytest.mark.parametrize(
    ("itd", "counts"),
    [
        (AT_PRIMER, True),
        (replace(AT_PRIMER, status=Status.NOT_DETECTED, filter="low_depth"), False),
        (replace(AT_PRIMER, vaf=0.04), False),
        (replace(AT_PRIMER, pos=SECOND + PRIMER), False),
    ],
)
def test_an_itd_over_a_primer_is_a_change_under_it_for_row_and_course(
    tmp_path: Path, itd: FltEvent, *, counts: bool
) -> None:
    """The panel has no row of it: flt3itd calls it."""
    first, second = {(MUTATION,): 50, (): 150}, {(MUTATION,): 40, (): 110}
    rows = rows_over(tmp_path, first, second, [itd])
    own = rows[MUTATION]
    reads = amplicon(FIRST, first) + amplicon(SECOND, second)
    found = course_of(tmp_path, rows, reads, [itd])
    assert ("lies under a primer there" in own.remark) is counts
    assert own.depth == found.informative_fragments == (200 if counts else 350)
    assert found.vaf == pytest.approx(own.vaf)
    assert found.remark == own.remark


def test_an_itd_is_one_change_with_the_haplotypes_of_its_call() -> None:
    """The panel may have counted it, too: beside it they tell of other changes already."""
    allele = Allele(CONTIG, 275, AT_PRIMER.ref, AT_PRIMER.alt)
    mixture = object()
    call = Call(allele, 9.0, 50, 400, placed=SimpleNamespace(mixture=mixture))  # type: ignore[arg-type]
    (found,) = changes_of_itds([AT_PRIMER], [call])
    assert (found.allele, found.mixture, found.mutant) == (allele, mixture, 300)
    assert changes_of_itds([AT_PRIMER])[0].mixture is None


def test_a_row_that_another_tells_is_no_change_under_a_primer(tmp_path: Path) -> None:
    row = rows_over(tmp_path, {(UNDER, MUTATION): 50, (): 150}, {(): 150})[UNDER]
    told = [replace(row, filter=f"strand_bias;{one}") for one in ("part_of_event", "other_change")]
    (found,) = changes_of_rows([*told, replace(row, filter="strand_bias")])
    assert (found.allele, found.name, found.vaf, found.mutant) == (
        UNDER, row.hgvs_c, row.vaf, row.alternate_fragments
    )  # fmt: skip
