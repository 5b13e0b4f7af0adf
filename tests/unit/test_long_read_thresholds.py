"""The thresholds of long reads, each just inside and just outside."""

import random
from collections.abc import Sequence
from dataclasses import replace

import edlib
import numpy as np
import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.kinase.tkd import TkdParameters
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.long_reads.caller import call_long_reads
from flt3itd.long_reads.counting import Competition, margin
from flt3itd.long_reads.differences import Compared, LengthChange
from flt3itd.long_reads.error_profile import (
    ErrorProfile,
    Rate,
    is_more_than_errors,
    stands_out,
)
from flt3itd.long_reads.kinase import KinaseReads
from flt3itd.long_reads.limits import assessable, limit_sentences
from flt3itd.long_reads.reads import LongRead, SpanningReads, gather
from flt3itd.long_reads.spanning import Cutter, Window, references
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import LengthLimit

LOCUS = flt3_locus()
WIDE = Window(18_780, 19_400)
TILED = Window(18_960, 19_290, 30)


@pytest.mark.parametrize(
    ("foreign", "narrow", "spanning"),
    [
        (0, 0, 400), (450, 0, 400),
        (450, 10, 400), (450, 11, 411),  # 20 reads of FLT3 choose the window: half of them narrow?
        (360, 20, 400), (361, 20, 420),  # and 400 reads of any gene
    ],
)  # fmt: skip
def test_reads_of_flt3_are_found_wherever_they_stand(
    foreign: int, narrow: int, spanning: int
) -> None:
    """Narrow parts, reads of other genes, whole reads: those that come early choose the window."""
    rng = random.Random(foreign)
    others = ["".join(rng.choices("ACGT", k=200)) for _ in range(foreign)]
    parts = [LOCUS.sequence[18_940:19_320]] * narrow
    whole = [LOCUS.sequence[18_700:19_500]] * 400
    reads = [LongRead(f"r{n}", one, b"") for n, one in enumerate([*parts, *others, *whole])]
    told: list[str] = []
    found = gather(iter(reads), references(LOCUS), lambda read: told.append(read.name))
    assert found is not None
    assert told == [read.name for read in reads]
    assert found.spanning == spanning


def damaged(text: str, errors: int) -> str:
    """A text that is exactly so many edits away from its original, by substitutions."""
    rng = random.Random(errors)
    while True:
        letters = list(text)
        for place in rng.sample(range(len(text)), errors):
            letters[place] = "ACGT".replace(text[place], "")[rng.randrange(3)]
        changed = "".join(letters)
        if edlib.align(text, changed, mode="NW")["editDistance"] == errors:
            return changed


@pytest.mark.parametrize(("window", "most"), [(WIDE, 13), (TILED, 5)])
@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("side", ["left", "right"])
def test_errors_in_a_flank(window: Window, most: int, more: int, side: str) -> None:
    sequence, flank = LOCUS.sequence, window.flank
    left = sequence[window.start - flank : window.start]
    right = sequence[window.end : window.end + flank]
    if side == "left":
        left = damaged(left, most + more)
    else:
        right = damaged(right, most + more)
    cutter = Cutter(sequence, window)
    cut = cutter.cut(left + cutter.wildtype + right, is_reverse=False)
    assert cut is not None
    assert (cut.sequence is None) is bool(more)


@pytest.mark.parametrize(("apart", "needed"), [(1, 1), (3, 1), (4, 2), (5, 2), (6, 3), (50, 29)])
def test_the_margin_is_six_tenths_of_what_parts_two_alleles(apart: int, needed: int) -> None:
    assert margin(apart) == needed


def test_a_read_with_part_of_an_insertion_counts_for_it_from_eight_of_ten_bases() -> None:
    """With 8 of 10 bases it is 6 edits nearer (5 are needed), with 7 it is 4."""
    before, inserted, behind = "ACGTCCGATA" * 3, "GGTTGGTTGG", "CATCGATCAA" * 3
    mutant, wildtype = before + inserted + behind, before + behind
    reads = [before + inserted[:kept] + behind for kept in range(11)]
    competition = Competition(reads, np.ones(11, dtype=np.int64))
    assert competition.won(mutant, [wildtype]).tolist() == [False] * 8 + [True] * 3
    assert competition.won(wildtype, [mutant]).tolist() == [True] * 3 + [False] * 8


@pytest.mark.parametrize(
    ("count", "rate", "real"),
    [
        (7, Rate(0.001, 1e9), True),  # Poisson with mean 1: 8.3e-5
        (6, Rate(0.001, 1e9), False),  # 5.9e-4
        (14, Rate(0.001, 1.0), True),  # geometric with mean 1: 2 ** -14 = 6.1e-5
        (13, Rate(0.001, 1.0), False),  # 1.2e-4
    ],
)
def test_significance_of_an_insertion(count: int, rate: Rate, real: bool) -> None:
    assert is_more_than_errors(count, 1000, rate) is real


