"""Molecules with several changed bases side by side, and reads that end near them."""

from itertools import accumulate

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.kinase.tkd import call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_MATCH, CIGAR_SOFT_CLIP
from flt3itd.reads.forced_ends import clip_forced_ends
from flt3itd.records import FltEvent
from tests.kinase_builders import PLACE

LOCUS = flt3_locus()
LENGTH = 100
ADAPTER = "AGATCGGAAGAGCACACGTC"
CODON = LOCUS.offset_of_cds(3 * 835)
"""The leftmost base of codon 835 on the plus strand."""


def changed(changes: dict[int, str]) -> str:
    """The locus with other bases, by coordinate."""
    bases = list(LOCUS.sequence)
    for at, base in changes.items():
        assert bases[at] != base
        bases[at] = base
    return "".join(bases)


def codon(text: str, residue: int = 835) -> dict[int, str]:
    """The bases that differ where a codon (coding strand) is another one."""
    low = LOCUS.offset_of_cds(3 * residue)
    pairs = enumerate(reverse_complement(text), low)
    return {at: base for at, base in pairs if base != LOCUS.sequence[at]}


def aligned(name: str, start: int, bases: str, end_bonus: int) -> AlignedRead:
    """A read that is aligned where it scores best: 1 a match, -4 a mismatch, a bonus for an end."""
    scores = [1 if base == LOCUS.sequence[at] else -4 for at, base in enumerate(bases, start)]
    sums = [0, *accumulate(scores)]
    size = len(bases)
    wrong = [at for at, score in enumerate(scores) if score < 0]
    ends = sorted({0, size, *wrong, *(at + 1 for at in wrong)})
    best = max(
        (sums[last] - sums[first] + end_bonus * ((first == 0) + (last == size)), first, last)
        for first in ends
        for last in ends
        if first < last
    )
    first, last = best[1:]
    parts = ((CIGAR_SOFT_CLIP, first), (CIGAR_MATCH, last - first), (CIGAR_SOFT_CLIP, size - last))
    cigar = tuple(part for part in parts if part[1])
    return AlignedRead(name, start + first, cigar, bases, bytes([37]) * size, False, True)


def reads(
    group: str, sequence: str, copies: int, end_bonus: int, adapter: int
) -> list[AlignedRead]:
    """Reads from every start over exon 20, each so often, with bases of an adapter at their end."""
    exon = LOCUS.exon(20)
    return [
        aligned(
            f"{group}{start}.{copy}",
            start,
            sequence[start : start + LENGTH - adapter] + ADAPTER[:adapter],
            end_bonus,
        )
        for start in range(exon.start - LENGTH + 20, exon.end - 20)
        for copy in range(copies)
    ]


def called(mutant: str, end_bonus: int = 5, adapter: int = 0) -> list[FltEvent]:
    """The events of a sample with 20% of a molecule."""
    wild = reads("w", LOCUS.sequence, 4, end_bonus, adapter)
    own = reads("m", mutant, 1, end_bonus, adapter)
    return list(call_tkd(clip_forced_ends([*wild, *own], LOCUS.sequence), PLACE).events)


@pytest.mark.parametrize(
    ("text", "adapter", "end_bonus"),
    [
        ("ACC", 0, 0),
        ("ACC", 0, 5),
        ("ACC", 0, 1000),
        ("ACC", 12, 5),
        ("CTC", 0, 5),
        ("GGG", 12, 1000),
        ("TCT", 12, 5),  # as the adapter begins, on the other strand
    ],
)
def test_a_codon_has_its_share_of_all_reads_that_hold_it(
    text: str, adapter: int, end_bonus: int
) -> None:
    [event] = called(changed(codon(text)), end_bonus, adapter)
    assert event.vaf == pytest.approx(0.2, abs=0.004)


def test_so_have_codons_beside_each_other() -> None:
    events = called(changed(codon("TAT") | codon("ATG", 836) | codon("TGT", 842)))
    assert {event.hgvs_p.rpartition(":")[2] for event in events} == {
        "p.(Asp835Tyr)",
        "p.(Ile836Met)",
        "p.(Tyr842Cys)",
    }
    assert [event.vaf for event in events] == pytest.approx([0.2] * 3, abs=0.006)


def test_a_clip_is_read_as_far_as_it_shows_what_other_reads_show() -> None:
    """Adapters that begin within the codon, of fragments of the wild type, make no mutation."""
    ends = [
        aligned(f"a{row}", start, LOCUS.sequence[start:end] + ADAPTER, 5)
        for row in range(40)
        for end in range(CODON, CODON + 3)
        for start in [end - LENGTH + row]
    ]
    wild = reads("w", LOCUS.sequence, 4, 5, 0)
    own = reads("m", changed(codon("ACC")), 1, 5, 0)
    [event] = call_tkd([*wild, *own, *ends], PLACE).events
    [without] = call_tkd([*wild, *own], PLACE).events
    assert event.mutant_fragments == without.mutant_fragments
