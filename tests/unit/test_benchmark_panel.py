"""The data and the score of the panel's benchmark."""

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.simulation.haplotypes import parse_event
from scripts.benchmark.panel import score
from scripts.benchmark.panel_counts import KINDS, draw_variants, score_counts
from scripts.benchmark.panel_data import Slice, SmallGenome, Truth, in_samples
from scripts.benchmark.panel_speed import noting_times, panel_seconds, stage_time
from scripts.panel.alleles import AlleleCounts
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
    assert result.line().startswith("| x | 2 | 4 | 3 | 3 | 1 | 2 | 2 | ")
    assert result.line().endswith(" | 1 |")
    error = (right.vaf - TRUTH.vaf) / (TRUTH.vaf * (1 - TRUTH.vaf) / right.depth) ** 0.5
    assert (result.mean_z, result.rms_z) == pytest.approx((error, abs(error)))
    assert [note.split(": ")[0] for note in notes] == ["S1", "S1", "S2"]
    assert "c.201A>C was not called" in notes[0]
    assert "false" in notes[1]


def test_the_shell_of_a_step_notes_its_processor_time(tmp_path: Path) -> None:
    environment = noting_times(tmp_path)
    busy = "python -c 'sum(range(10**6))'"
    for command in (
        f"{busy} 2> results/logs/annotate_panel/S1.log",
        f"{busy} 2> results/logs/annotate_panel/S2.log",
        f"( {busy} ) 2> results/logs/call_panel/S1.0.log",
        "true",  # no step of the workflow
    ):
        (tmp_path / "results/logs/annotate_panel").mkdir(parents=True, exist_ok=True)
        (tmp_path / "results/logs/call_panel").mkdir(parents=True, exist_ok=True)
        subprocess.run(["bash", "-c", command], check=True, env=environment, cwd=tmp_path)
    seconds = panel_seconds(tmp_path)
    assert sorted(seconds) == ["annotate_panel", "call_panel"]
    assert all(0 < spent < 60 for spent in seconds.values())


def test_the_time_of_the_stage_in_words() -> None:
    words = stage_time(
        {"call_panel": 8.0, "hotspot_bases": 2.0, "annotate_panel": 1.0, "other": 9.0}
    )
    assert words.startswith("programs 10.0 CPU s, added 1.0 (10%: long_events 0.0, annotate_panel")


def test_drawn_variants_of_every_kind_lie_apart() -> None:
    genome = SmallGenome({"G": (Slice("chr1", 0, random_sequence(20_000, seed=3), 500),)})
    drawn = list(draw_variants(genome, 0.1, seed=1))
    sequence = genome.sequence("G")
    assert {kind for kind, _ in drawn} == set(KINDS)
    starts = [truth.start for _, truth in drawn]
    assert min(b - a for a, b in pairwise(starts)) >= 500
    for kind, truth in drawn:
        assert sequence[truth.start : truth.start + len(truth.ref)] == truth.ref
        longer = len(truth.alt) - len(truth.ref)
        assert (longer < 0) is kind.startswith("deletion") or kind.startswith("replacement")
        parse_event(truth.event())


def test_counts_are_scored_against_binomial_chance() -> None:
    fair = [(kind, 0.1, AlleleCounts(10, 90, 100, (5, 5), (45, 45))) for kind in KINDS]
    first, *_, whole = score_counts(fair)
    assert (first.kind, first.ratio, first.mean_z, first.in_interval) == ("substitution", 1, 0, 1)
    assert (whole.kind, whole.variants) == ("all", len(KINDS))
    low = [(kind, 0.3, count) for kind, _, count in fair]
    worse = score_counts(low)[0]
    assert worse.ratio == pytest.approx(1 / 3)
    assert worse.mean_z == pytest.approx(-20 / (100 * 0.3 * 0.7) ** 0.5)
    assert worse.in_interval == 0
