"""The events of the molecules of a place: which there are, where, and which are of one molecule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.transcript import Fetch
from scripts.panel import molecules
from scripts.panel.alleles import Allele
from scripts.panel.haplotypes import Haplotype, fragments_on
from scripts.panel.known_parts import NothingKnown
from scripts.panel.molecules import PlacedEvent, PlacedEvents, events_of_mixture, events_of_place
from scripts.panel.place_reads import PlaceRead, with_clips_placed
from scripts.panel.places import Place
from scripts.panel.shares import Fragment
from scripts.panel.turned_reads import InvertedStretch, as_molecules_have_them
from tests.builders import random_sequence
from tests.panel_builders import CONTIG, GENOME, RULES, bam_of, mixture_of, other, read, sequence_of

FETCH = sequence_of(CONTIG)
PLACE = Place(CONTIG, 200, 250, ())


def with_substitutions(*places: int) -> str:
    return "".join(
        other(base) if at in places else base for at, base in enumerate(GENOME[200:250], start=200)
    )


def test_events_that_share_molecules_have_a_phase_set_in_common() -> None:
    """Of four haplotypes, the second shares a base with the first, the last two none."""
    texts = [GENOME[200:250], *(with_substitutions(*some) for some in (
        (210, 205), (210, 215), (225,), (235, 230),
    ))]  # fmt: skip
    mixture = mixture_of(300, 20, 20, 20, 20)
    events = events_of_mixture(mixture, texts, PLACE, FETCH, NothingKnown())
    assert {one.allele.start: one.phase_set for one in events} == {
        205: 206, 210: 206, 215: 206, 225: None, 230: 231, 235: 231,
    }  # fmt: skip
    assert {one.allele.start: set(one.carriers) for one in events}[210] == {1, 2}


@pytest.mark.parametrize(
    ("start", "end", "is_over"),
    [(99, 111, True), (98, 105, False), (105, 112, False), (104, 106, True)],
)
def test_an_event_is_over_a_call_that_reaches_a_base_beyond_it(
    start: int, end: int, is_over: bool
) -> None:
    own = Allele(CONTIG, 100, "A" * 10, "C")
    mixture = mixture_of(10, 10)
    event = PlacedEvent(own, frozenset({1}), mixture, mixture.share(frozenset({1})))
    found = PlacedEvents(PLACE, (), (event,), 20)
    assert found.event_over(Allele(CONTIG, start, "A" * (end - start), "G")) is (
        event if is_over else None
    )
    assert found.event_over(own) is None


def reads_without(first: int, last: int, count: int) -> list[pysam.AlignedSegment]:
    """Reads from 50 bases before a deletion of [first, last) to 50 behind it."""
    segments = []
    for number in range(count):
        segment = read(f"d{number}", first - 50)
        segment.query_sequence = GENOME[first - 50 : first] + GENOME[last : last + 50]
        segment.query_qualities = pysam.qualitystring_to_array("F" * 100)
        segment.cigarstring = f"50M{last - first}D50M"
        segments.append(segment)
    return segments


@pytest.mark.parametrize(
    ("first", "last", "place"),
    [
        (220, 225, (200, 225)),
        (221, 226, None),
        (185, 190, (185, 210)),
        (184, 189, None),
        (205, 265, (200, 265)),
        (205, 266, None),
    ],
)
def test_a_place_is_widened_by_gaps_of_up_to_60_bases_within_ten_of_it(
    tmp_path: Path, first: int, last: int, place: tuple[int, int] | None
) -> None:
    narrow = Place(CONTIG, 200, 210, ())
    with bam_of(tmp_path, reads_without(first, last, 3)) as bam:
        found = events_of_place(bam, narrow, FETCH, RULES, least_share=0.005, known=NothingKnown())
    widened = [one for one in [found] if one is not None and one.place != narrow]
    assert [(one.place.start, one.place.end) for one in widened] == ([place] if place else [])
    assert [len(one.events) for one in widened] == ([1] if place else [])


@pytest.mark.parametrize(("count", "events"), [(2, 0), (3, 1)])
def test_an_event_has_three_fragments(tmp_path: Path, count: int, events: int) -> None:
    call = Allele(CONTIG, 219, GENOME[219:225], GENOME[219])
    place = Place(CONTIG, 220, 225, (call,))
    with bam_of(tmp_path, reads_without(220, 225, count)) as bam:
        found = events_of_place(bam, place, FETCH, RULES, least_share=0.005, known=NothingKnown())
    assert found is not None
    assert len(found.events) == events


def reads_with(inserted: str, count: int) -> list[pysam.AlignedSegment]:
    """Reads that hold all of an insertion at base 220, 30 bases before it on."""
    segments = []
    for number in range(count):
        segment = read(f"i{number}", 190)
        segment.query_sequence = GENOME[190:220] + inserted + GENOME[220 : 290 - len(inserted)]
        segment.query_qualities = pysam.qualitystring_to_array("F" * 100)
        segment.cigarstring = f"30M{len(inserted)}I{70 - len(inserted)}M"
        segments.append(segment)
    return segments


@pytest.mark.parametrize(("length", "is_looked_for"), [(40, False), (41, True)])
def test_reads_without_a_place_are_looked_for_from_41_inserted_bases_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int, is_looked_for: bool
) -> None:
    asked = []

    def asked_for(mates: object, texts: list[str], *_: object) -> list[PlaceRead]:
        asked.append([len(text) for text in texts])
        return []

    monkeypatch.setattr(molecules, "laid_on", asked_for)
    place = Place(CONTIG, 215, 225, ())
    with bam_of(tmp_path, reads_with(random_sequence(length, seed=8), 4)) as bam:
        found = events_of_place(bam, place, FETCH, RULES, least_share=0.005, known=NothingKnown())
    assert found is not None
    assert len(found.events) == 1
    assert asked == ([[10 + length]] if is_looked_for else [])


def test_an_insertion_that_no_read_holds_is_put_together(tmp_path: Path) -> None:
    """Of 80 bases, of which reads from the left show 60, and those from the right too."""
    inserted = random_sequence(80, seed=8)
    segments = []
    for number in range(5):
        left, right = read(f"l{number}", 180), read(f"r{number}", 220)
        left.query_sequence = GENOME[180:220] + inserted[:60]
        left.cigarstring = "40M60S"
        right.query_sequence = inserted[20:] + GENOME[220:260]
        right.cigarstring = "60S40M"
        for segment in (left, right):
            segment.query_qualities = pysam.qualitystring_to_array("F" * 100)
            segments.append(segment)
    place = Place(CONTIG, 215, 225, ())
    with bam_of(tmp_path, segments) as bam:
        found = events_of_place(bam, place, FETCH, RULES, least_share=0.005, known=NothingKnown())
    assert found is not None
    assert [len(one.allele.alt) - len(one.allele.ref) for one in found.events] == [80]


@pytest.mark.parametrize(("lost", "placed"), [(60, False), (61, True)])
def test_clips_beside_a_deletion_of_more_than_60_bases_are_laid_where_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int, placed: bool
) -> None:
    seen: list[PlaceRead] = []

    def noted(one: PlaceRead, fetch: Fetch) -> PlaceRead:
        seen.append(one)
        return with_clips_placed(one, fetch)

    monkeypatch.setattr(molecules, "with_clips_placed", noted)
    call = Allele(CONTIG, 219, GENOME[219 : 220 + lost], GENOME[219])
    with bam_of(tmp_path, reads_without(220, 220 + lost, 5)) as bam:
        place = Place(CONTIG, 220, 220 + lost, (call,))
        events_of_place(bam, place, FETCH, RULES, least_share=0.005, known=NothingKnown())
    assert bool(seen) is placed


@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_reads_that_aligners_turned_are_turned_back_where_they_begin_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assay: Assay
) -> None:
    """Thirty bases stand on the other strand. Of amplicons reads begin at primers."""
    turned: list[InvertedStretch] = []
    begin_at_primers: list[bool] = []

    def noted(
        reads: Sequence[PlaceRead],
        haplotypes: Sequence[Haplotype],
        stretches: Sequence[InvertedStretch],
    ) -> Iterator[PlaceRead]:
        turned.extend(stretches)
        return as_molecules_have_them(reads, haplotypes, stretches)

    def told(
        haplotypes: Sequence[Haplotype], reads: Iterable[PlaceRead], *, from_primers: bool
    ) -> list[Fragment]:
        begin_at_primers.append(from_primers)
        return fragments_on(haplotypes, reads, from_primers=from_primers)

    monkeypatch.setattr(molecules, "as_molecules_have_them", noted)
    monkeypatch.setattr(molecules, "fragments_on", told)
    inverted = reverse_complement(GENOME[220:250])
    call = Allele(CONTIG, 220, GENOME[220:250], inverted)
    reads = []
    for number in range(5):
        segment = read(f"m{number}", 180)
        segment.query_sequence = GENOME[180:220] + inverted + GENOME[250:280]
        segment.query_qualities = pysam.qualitystring_to_array("F" * 100)
        reads.append(segment)
    with bam_of(tmp_path, reads) as bam:
        place, rules = Place(CONTIG, 220, 250, (call,)), replace(RULES, assay=assay)
        events_of_place(bam, place, FETCH, rules, least_share=0.005, known=NothingKnown())
    assert bool(turned) is (assay is Assay.CAPTURE)
    assert begin_at_primers == [assay is Assay.AMPLICON]
