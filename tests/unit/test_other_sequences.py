"""Reads of another sequence that is like FLT3, of another species or a homologue, are left out."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import UNMEASURED, Fit, Question
from flt3itd.reads.other_sequences import Part, of_another_sequence
from tests.builders import FastqRead, Pair, read_pairs, write_fastq
from tests.itd_builders import (
    LOCUS,
    PART,
    Aligner,
    assert_found,
    call,
    sample_pairs,
    tandem,
    write_sample,
)

ITD = tandem(28_034_100, 28_034_159, 0.4)
REFERENCE = "".join(random.Random(1).choices("ACGT", k=600))


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.mktemp("reference"))


def other_species(differing: float, seed: int = 7) -> str:
    """The simulated part with other bases, and gaps at a tenth as many places."""
    chance = random.Random(seed)
    bases: list[str] = []
    for base in LOCUS.sequence[slice(*PART)]:
        drawn = chance.random()
        if drawn < differing:
            bases.append(chance.choice("ACGT".replace(base, "")))
        elif drawn > 1 - differing / 20:
            bases += [base, *chance.choices("ACGT", k=chance.randint(1, 4))]
        elif drawn < 1 - differing / 10:
            bases.append(base)
    return "".join(bases)


def beside(own: Sequence[Pair], differing: float, share: float) -> list[Pair]:
    """Pairs of a sample and such of another species, which are a share of all."""
    depth = 300 * share / (1 - share)
    others = read_pairs([("other", other_species(differing), 1.0)], depth, seed=3)
    return [*own, *(Pair(_renamed(one.first), _renamed(one.second), "other") for one in others)]


def _renamed(one: FastqRead) -> FastqRead:
    return replace(one, name=f"other_{one.name}")


@pytest.mark.parametrize(
    ("given", "differing", "share", "itd"),
    [
        ("BAM", 0.12, 0.3, True),
        ("BAM", 0.03, 0.2, True),
        ("FASTQ", 0.12, 0.3, True),
        ("FASTQ", 0.12, 0.3, False),
        ("FASTQ", 0.03, 0.2, True),
    ],
)
def test_another_species_is_left_out(
    given: str, differing: float, share: float, itd: bool, tmp_path: Path, aligner: Aligner
) -> None:
    pairs = beside(sample_pairs([ITD] if itd else []), differing, share)
    files = [
        write_fastq(tmp_path / "R1.fastq", (pair.first for pair in pairs)),
        write_fastq(tmp_path / "R2.fastq", (pair.second for pair in pairs)),
    ]
    if given == "BAM":
        path = write_sample(tmp_path / "S.bam", aligner.align(files))
        called = call(tmp_path, "--bam", str(path))
    else:
        called = call(tmp_path, "--fastq", *map(str, files))
    assert_found(called, [ITD] if itd else [])
    assert called.document["tkd"]["status"] != "detected"
    (told,) = (text for text in called.document["warnings"] if "another sequence" in text)
    measured = called.document["reads"]["measured"]["other_sequence"]
    # Of FASTQ, what is least like FLT3 is not among the reads of FLT3.
    assert (share - 0.03 if given == "BAM" else 0.1) < measured < share + 0.03
    assert told.endswith("(of another species, or a homologue) and were left out")


def read(fragment: int, places: Sequence[int], start: int = 100, size: int = 100) -> Part:
    """A read that lies at `start` and has other bases at some of its places."""
    bases = list(REFERENCE[start : start + size])
    for place in places:
        bases[place] = "A" if bases[place] != "A" else "C"
    return Part(fragment, "".join(bases), start, 0, size)


EVEN = [20, 40, 60, 80]


@pytest.mark.parametrize(
    ("places", "reads", "told"),
    [
        (EVEN, 4, True),
        (EVEN, 3, False),  # so few may agree by chance
        (EVEN[:3], 4, False),
        ([20, 30, 40, 50], 4, True),
        ([20, 30, 40, 49], 4, False),  # an insertion that was laid there as mismatches
        ([20, 21, 22, 23], 9, False),
    ],
)
def test_reads_that_differ_at_the_same_places(
    places: Sequence[int], reads: int, told: bool
) -> None:
    parts = [read(fragment, places) for fragment in range(reads)]
    parts += [read(100 + fragment, []) for fragment in range(20)]
    found = of_another_sequence(parts, iter, REFERENCE)
    assert found == (frozenset(range(reads)) if told else frozenset())


@pytest.mark.parametrize(("every", "told"), [(5, False), (6, True)])
def test_bases_between_two_gaps_are_one_place(every: int, told: bool) -> None:
    parts = [read(fragment, range(10, 70, every)) for fragment in range(8)]
    assert bool(of_another_sequence(parts, iter, REFERENCE)) == told


@pytest.mark.parametrize(("size", "told"), [(200, True), (201, False)])
def test_what_differs_by_less_than_two_percent_may_be_a_person(size: int, told: bool) -> None:
    parts = [read(fragment, EVEN, size=size) for fragment in range(8)]
    assert bool(of_another_sequence(parts, iter, REFERENCE)) == told


@pytest.mark.parametrize(("errors", "told"), [(36, True), (37, False)])
def test_errors_are_at_other_places_in_each_read(errors: int, told: bool) -> None:
    """Of the reads that differ over a place, a tenth has the same base there."""
    alike = [read(fragment, EVEN) for fragment in range(4)]
    others = [read(50 + at, [place + at % 14 for place in (6, 22, 42, 62)]) for at in range(errors)]
    found = of_another_sequence([*alike, *others], iter, REFERENCE)
    assert (frozenset(range(4)) <= found) == told


@pytest.mark.parametrize(("errors", "told"), [(5, True), (6, False)])
def test_more_errors_agree_more_often_by_chance(errors: int, told: bool) -> None:
    """Of 36 reads with 5 errors in 100 bases 0.65 agree, and hardly ever four; with 6, 0.77."""
    alike = [read(fragment, EVEN) for fragment in range(4)]
    between = [*range(36, 40), *range(56, 60), *range(76, 80)]
    others = [
        read(
            50 + at,
            [
                *(place + at % 14 for place in (6, 22, 42, 62)),
                *(81 + at % 18, between[at % 12])[: errors - 4],
            ],
        )
        for at in range(36)
    ]
    found = of_another_sequence([*alike, *others], iter, REFERENCE)
    assert (frozenset(range(4)) <= found) == told


def test_errors_alone_are_no_other_sequence() -> None:
    chance = random.Random(5)
    parts = [
        read(fragment, chance.sample(range(100), 6), chance.randrange(100, 300))
        for fragment in range(2000)
    ]
    assert not of_another_sequence(parts, iter, REFERENCE)


def test_a_read_of_it_that_is_clipped_is_known_by_its_bases() -> None:
    """Two places in common make 20 16-mers; one makes 16."""
    alike = [read(fragment, EVEN) for fragment in range(4)]
    clipped = read(4, EVEN[:2])._replace(begin=50, start=150)
    one = read(5, EVEN[:1])
    assert of_another_sequence([*alike, clipped, one], iter, REFERENCE) == frozenset(range(5))


@pytest.mark.parametrize(("places", "told"), [(13, True), (14, False)])
def test_a_read_of_it_shows_three_tenths_of_its_differences(places: int, told: bool) -> None:
    every = range(13, 13 * (places + 1), 13)
    alike = [read(fragment, every, size=200) for fragment in range(8)]
    shown = every[:13:4]  # each with an error beside, so that no 16-mer is shown
    other = read(8, [*shown, *(place + 3 for place in shown)], size=200)
    assert (8 in of_another_sequence([*alike, other], iter, REFERENCE)) == told


@pytest.mark.parametrize(("others", "told"), [(36, True), (37, False)])
def test_bases_that_most_other_reads_have_too_are_of_the_locus(others: int, told: bool) -> None:
    alike = [read(fragment, EVEN) for fragment in range(4)]
    beside = [read(10 + fragment, EVEN[:2]) for fragment in range(others)]
    found = of_another_sequence([*alike, *beside], iter, REFERENCE)
    assert len(found) == 4 + others * told


@pytest.mark.parametrize("mutant", [True, False])
def test_reads_that_are_wrong_all_along_are_no_other_sequence(mutant: bool) -> None:
    """Forty with a fifth of their bases wrong, some of an allele that all others show."""
    chance = random.Random(3)
    allele = REFERENCE[:200] + REFERENCE[140:200] + REFERENCE[200:]
    texts = (allele if mutant and at % 2 else REFERENCE for at in range(2000))
    parts = []
    for fragment, text in enumerate(texts):
        wrong = 0.2 if fragment < 40 else 0.001
        bases = [chance.choice("ACGT") if chance.random() < wrong * 4 / 3 else b for b in text]
        parts.append(Part(fragment, "".join(bases[80:330]), 80, 0, 120))
    assert not of_another_sequence(parts, iter, REFERENCE)


def test_unknown_bases_do_not_differ() -> None:
    parts = [read(fragment, EVEN) for fragment in range(8)]
    hidden = [
        part._replace(sequence=part.sequence[:20] + "N" + part.sequence[21:]) for part in parts
    ]
    assert not of_another_sequence(hidden, iter, REFERENCE)


def test_few_reads_among_very_many_are_seen() -> None:
    wild = [read(fragment, [fragment % 100]) for fragment in range(12_000)]
    alike = [read(20_000 + fragment, EVEN) for fragment in range(30)]
    parts = list(
        chain.from_iterable((*wild[at * 400 : at * 400 + 400], alike[at]) for at in range(30))
    )
    assert len(of_another_sequence(parts, iter, REFERENCE)) == 30


@pytest.mark.parametrize(
    ("share", "flt3", "panel"),
    [
        (0.0, Fit.FIT, Fit.FIT),
        (0.0049, Fit.REMARK, Fit.REMARK),
        (0.005, Fit.REMARK, Fit.UNFIT),
        (0.499, Fit.REMARK, Fit.UNFIT),
        (0.5, Fit.UNFIT, Fit.UNFIT),
    ],
)
@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON, Assay.RNA])
def test_shares_of_another_sequence(share: float, flt3: Fit, panel: Fit, assay: Assay) -> None:
    measured = judge_reads(replace(UNMEASURED, other_sequence=share), assay)
    assert {measured.verdict(one).fit for one in (Question.ITD, Question.TKD)} == {flt3}
    others = (Question.PANEL, Question.LONG_EVENTS, Question.KMT2A)
    assert {measured.verdict(one).fit for one in others} == {panel}
    assert measured.verdict(Question.ITD).misleads == (flt3 is Fit.UNFIT)