@pytest.mark.parametrize(
    ("count", "misses", "length", "real"),
    [(20, 10, 12, True), (19, 10, 12, False), (0, 10, 13, True)],
)
def test_a_short_insertion_stands_out(count: int, misses: int, length: int, real: bool) -> None:
    assert stands_out(count, misses, length) is real


def profile_of(nets: Sequence[int], place: int = 300) -> ErrorProfile:
    """Reads that are each longer by so many bases at a place."""
    changes = (LengthChange(place, place + 1, place, place + 1 + net, net) for net in nets)
    return ErrorProfile([Compared(one.net, 0, (one,), ()) for one in changes], 600)


@pytest.mark.parametrize(("net", "mimics", "near"), [(8, 1, 0), (7, 0, 1), (5, 0, 1), (4, 0, 0)])
def test_what_mimics_and_what_nearly_mimics_ten_bases(net: int, mimics: int, near: int) -> None:
    profile, usable = profile_of([net]), np.ones(1, dtype=np.bool_)
    nothing = profile_of([1]).rate(10, usable).mean
    assert (profile.rate(10, usable).mean > nothing) is bool(mimics)
    assert profile.near_misses(10, usable, (300, 301)) == near


@pytest.mark.parametrize(("distance", "seen"), [(15, 1), (16, 0)])
def test_near_misses_lie_around_the_place(distance: int, seen: int) -> None:
    usable = np.ones(1, dtype=np.bool_)
    assert profile_of([6], 300 + distance).near_misses(10, usable, (290, 300)) == seen


def spanning(wildtype: tuple[int, int], mutant: tuple[int, int]) -> SpanningReads:
    """Reads without errors by strand, wild type and with 48 bases of exon 14 twice."""
    part = slice(WIDE.start, WIDE.end)
    sequence = LOCUS.sequence[part]
    place = 19_150 - WIDE.start
    copy = sequence[:place] + sequence[place - 48 :]
    reads = SpanningReads(WIDE, sequence, {sequence: list(wildtype), copy: list(mutant)})
    total = sum(wildtype) + sum(mutant)
    reads.before, reads.behind, reads.lengths = [50] * total, [50] * total, [700] * total
    return reads


def test_beside_an_itd_no_sentence_says_that_none_could_be_told() -> None:
    calls = call_long_reads(
        spanning((0, 0), (60, 60)),
        genomic_template(LOCUS),
        ItdParameters(),
        known=(),
        sampling=EVERY_COUNT,
    )
    assert [call.filters for call in calls.calls.calls] == [()]
    untold = replace(calls, limits=(LengthLimit(30, None),))
    assert limit_sentences(untold)[1] == "what other ITDs these reads could show cannot be told"
    nothing = replace(untold, calls=replace(calls.calls, calls=()))
    assert limit_sentences(nothing)[1].startswith("no ITD could be told from the errors")
    assert limit_sentences(replace(nothing, spanning=0)) == ("no long read spans exon 14",)


@pytest.mark.parametrize(
    ("wildtype", "mutant", "filtered"),
    [
        # 19.2 of 42 are expected on the reverse strand: two or fewer have 9.4e-7; of 18.8, 1.4e-6.
        ((200, 200), (40, 2), True),
        ((200, 200), (39, 2), False),
        # Where all reads are of one strand there is nothing to compare.
        ((400, 0), (40, 0), False),
    ],
)
def test_strands_that_do_not_show_an_itd_alike(
    wildtype: tuple[int, int], mutant: tuple[int, int], filtered: bool
) -> None:
    found = call_long_reads(
        spanning(wildtype, mutant),
        genomic_template(LOCUS),
        ItdParameters(3, 30),
        known=(),
        sampling=EVERY_COUNT,
    )
    [call] = found.calls.calls
    assert call.mutant_fragments == sum(mutant)
    assert call.filters == ((Flt3Filter.ONE_STRAND,) if filtered else ())


@pytest.mark.parametrize(("mutant", "found"), [(3, 1), (2, 0)])
def test_three_reads_are_needed(mutant: int, found: int) -> None:
    reads = spanning((200, 200), (mutant - 1, 1))
    calls = call_long_reads(
        reads, genomic_template(LOCUS), ItdParameters(3, 30), known=(), sampling=EVERY_COUNT
    ).calls
    assert len(calls.calls) == found


def test_limits_are_told_from_the_shortest_length_on_that_hides_none_above() -> None:
    limits = [LengthLimit(3, 0.01), LengthLimit(6, None), LengthLimit(9, 0.01)]
    limits += [LengthLimit(12, 0.01), LengthLimit(400, None)]
    assert [one.length_bp for one in assessable(limits)] == [9, 12]


EXON_20 = LOCUS.exon(20)
FIRST_OF_D835 = LOCUS.offset_of_cds(2503)


