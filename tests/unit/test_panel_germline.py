"""What lies on a germline haplotype is told on it, and still makes the molecule."""

import random
from itertools import pairwise

import pytest

from scripts.panel import molecules
from scripts.panel.description import Change, describe
from scripts.panel.haplotypes import Mixture
from scripts.panel.molecules import _on_germline


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


def test_what_is_told_on_a_germline_haplotype_makes_the_molecule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In repeats, where gaps could stand anywhere; a change is not undone by another beside it."""
    monkeypatch.setattr(molecules, "_is_germline", lambda *_: True)
    rng, told_on_it = random.Random(7), 0
    for number in range(600):
        reference = "".join(rng.choices("ACGT"[: 2 + number % 3], k=30))
        background = mutated(reference, rng)
        molecule = mutated(mutated(background if number % 2 else reference, rng), rng)
        texts = [reference, background, molecule]
        if len(set(texts)) < 3:
            continue
        changes = {h: describe(reference, texts[h]) for h in (1, 2)}
        found = _on_germline(changes, texts, Mixture([], 3, 0))
        for h in (1, 2):
            assert applied(reference, found[h]) == texts[h]
            for one, other in pairwise(found[h]):
                between = reference[one.end : other.start]
                whole = one.alternate + between + other.alternate
                assert whole != reference[one.start : other.end]
        told_on_it += found != changes
    assert told_on_it > 30
