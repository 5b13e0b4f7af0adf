"""What lies on a germline haplotype is told on it, and still makes the molecule."""

import random
from itertools import pairwise

import pytest

from scripts.panel import germline
from scripts.panel.description import Change, describe
from scripts.panel.germline import is_germline, on_germline
from scripts.panel.shares import Mixture
from tests.panel_builders import mixture_of


def applied(reference: str, changes: list[Change]) -> str:
    sequence = reference
    for change in reversed(changes):
        sequence = sequence[: change.start] + change.alternate + sequence[change.end :]
    return sequence


def mutated(text: str, rng: random.Random) -> str:
    """One base replaced, or one to four lost or inserted."""
    at, size = rng.randrange(1, len(text) - 6), rng.randint(1, 4)
    new = "".join(rng.choices("AC", k=size))
    return rng.choice(
        (
            text[:at] + new[0] + text[at + 1 :],
            text[:at] + text[at + size :],
            text[:at] + new + text[at:],
        )
    )


@pytest.mark.parametrize("homozygous", [False, True])
def test_what_is_told_on_a_germline_haplotype_makes_the_molecule(
    monkeypatch: pytest.MonkeyPatch, homozygous: bool
) -> None:
    """In repeats, where gaps could stand anywhere; a change is not undone by another beside it."""
    monkeypatch.setattr(germline, "is_germline", lambda *_: True)
    monkeypatch.setattr(germline, "_is_on_all", lambda *_: homozygous)
    rng, told_on_it = random.Random(7), 0
    for number in range(600):
        reference = "".join(rng.choices("ACGT"[: 2 + number % 3], k=30))
        background = mutated(reference, rng)
        molecule = mutated(mutated(background if number % 2 else reference, rng), rng)
        texts = [reference, background, molecule]
        if len(set(texts)) < 3:
            continue
        changes = {h: describe(reference, texts[h]) for h in (1, 2)}
        found = on_germline(changes, texts, Mixture([], 3, 0), lambda *_: False)
        for h in (1, 2):
            assert applied(reference, found[h]) == texts[h]
            for one, other in pairwise(found[h]):
                between = reference[one.end : other.start]
                whole = one.alternate + between + other.alternate
                assert whole != reference[one.start : other.end]
        told_on_it += found != changes
    assert told_on_it > (10 if homozygous else 30)


@pytest.mark.parametrize(
    ("carriers", "germline"), [(167, True), (166, False), (381, True), (380, False)]
)
def test_a_polymorphism_may_be_farther_from_half_than_its_interval(
    carriers: int, germline: bool
) -> None:
    assert is_germline(mixture_of(400 - carriers, carriers), {1}) is germline


REFERENCE = "GATTCCAGGTCAAC"


def told(
    reference: str, background: str, molecule: str, *counts: int, mutated_codon: bool = False
) -> list[Change]:
    texts = [reference, background, molecule]
    changes = {h: describe(reference, texts[h]) for h in (1, 2)}
    return on_germline(changes, texts, mixture_of(*counts), lambda *_: mutated_codon)[2]


def test_an_insertion_right_behind_a_polymorphism_is_told_beside_it() -> None:
    background, molecule = "GATTACAGGTCAAC", "GATTATGCAGGTCAAC"
    both = [Change(4, 5, "A"), Change(5, 5, "TG")]
    assert told(REFERENCE, background, molecule, 200, 120, 80) == both
    assert told(REFERENCE, background, molecule, 300, 20, 80) == [Change(4, 5, "ATG")]


def test_a_known_mutation_of_the_codon_is_that_of_another_clone() -> None:
    background, molecule = "GATTACAGGTCAAC", "GATTATAGGTCAAC"
    whole = [Change(4, 6, "AT")]
    assert told(REFERENCE, background, molecule, 200, 120, 80) == [
        Change(4, 5, "A"),
        Change(5, 6, "T"),
    ]
    assert told(REFERENCE, background, molecule, 200, 120, 80, mutated_codon=True) == whole


def test_a_deletion_beside_an_insertion_of_all_molecules_is_told_as_such() -> None:
    """Together they could as well be five bases replaced by four."""
    reference = "CCACTTGTTAACGACTGGTGCCCTG"
    background, molecule = "CCACTTGTTAACGTCGACTGGTGCCCTG", "CCACTTGTTAACGTCGATGCCCTG"
    both = told(reference, background, molecule, 0, 320, 80)
    assert both[0] == describe(reference, background)[0]
    assert [change.alternate for change in both[1:]] == [""]
    assert applied(reference, both) == molecule
    assert len(told(reference, background, molecule, 240, 80, 80)) == 1


def test_of_more_than_half_of_the_molecules_a_haplotype_is_that_of_all() -> None:
    """Then more bases may be told on it; three that are replaced stay so beside one of 30%."""
    deletion = ("GCACCCTTCGCA", "GCCTTCGCA", "GCCCACTTCGCA")
    assert told(*deletion, 0, 120, 280) == [Change(2, 5, "CCA")]
    assert told(*deletion, 0, 280, 120) == [Change(2, 5, ""), Change(6, 6, "CAC")]
    texts = ["CTTGTCTCTGCC", "CTTGTCTCACTGCC", "CTTCTCTCTGCC"]
    changes = {h: describe(texts[0], texts[h]) for h in (1, 2)}
    halves = on_germline(changes, texts, mixture_of(0, 200, 200), lambda *_: False)
    assert halves == changes


def test_beside_a_substitution_one_base_more_may_be_told() -> None:
    both = [Change(6, 7, "T"), Change(9, 9, "TG")]
    assert told("TGGTCCGTGAGT", "TGGTCCTTGAGT", "TGGTCCTTGTGAGT", 200, 120, 80) == both
