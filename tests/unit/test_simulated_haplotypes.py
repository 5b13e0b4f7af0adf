"""The grammar of events and the haplotypes that are built from them."""

import pytest

from flt3itd.common.errors import UserError
from flt3itd.simulation.haplotypes import build_haplotype, parse_event, parse_events

REFERENCE = "AACCGGTTACGT"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c:3C>T", "AATCGGTTACGT"),
        ("c:12T>G", "AACCGGTTACGG"),
        ("c:1del", "ACCGGTTACGT"),
        ("c:3-6del", "AATTACGT"),
        ("c:4-5insTTT", "AACCTTTGGTTACGT"),
        ("c:3-6delinsA", "AAATTACGT"),
        ("c:3-6dup", "AACCGGCCGGTTACGT"),
        ("c:3-6dup filler=TA", "AACCGGTACCGGTTACGT"),
        ("c:1-12dup", REFERENCE * 2),
    ],
)
def test_each_kind_of_event(text: str, expected: str) -> None:
    event = parse_event(text)
    assert build_haplotype(REFERENCE, [event]).text() == expected
    assert str(event) == text


def test_several_events_on_one_haplotype_keep_reference_positions() -> None:
    events = parse_events("contig_1_12:9-10insGG; contig_1_12:3-4dup;contig_1_12:1A>C")
    assert build_haplotype(REFERENCE, events).text() == "CACCCCGGTTAGGCGT"


def test_origin_names_the_reference_base_that_was_copied() -> None:
    haplotype = build_haplotype(REFERENCE, parse_events("c:3-4dup filler=T; c:7-8del; c:9A>C"))
    assert haplotype.text() == "AACCTCCGGCCGT"
    assert haplotype.origin.tolist() == [0, 1, 2, 3, 3, 2, 3, 4, 5, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c:3", "not understood"),
        ("3A>C", "not understood"),
        ("c:3-4dup filler=", "not understood"),
        ("c:3-4del filler=AC", "not understood"),
        ("c:3n>C", "not understood"),
        ("c:0del", "1-based"),
        ("c:5-4del", "start <= end"),
        ("c:3insA", "two neighbouring bases"),
        ("c:3-5insA", "two neighbouring bases"),
        ("c:3-4A>C", "one position"),
    ],
)
def test_events_that_are_not_in_the_grammar(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse_event(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c:3G>T", "'c:3G>T': the reference base is C"),
        ("c:12-13del", "outside c of 12 bases"),
        ("c:13-14insA", "outside c of 12 bases"),
        ("c:3-6dup; c:6G>A", "overlaps"),
    ],
)
def test_events_that_do_not_fit_the_reference(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        build_haplotype(REFERENCE, parse_events(text))


def test_events_of_two_contigs_are_not_one_haplotype() -> None:
    with pytest.raises(UserError, match="a and b cannot lie on one haplotype"):
        parse_events("a:1del; b:2del")
