"""Windows: where they lie, how often they occur in each haplotype, which stretches show them."""

import numpy as np
import pytest

from flt3itd.insertions.haplotype import Deletion, Haplotype, change_between, insertion_between
from flt3itd.insertions.windows import ANCHOR, MOST_WINDOWS, WindowSet, find_windows
from tests.builders import random_sequence

REFERENCE = random_sequence(1500, 11)


def tandem(start: int, end: int, filler: str = "", reference: str = REFERENCE) -> Haplotype:
    insertion = insertion_between(reference, end, end, filler + reference[start:end])
    return Haplotype(reference, insertion)


def windows_of(*mutants: Haplotype) -> WindowSet:
    return find_windows([Haplotype(mutants[0].reference), *mutants])


def occurrences(windows: WindowSet, haplotype: int, window: int) -> list[tuple[int, int]]:
    return sorted(
        (each.start, each.end) for each in windows.occurrences[haplotype] if each.window == window
    )


def test_both_boundaries_occur_once_in_wild_type_and_mutant() -> None:
    windows = windows_of(tandem(600, 660))
    assert windows.count == 3
    assert occurrences(windows, 0, 0) == []
    assert len(occurrences(windows, 1, 0)) == 1
    for boundary, at in ((1, 600), (2, 660)):
        ((start, end),) = occurrences(windows, 0, boundary)
        # Wider where the reference happens to look alike; a base of both copies may agree.
        assert start + ANCHOR <= at
        assert at <= end - ANCHOR + 1
        ((mutant_start, _),) = occurrences(windows, 1, boundary)
        assert mutant_start == start + (60 if boundary == 2 else 0)


def test_the_junction_window_holds_filler_and_anchors() -> None:
    mutant = tandem(600, 660, "GATTACAGATTACA")
    ((start, end),) = occurrences(windows_of(mutant), 1, 0)
    assert start <= 660 - ANCHOR
    assert end >= 660 + 14 + ANCHOR
    assert mutant.sequence[start:end] not in REFERENCE


def test_one_insertion_may_duplicate_the_boundary_of_another() -> None:
    windows = windows_of(tandem(600, 700), tandem(630, 660))
    # Both boundaries of the second lie inside the segment of the first.
    assert [len(occurrences(windows, 1, window)) for window in (4, 5)] == [2, 2]
    assert [len(occurrences(windows, 0, window)) for window in (4, 5)] == [1, 1]
    # The first junction is not in the second haplotype, nor the reverse.
    assert occurrences(windows, 2, 0) == occurrences(windows, 1, 3) == []


@pytest.mark.parametrize("length", [800, 900, 1200])
def test_a_junction_stands_in_both_copies_of_a_long_duplication(length: int) -> None:
    """It was looked for up to 900 bases away."""
    reference = random_sequence(4000, 13)
    short = tandem(2000, 2030, reference=reference)
    copied = short.sequence[2060 - length : 2060]
    sequence = short.sequence[:2060] + copied + short.sequence[2060:]
    long = Haplotype(
        reference, insertion_between(reference, 2000, 2000, sequence[2000 : length + 2030])
    )
    assert long.sequence == sequence
    windows = find_windows([Haplotype(reference), long, short])
    first, second = occurrences(windows, 1, windows.own[2].junctions[0])
    assert second[0] - first[0] == length


def test_windows_of_a_repeat_grow_until_they_are_unique() -> None:
    unit = random_sequence(30, 5)
    reference = random_sequence(600, 1) + unit * 3 + random_sequence(600, 2)
    windows = windows_of(tandem(600, 630, "", reference))
    (junction,) = occurrences(windows, 1, 0)
    mutant = tandem(600, 630, "", reference).sequence
    assert mutant[slice(*junction)] not in reference


def test_two_insertions_of_one_length_have_windows_of_their_own() -> None:
    one, other = tandem(600, 630), tandem(603, 633)
    windows = windows_of(one, other)
    (first,), (second,) = occurrences(windows, 1, 0), occurrences(windows, 2, 3)
    assert one.sequence[slice(*first)] not in other.sequence
    assert other.sequence[slice(*second)] not in one.sequence


