"""Whether reads of one kind are missing over the junction of an insertion."""

import math
import random
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from flt3itd.fitness.thresholds import Thresholds
from flt3itd.insertions.baits import Baits
from flt3itd.insertions.caught_reads import Capture
from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junction_places import showing
from flt3itd.insertions.missing_kinds import MissedKind, missed_kind
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import FragmentShapes, ReadSpans, read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead

SIZE = 150
_CHANCE = random.Random(3)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=1000))
MUTANT = Haplotype(REFERENCE, Insertion(500, 500, REFERENCE[440:500]))
JUNCTION = MUTANT.duplication.end
PLACES = range(10, SIZE - 9)
LIMITS = Thresholds()
ONE, TWO = math.log10(11 / 0.8), math.log10(40 / 0.2)
"""What the number of kinds by one feature, and by two, takes from the evidence."""


def read_with(number: int, before: int, *, reverse: bool, second: bool) -> SplitRead:
    """A read of the mutant with so many bases before the junction, aligned by its longer part."""
    start = JUNCTION - before
    text = MUTANT.sequence[start : start + SIZE]
    first = 2 * before >= SIZE
    diagonal = start if first else start - MUTANT.length_change
    aligned = (0, before) if first else (before, SIZE)
    qualities = b"\x25" * SIZE
    ends = (diagonal, diagonal, *aligned, aligned[1])
    return SplitRead(number, *ends, text, qualities, reverse, second)


def reads_of_all_kinds(places: Iterable[int] = PLACES) -> list[SplitRead]:
    """Reads of both strands and mates at each place, each of a fragment of its own."""
    kinds = [(at, bool(n & 1), bool(n & 2)) for at in places for n in range(4)]
    return [
        read_with(number, at, reverse=reverse, second=second)
        for number, (at, reverse, second) in enumerate(kinds)
    ]


def spans_of(wildtype: Iterable[tuple[int, int]] = (), behind: int = 10_000) -> ReadSpans:
    """Reads of the wild type with so many bases before the last end of the segment, and flags."""
    found = ReadSet()
    for number, (before, flag) in enumerate(wildtype):
        found.add_plain(MUTANT.segment[1] - before, SIZE, behind + number, flag)
    found.add_plain(0, SIZE, 2 * behind, 0)
    found.fragments = 2 * behind + 1
    return read_spans(found)


def kind_of(
    reads: list[SplitRead], spans: ReadSpans | None = None, capture: Capture | None = None
) -> MissedKind:
    shown = showing(ComparedReads.of(reads), MUTANT)
    return missed_kind(shown, MUTANT, spans or spans_of(), capture)


def before(read: SplitRead) -> int:
    """Bases before the junction."""
    start = read.first_diagonal
    return JUNCTION - start if read.aligned_start == 0 else read.aligned_start


def is_late(read: SplitRead) -> bool:
    """Whether most of what was read first lies before the junction, seen along the read."""
    return (2 * before(read) < SIZE) if read.is_reverse else (2 * before(read) > SIZE)


def is_near(read: SplitRead) -> bool:
    """Whether the junction is nearer to an end than to the middle."""
    return min(before(read), SIZE - before(read)) - 10 < (SIZE / 2 - 10) / 2


KINDS: dict[str, Callable[[SplitRead], bool]] = {
    "is a second read": lambda read: read.is_read2,
    "is a first read": lambda read: not read.is_read2,
    "lies on the reverse strand": lambda read: read.is_reverse,
    "lies on the forward strand": lambda read: not read.is_reverse,
    "lies mostly before it": lambda read: 2 * before(read) > SIZE,
    "lies mostly behind it": lambda read: 2 * before(read) <= SIZE,
    "passes it late": is_late,
    "passes it early": lambda read: not is_late(read),
    "has it in the middle": lambda read: not is_near(read),
    "has it near an end": is_near,
    "is a second read and has it in the middle": lambda r: r.is_read2 and not is_near(r),
    "is a first read and passes it late": lambda r: not r.is_read2 and is_late(r),
    "lies on the reverse strand and has it near an end": lambda r: r.is_reverse and is_near(r),
}


def test_of_reads_of_all_kinds_none_is_missing() -> None:
    assert kind_of(reads_of_all_kinds()).kind_missed < 0
    assert kind_of([]) == MissedKind(0.0, "")


@pytest.mark.parametrize("words", KINDS)
def test_the_kind_that_was_taken_away_is_told(words: str) -> None:
    found = kind_of([read for read in reads_of_all_kinds() if not KINDS[words](read)])
    assert found.missed_kind == words
    assert found.kind_missed >= LIMITS.kind_missed


def test_what_is_told_is_the_probability_of_any_kind() -> None:
    """Second reads are half of the reads by design, those in the middle a quarter of all."""
    first = [read for read in reads_of_all_kinds(range(12, 138, 6)) if not read.is_read2]
    assert kind_of(first).kind_missed == pytest.approx(len(first) * math.log10(2) - ONE)
    words = "is a second read and has it in the middle"
    most = [read for read in reads_of_all_kinds(range(12, 138, 6)) if not KINDS[words](read)]
    found = kind_of(most)
    assert found.missed_kind == words
    assert found.kind_missed == pytest.approx(len(most) * math.log10(4 / 3) - TWO)