def kinase_reads(
    mutant: tuple[int, int], wildtype: tuple[int, int], qualities: Sequence[int] = (30,)
) -> KinaseReads:
    """Reads of exon 20 by strand, with D835Y (GAT>TAT; C>A on the plus strand) and without it.

    The qualities are repeated over the bases of each read.
    """
    reads = KinaseReads(LOCUS, 20)
    sequence = LOCUS.sequence[EXON_20.start : EXON_20.end]
    place = FIRST_OF_D835 - EXON_20.start
    assert sequence[place] == "C"
    changed = sequence[:place] + "A" + sequence[place + 1 :]
    size = len(sequence)
    codes = bytes(qualities[n % len(qualities)] for n in range(size))
    for text, numbers in ((changed, mutant), (sequence, wildtype)):
        for reverse, number in enumerate(numbers):
            for n in range(number):
                read = AlignedRead(
                    f"{text[place]}{reverse}{n}", EXON_20.start, ((0, size),), text, codes,
                    bool(reverse), True,
                )  # fmt: skip
                reads.add(read, (20,))
    return reads


def shown(reads: KinaseReads) -> int:
    """Reads that count for D835Y."""
    [exon] = [one for one in reads.counts(TkdParameters()) if one.exon.number == 20]
    [codon] = [one for one in exon.codons if one.residue == 835]
    return codon.count("TAT")


@pytest.mark.parametrize(("wrong", "unfit"), [(50, False), (51, True)])
def test_half_a_percent_of_wrong_bases(wrong: int, unfit: bool) -> None:
    reads = KinaseReads(LOCUS, 20, bases=10_000)
    reads.good_at[3_500:3_600] = 100
    reads.wrong_at[3_500 : 3_500 + wrong] = 1
    assert bool(reads.unfit()) is unfit
    if unfit:
        assert "0.5% of the bases of these long reads are wrong" in reads.unfit()


@pytest.mark.parametrize(
    ("variants", "each", "unfit"), [(3, 100, False), (4, 100, True), (3, 5, False), (13, 4, True)]
)
def test_up_to_three_variants_are_no_errors(variants: int, each: int, unfit: bool) -> None:
    """Of 100 reads over 100 places some places differ in many: from 5 % on they may be variants."""
    reads = KinaseReads(LOCUS, 20, bases=10_000)
    reads.good_at[3_500:3_600] = 100
    reads.wrong_at[3_500 : 3_500 + variants] = each
    assert bool(reads.unfit()) is unfit


@pytest.mark.parametrize(("share", "left_out"), [(50, True), (49, False)])
def test_a_variant_begins_at_five_percent(share: int, left_out: bool) -> None:
    """Of 1,000 reads, 0.495 % are wrong elsewhere, with 49 of one place more 0.54 %."""
    reads = KinaseReads(LOCUS, 20, bases=100_000)
    reads.good_at[3_500:3_600] = 1_000
    reads.wrong_at[3_501:3_600] = 5
    reads.wrong_at[3_500] = share
    assert bool(reads.unfit()) is not left_out


@pytest.mark.parametrize(("good", "unfit"), [(5_000, False), (4_999, True)])
def test_half_of_the_bases_of_good_quality(good: int, unfit: bool) -> None:
    reads = KinaseReads(LOCUS, 20, bases=10_000)
    reads.good_at[3_500] = good
    assert bool(reads.unfit()) is unfit


@pytest.mark.parametrize(("qualities", "unfit"), [((20,), False), ((19,), True), ((20, 19), False)])
def test_quality_20_is_good(qualities: tuple[int, ...], unfit: bool) -> None:
    """Of 123 bases 62 are of the first quality."""
    reads = kinase_reads((0, 0), (100, 100), qualities)
    assert bool(reads.unfit()) is unfit


@pytest.mark.parametrize(
    ("mutant", "wildtype", "count"),
    [
        # 60 reads of each strand: 15.0 and 15.5 mutant ones of the reverse strand are expected.
        ((28, 2), (32, 58), 0),  # P(at most 2) = 3.9e-5
        ((28, 3), (32, 57), 31),  # P(at most 3) = 1.5e-4
        # Too few reads on a strand to tell: 19, where 20 would.
        ((50, 0), (10, 19), 50),
        ((50, 0), (10, 20), 0),
    ],
)
def test_a_codon_that_the_strands_do_not_show_alike(
    mutant: tuple[int, int], wildtype: tuple[int, int], count: int
) -> None:
    reads = kinase_reads(mutant, wildtype)
    assert not reads.unfit()
    assert shown(reads) == count


@pytest.mark.parametrize(("distance", "seen"), [(3, True), (2, False)])
def test_three_bases_beside_a_gap_are_not_read(distance: int, seen: bool) -> None:
    """The codon is read from its third base on the plus strand, just behind a deletion."""
    reads = KinaseReads(LOCUS, 20)
    third = FIRST_OF_D835 - 2
    start, gap = third - distance - 31, third - distance
    sequence = LOCUS.sequence[start : gap - 1] + LOCUS.sequence[gap : EXON_20.end]
    cigar = ((0, 30), (2, 1), (0, EXON_20.end - gap))
    read = AlignedRead("r", start, cigar, sequence, bytes([30] * len(sequence)), False, True)
    reads.add(read, (20,))
    [exon] = [one for one in reads.counts(TkdParameters()) if one.exon.number == 20]
    [codon] = [one for one in exon.codons if one.residue == 835]
    assert (codon.count("GAT") == 1) is seen
