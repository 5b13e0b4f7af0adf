"""The engine of long events asks for one more copy of a unit, and no more: three copies were told
as two (33 of 48 drawn ones), with the VAF that their two junctions make."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.long_events import LongEvent
from scripts.panel.place_reads import ContigReads
from scripts.panel.read_rules import ReadRules
from scripts.panel.remarks import copies_remark
from scripts.panel.tandem_copies import told_in_copies, unit_of
from tests.copy_builders import FIRST, SIZE, UNIT, copies_of, reads_of_copies
from tests.panel_builders import (
    CONTIG,
    GENOME,
    RULES,
    THRESHOLDS,
    bam_of,
    other,
    sequence_of,
)


def _called(allele: Allele) -> Call:
    interval = ConfidenceInterval(*wilson_interval(640, 1000))
    event = LongEvent(allele, AlleleCounts(640, 360, 1000, (0, 0), (0, 0)), 0.64, interval)
    return Call(allele, 0.0, 0, 0, long=event)


def _told(tmp_path: Path, called: int, molecules: Mapping[int, int]) -> dict[int, float]:
    """The VAF that is told, by units inserted."""
    with bam_of(tmp_path, reads_of_copies(molecules)) as bam:
        found = count_calls([_called(copies_of(called))], bam, sequence_of, THRESHOLDS).calls
    estimates = {call.allele: call.share or call.long for call in found if not call.other_change}
    return {
        (len(allele.alt) - 1) // SIZE: estimate.vaf
        for allele, estimate in estimates.items()
        if estimate is not None
    }


@pytest.mark.parametrize("called", [1, 2])
def test_three_copies_are_told_with_their_vaf(tmp_path: Path, called: int) -> None:
    assert _told(tmp_path, called, {2: 4, 0: 6}) == {2: pytest.approx(0.4, abs=0.04)}


def test_two_clones_keep_their_numbers(tmp_path: Path) -> None:
    told = _told(tmp_path, 1, {1: 3, 2: 4, 0: 3})
    assert told == {1: pytest.approx(0.3, abs=0.05), 2: pytest.approx(0.4, abs=0.05)}


def test_two_copies_stay_two(tmp_path: Path) -> None:
    assert _told(tmp_path, 1, {1: 4, 0: 6}) == {1: pytest.approx(0.4, abs=0.04)}


@pytest.mark.parametrize(("size", "is_told"), [(42, True), (44, False)])
def test_reads_hold_10_bases_beside_two_units_and_some_of_the_third(
    tmp_path: Path, size: int, is_told: bool
) -> None:
    unit = GENOME[FIRST : FIRST + size]
    allele = copies_of(1, unit)
    with bam_of(tmp_path, reads_of_copies({2: 4, 0: 6}, size)) as bam:
        told = told_in_copies(allele, ContigReads(bam, sequence_of(CONTIG), RULES), 0.005)
    assert list(told or ()) == ([copies_of(2, unit)] if is_told else [])


@pytest.mark.parametrize(("size", "is_open"), [(38, False), (46, True)])
@pytest.mark.parametrize("inserted", [1, 2])
def test_more_copies_that_reads_could_not_tell_have_a_remark(
    tmp_path: Path, size: int, is_open: bool, inserted: int
) -> None:
    """Three copies of 106 bases in reads of 100 passed as two, at 0.915 for 0.45."""
    allele = copies_of(1, GENOME[FIRST : FIRST + size])
    with bam_of(tmp_path, reads_of_copies({inserted: 4, 0: 6}, size)) as bam:
        found = count_calls([_called(allele)], bam, sequence_of, THRESHOLDS).calls
    assert any(call.copies_open for call in found) is is_open
    assert any(copies_remark(call) for call in found) is is_open


def test_a_polymorphism_in_both_copies_makes_no_third(tmp_path: Path) -> None:
    changed = UNIT[:15] + other(UNIT[15]) + UNIT[16:]
    reads = reads_of_copies({1: 4, 0: 6})
    for segment in reads:
        qualities = segment.query_qualities
        segment.query_sequence = (segment.query_sequence or "").replace(UNIT, changed)
        segment.query_qualities = qualities
    with bam_of(tmp_path, reads) as bam:
        assert not told_in_copies(copies_of(1), ContigReads(bam, sequence_of(CONTIG), RULES), 0.005)


@pytest.mark.parametrize(("least_share", "is_told"), [(0.005, True), (0.9, False)])
def test_a_number_needs_its_share(tmp_path: Path, least_share: float, is_told: bool) -> None:
    with bam_of(tmp_path, reads_of_copies({2: 4, 0: 6})) as bam:
        told = told_in_copies(
            copies_of(1), ContigReads(bam, sequence_of(CONTIG), RULES), least_share
        )
    assert bool(told) is is_told


def test_amplicons_and_what_is_no_long_insertion_are_left(tmp_path: Path) -> None:
    amplicon, fetch = ReadRules(Assay.AMPLICON, 20, 20), sequence_of(CONTIG)
    replaced = Allele(CONTIG, FIRST - 1, GENOME[FIRST - 1 : FIRST + 1], UNIT)
    with bam_of(tmp_path, reads_of_copies({2: 4, 0: 6})) as bam:
        assert not told_in_copies(copies_of(1), ContigReads(bam, fetch, amplicon), 0.005)
        assert not told_in_copies(replaced, ContigReads(bam, fetch, RULES), 0.005)
        assert not told_in_copies(copies_of(1, UNIT[:19]), ContigReads(bam, fetch, RULES), 0.005)


def test_a_unit_is_the_shortest_that_is_repeated() -> None:
    assert unit_of("ACG" * 4) == "ACG"
    assert unit_of("ACGA") == "ACGA"