def test_a_stretch_shows_what_it_covers_wholly() -> None:
    windows = windows_of(tandem(600, 660))
    ((start, end),) = occurrences(windows, 1, 0)
    starts = np.array([start, start + 1, start, 0], dtype=np.int64)
    ends = np.array([end, end, end - 1, len(REFERENCE)], dtype=np.int64)
    shown = windows.shown(1, starts, ends)
    assert ((shown & windows.junction_mask(1)) > 0).tolist() == [True, False, False, True]
    assert shown[3] == 0b111


def test_haplotypes_that_no_bits_are_left_for_have_no_windows() -> None:
    """Three windows each: twenty fit into the bits of a mask, and the next has none."""
    windows = windows_of(*(tandem(400 + 20 * n, 412 + 20 * n) for n in range(22)))
    assert windows.count <= MOST_WINDOWS
    assert all(own.junctions for own in windows.own[1:21])
    assert not windows.own[21].junctions
    assert windows.junction_mask(21) == 0


def copies(count: int, start: int = 600, end: int = 640) -> Haplotype:
    inserted = REFERENCE[start:end] * (count - 1)
    return Haplotype(REFERENCE, insertion_between(REFERENCE, end, end, inserted))


def test_three_copies_have_a_window_at_both_junctions_and_one_over_both() -> None:
    windows = windows_of(copies(3))
    places = [occurrences(windows, 1, window) for window in windows.own[1].junctions]
    assert [len(each) for each in places] == [2, 1]
    (first, second), (both,) = places
    assert second[0] - first[0] == 40
    assert both[0] <= first[0]
    assert both[1] >= second[1]


@pytest.mark.parametrize(("read", "windows"), [(52, 2), (51, 1)])
def test_junctions_that_no_read_spans_have_no_window_together(read: int, windows: int) -> None:
    """The unit of 40 and six bases on both sides."""
    found = find_windows([Haplotype(REFERENCE), copies(3)], read)
    assert len(found.own[1].junctions) == windows


def test_two_and_three_copies_share_their_junction() -> None:
    windows = windows_of(copies(2), copies(3))
    assert windows.shares_junctions(1)
    shared = windows.own[1].junctions[0]
    assert [len(occurrences(windows, h, shared)) for h in range(3)] == [0, 1, 2]
    # What tells two copies from three is a stretch over both and what lies around them.
    told = windows.own[1].junctions[1]
    assert [len(occurrences(windows, h, told)) for h in range(3)] == [0, 1, 0]


def test_a_small_change_beside_has_windows_of_its_own() -> None:
    insertion = tandem(600, 640).change
    deletion = change_between(REFERENCE, 660, 668, "")
    assert isinstance(deletion, Deletion)
    both = Haplotype(REFERENCE, insertion, (deletion,))
    normal = Haplotype(REFERENCE, None, (deletion,))
    windows = windows_of(normal, both)
    shared = windows.own[1].junctions[0]
    assert shared in windows.own[2].junctions
    ((start, end),) = occurrences(windows, 2, shared)
    assert start <= 700 - ANCHOR
    assert end >= 700 + ANCHOR


@pytest.mark.parametrize(("place", "told"), [(300, False), (600, True), (1200, False)])
def test_a_haplotype_is_told_apart_where_it_lacks_what_a_mutant_brought(
    place: int, told: bool
) -> None:
    """20 bases are inserted where the copied ones begin, or far from them."""
    mutant = tandem(600, 660)
    inserted = Haplotype(REFERENCE, insertion_between(REFERENCE, place, place, "ACGT" * 5))
    windows = find_windows([Haplotype(REFERENCE), mutant, inserted])
    assert windows.tell_apart(2, [1]) == told
    assert windows.tell_apart(1, [1])
    assert not windows.tell_apart(0, [1])
