"""The data and the score of the panel's benchmark."""

from dataclasses import replace

import pytest

from flt3itd.bases import reverse_complement
from scripts.benchmark_panel import score
from scripts.benchmark_panel_data import Slice, SmallGenome, Truth, in_samples
from tests.builders import random_sequence
from tests.report_builders import panel_variant

SEQUENCE = random_sequence(300, seed=8)
GENOME = SmallGenome(
    {"G": (Slice("chr1", 1000, SEQUENCE[:100], 500), Slice("chr1", 4000, SEQUENCE[100:], 1100))}
)
TRUTH = Truth("G", 520, SEQUENCE[20], reverse_complement(SEQUENCE[20]), "c.21X", 0.05)


def test_slices_keep_their_bases_and_lie_apart() -> None:
    contig = GENOME.sequence("G")
    assert contig[500:600] == SEQUENCE[:100]
    assert contig[1100:1300] == SEQUENCE[100:]
    assert "N" not in contig
    assert GENOME.sequence("G") == contig
    assert GENOME.place("G", 1020, 1021) == (520, 521)
    assert GENOME.place("G", 3990, 4010) == (1100, 1110)
    assert GENOME.place("G", 2000, 2010) is None
    assert GENOME.place("H", 1020, 1021) is None


@pytest.mark.parametrize(
    ("ref", "alt", "event"),
    [
        ("A", "C", "G:101A>C"),
        ("AC", "A", "G:102del"),
        ("ACGT", "A", "G:102-104del"),
        ("A", "AGG", "G:101-102insGG"),
        ("AC", "TGG", "G:101-102delinsTGG"),
        ("AC", "ATG", "G:102delinsTG"),
    ],
)
def test_alleles_in_the_words_of_the_simulator(ref: str, alt: str, event: str) -> None:
    assert Truth("G", 100, ref, alt, "", 0.1).event() == event


def test_few_variants_of_a_sample_share_their_reads() -> None:
    deletion = replace(TRUTH, ref=f"{TRUTH.ref}AC", alt=TRUTH.ref)
    truths = [
        replace(one, start=start, hgvs_c=f"c.{start}")
        for one, start in (
            *((TRUTH, start) for start in (0, 10, 20, 30, 40, 900)),
            *((deletion, start) for start in (905, 1500)),
        )
    ]
    samples = in_samples(truths)
    assert [[t.start for t in sample] for sample in samples] == [
        [0, 10, 20, 900, 1500],
        [30, 40, 905],
    ]


def test_the_score_tells_called_passing_named_and_false() -> None:
    right = panel_variant(
        chrom="G",
        pos=521,
        ref=TRUTH.ref,
        alt=TRUTH.alt,
        hgvs_c="NM_1.1:c.21X",
        vaf_low=0.04,
        vaf_high=0.06,
        filter="PASS",
    )
    artifact = replace(TRUTH, start=600, hgvs_c="c.101dup", artifact=True)
    called_artifact = replace(right, pos=601, hgvs_c="NM_1.1:c.101dup", filter="known_artifact")
    wrong = replace(right, pos=900, hgvs_c="NM_1.1:c.400A>C")
    missed = replace(TRUTH, start=700, hgvs_c="c.201A>C")
    result, notes = score(
        "x",
        {"S1": [TRUTH, artifact, missed], "S2": [TRUTH]},
        {
            "S1": [right, called_artifact, wrong, replace(wrong, filter="low_vaf")],
            "S2": [replace(right, hgvs_c="NM_1.1:c.20X", filter="low_vaf", vaf_low=0.051)],
        },
    )
    assert result.line() == "| x | 2 | 4 | 3 | 3 | 1 | 2 | 2 | 1 |"
    assert [note.split(": ")[0] for note in notes] == ["S1", "S1", "S2"]
    assert "c.201A>C was not called" in notes[0]
    assert "false" in notes[1]