@pytest.mark.parametrize(("kept", "is_missing"), [(119, True), (120, False)])
def test_a_kind_is_missing_that_has_less_than_half_of_its_share(
    kept: int, is_missing: bool
) -> None:
    """Of 240 first reads and half as many second ones, none else being rare."""
    reads = reads_of_all_kinds(range(15, 135))
    first = [read for read in reads if not read.is_read2]
    second = [read for read in reads if read.is_read2]
    half = [read for number, read in enumerate(second) if number % 4 in (0, 3)]
    found = kind_of([*first, *half[:kept]])
    assert (found.missed_kind == "is a second read") is is_missing


def test_what_is_rare_of_the_wild_type_is_not_missing() -> None:
    """Of a place beside a bait nearly all reads are of one strand."""
    forward = [read for read in reads_of_all_kinds() if not read.is_reverse]
    assert kind_of(forward).missed_kind == "lies on the reverse strand"
    wildtype = [(at, int(flag)) for at in PLACES for flag in (0, Flag.READ_2) for _ in range(6)]
    beside = kind_of(forward, spans_of(wildtype))
    assert kind_of(forward).kind_missed > 70 > 30 > beside.kind_missed
    both = [(at, int(flag)) for at in PLACES for flag in (0, Flag.REVERSE)]
    assert kind_of(forward, spans_of(both)).kind_missed > 70


def test_copies_of_a_read_count_once_and_mates_half() -> None:
    few = [read for read in reads_of_all_kinds(range(12, 138, 6)) if not read.is_read2]
    copies = [read._replace(fragment=read.fragment + 1000) for read in few]
    assert kind_of([*few, *copies]) == kind_of(few)
    of_pairs = [read._replace(fragment=read.fragment // 4) for read in few]
    missed = kind_of(few).kind_missed + ONE
    assert kind_of(of_pairs).kind_missed == pytest.approx(missed / 2 - ONE)


def test_none_is_as_near_an_end_as_chance_lets_expect() -> None:
    """Reads whose ends do not lie on the reference were left out; five bases may be missing."""
    some = reads_of_all_kinds(range(30, SIZE - 29))
    found = kind_of(some)
    nearest = (30 - 10 - 5) / (SIZE / 2 - 10)
    assert found.missed_kind == "has it near an end"
    assert found.kind_missed == pytest.approx(-len(some) * math.log10(1 - nearest) - ONE)
    assert kind_of(reads_of_all_kinds(range(15, SIZE - 14))).kind_missed < 0


def test_reads_in_whose_middle_it_lies_leave_out_what_may_be_missing_at_ends() -> None:
    """Four that lie alike but for strand and mate: 5 of 65 bases at each end may be missing."""
    found = kind_of(reads_of_all_kinds([SIZE // 2]))
    assert found.missed_kind == "has it near an end"
    assert found.kind_missed == pytest.approx(4 * math.log10(65 / 5) - ONE)


def test_reads_with_ten_bases_behind_the_junction_count() -> None:
    first = [read for read in reads_of_all_kinds((10, 20, 140)) if not read.is_read2]
    assert kind_of(first).kind_missed == pytest.approx(6 * math.log10(2) - ONE)


def test_mates_of_the_reads_are_no_wild_type_beside_them() -> None:
    """That they lie over an end of the segment follows from where the reads lie."""
    forward = [read for read in reads_of_all_kinds() if not read.is_reverse]
    mates = [(at, int(Flag.READ_2)) for at in PLACES]
    own = [read._replace(fragment=10_000 + number) for number, read in enumerate(forward)]
    assert kind_of(own, spans_of(mates)) == kind_of(own)
    assert kind_of(forward, spans_of(mates)).kind_missed < kind_of(own).kind_missed


def capture(first: int, last: int) -> Capture:
    """Fragments of 300 bases, and baits in a stretch of the reference alone."""
    places = np.arange(len(REFERENCE))
    pull = np.where((places >= first) & (places < last), 1.0, 0.0)
    read = np.array([SIZE])
    shapes = FragmentShapes(read, read, np.array([300]), np.ones(1))
    return Capture(Baits(pull, 80.0), shapes)


def test_kinds_that_baits_do_not_catch_are_not_missing() -> None:
    """Baits that lie before the copies alone: what they catch reads the junction backwards.

    Of the forward reads only those begin in front of the copies that pass it late, or near to it.
    """
    reverse = [read for read in reads_of_all_kinds() if read.is_reverse]
    assert kind_of(reverse).missed_kind == "lies on the forward strand"
    assert kind_of(reverse, capture=capture(0, 1000)) == kind_of(reverse)
    assert kind_of(reverse, capture=capture(200, 360)).kind_missed < 0
    first = [read for read in reverse if not read.is_read2]
    assert kind_of(first, capture=capture(200, 360)).missed_kind == "is a second read"
