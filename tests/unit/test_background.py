"""The background of controls: what it learns, what it refuses, and what it does to calls."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flt3itd.cli import main
from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.kinase.background import (
    Background,
    BackgroundSite,
    build_background,
    read_background,
    write_background,
)
from flt3itd.kinase.error_model import unlike_controls
from flt3itd.kinase.exon_counts import ExonCounts
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, call_tkd, count_kinase_domain
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, TRANSCRIPT, flt3_locus
from flt3itd.reads.aligned import AlignedRead
from tests.builders import Read, write_bam

LOCUS = flt3_locus()
EXON = LOCUS.exon(20)
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
PARAMETERS = TkdParameters()
FRAGMENTS = 2000
NOISY = (LOCUS.from_grch38(28_018_505), "A")
"""The base and change of D835Y (c.2503G>T), noisy here in all samples."""
D835Y, D835G = f"{TRANSCRIPT}:c.2503G>T", f"{TRANSCRIPT}:c.2504A>G"
D835G_BASE = (LOCUS.from_grch38(28_018_504), "C")
RATE = 1e-4
"""Errors of each substitution for a base."""
NOISE = 0.004

Shares = dict[tuple[int, str], float]
"""Shares of the fragments that have another base at a locus coordinate."""


def reads(seed: int, extra: Shares | None = None, fragments: int = FRAGMENTS) -> list[AlignedRead]:
    """Single reads over exon 20 with even errors, and more of them where `extra` says."""
    rng = np.random.default_rng(seed)
    start, length = EXON.start - 10, len(EXON) + 20
    reference = np.frombuffer(LOCUS.sequence[start : start + length].encode(), dtype=np.uint8)
    bases = np.tile(reference, (fragments, 1))
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    wrong = rng.random(bases.shape) < 4 * RATE  # a quarter of them draws the same base again
    bases[wrong] = rng.choice(letters, int(wrong.sum()))
    for (offset, base), share in (extra or {}).items():
        bases[rng.random(fragments) < share, offset - start] = ord(base)
    qualities = bytes([37]) * length
    return [
        AlignedRead(f"r{i}", start, ((0, length),), row.tobytes().decode(), qualities, False, True)
        for i, row in enumerate(bases)
    ]


def counts(seed: int, extra: Shares | None = None) -> list[ExonCounts]:
    return count_kinase_domain(reads(seed, {NOISY: NOISE} | (extra or {})), PARAMETERS)


def built(controls: Sequence[list[ExonCounts]]) -> dict[str, BackgroundSite]:
    named = [(f"N{i}", exons) for i, exons in enumerate(controls)]
    sites = build_background(named, Assay.CAPTURE, PARAMETERS.significance)
    return {site.hgvs_c: site for site in sites}


@pytest.fixture(scope="module")
def controls() -> list[list[ExonCounts]]:
    return [counts(seed) for seed in range(100, 108)]


@pytest.fixture(scope="module")
def sites(controls: list[list[ExonCounts]]) -> dict[str, BackgroundSite]:
    return built(controls)


@pytest.fixture
def background(tmp_path: Path, sites: dict[str, BackgroundSite]) -> Background:
    path = tmp_path / "background.tsv"
    write_background(path, list(sites.values()))
    return read_background(path, Assay.CAPTURE)


def names(sample: list[AlignedRead], background: Background | None) -> set[str]:
    return {event.hgvs_c for event in call_tkd(sample, PLACE, PARAMETERS, background).events}


def test_every_substitution_of_the_covered_exon_has_a_row(
    sites: dict[str, BackgroundSite],
) -> None:
    assert len(sites) == 3 * len(EXON)
    noisy = sites[D835Y]
    assert (noisy.residue, noisy.controls, noisy.left_out) == (835, 8, 0)
    assert noisy.fragments == pytest.approx(8 * FRAGMENTS, rel=0.02)
    assert noisy.errors == pytest.approx(8 * FRAGMENTS * NOISE, rel=0.5)
    assert noisy.errors > 10 * noisy.expected_errors
    assert sites[D835G].errors < 10


def test_a_noisy_place_is_no_call_and_its_neighbours_keep_their_power(
    background: Background,
) -> None:
    wild = [reads(seed, {NOISY: NOISE}) for seed in range(200, 206)]
    alone = [names(sample, None) for sample in wild]
    assert sum(D835Y in called for called in alone) >= 3
    assert all(names(sample, background) == set() for sample in wild)
    mutant = [reads(seed, {NOISY: NOISE, D835G_BASE: 0.005}) for seed in range(300, 306)]
    found = sum(names(sample, background) == {D835G} for sample in mutant)
    # Expected in 5.8 of 6.
    assert found >= 5


def test_a_mutation_well_above_the_noise_is_still_called(background: Background) -> None:
    (event,) = call_tkd(reads(7, {NOISY: 0.03}), PLACE, PARAMETERS, background).events
    assert event.hgvs_c == D835Y
    assert event.p_value is not None
    assert event.p_value < 1e-6


def test_the_limit_of_detection_follows_the_noise_of_the_place(background: Background) -> None:
    wild = reads(9)
    alone = {c.residue: c.limit_of_detection for c in call_tkd(wild, PLACE).codons}
    known = {
        c.residue: c.limit_of_detection
        for c in call_tkd(wild, PLACE, PARAMETERS, background).codons
    }
    assert known[835] > 2 * alone[835]  # type: ignore[operator]
    for residue in (836, 839, 841, 842):
        assert known[residue] <= 0.0062  # type: ignore[operator]


def test_controls_of_another_chemistry_are_noticed(tmp_path: Path) -> None:
    noisy: Shares = {
        (offset, next(base for base in "ACGT" if base != LOCUS.sequence[offset])): NOISE
        for offset in range(EXON.start + 10, EXON.end, 25)
    }
    path = tmp_path / "noisy.tsv"
    write_background(path, list(built([counts(seed, noisy) for seed in (1, 2, 3)]).values()))
    factors = read_background(path, Assay.CAPTURE).factors

    def unlike(extra: Shares) -> bool:
        exons = count_kinase_domain(reads(11, extra), PARAMETERS)
        return unlike_controls(exons, factors, PARAMETERS.significance)

    assert not unlike({NOISY: NOISE} | noisy)
    assert not unlike({NOISY: NOISE, D835G_BASE: 0.3} | noisy)
    assert unlike({})


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_a_control_that_carries_a_mutation_teaches_nothing_about_it(
    controls: list[list[ExonCounts]], share: float
) -> None:
    learned = built([counts(99, {D835G_BASE: share}), *controls[:4]])
    assert learned[D835G].left_out == 1
    assert learned[D835G].controls == 4
    assert learned[D835G].errors < 6
    assert learned[D835Y].controls == 5


def test_what_many_controls_show_is_a_property_of_the_place(
    controls: list[list[ExonCounts]],
) -> None:
    half = [counts(seed, {D835G_BASE: 0.01}) for seed in (97, 98)]
    learned = built([*half, *controls[:2]])
    assert learned[D835G].left_out == 0
    assert learned[D835G].errors > 20


def test_few_controls_decide_less_than_many(
    tmp_path: Path, controls: list[list[ExonCounts]], background: Background
) -> None:
    path = tmp_path / "one.tsv"
    write_background(path, list(built(controls[:1]).values()))
    one = read_background(path, Assay.CAPTURE)
    assert (one.controls, background.controls) == (1, 8)
    assert 1 < one.factors[D835Y].mean < background.factors[D835Y].mean
    assert one.factors[D835Y].shape < background.factors[D835Y].shape


def test_insertions_and_deletions_that_controls_show_have_a_row() -> None:
    start, at = EXON.start - 10, 60
    shown = reads(1)
    for i in range(6):
        sequence, qualities = shown[i].sequence, shown[i].qualities
        shown[i] = shown[i]._replace(
            sequence=sequence[:at] + sequence[at + 1 :],
            qualities=qualities[:at] + qualities[at + 1 :],
            cigar=((0, at), (2, 1), (0, len(sequence) - at - 1)),
        )
    exons = count_kinase_domain(shown, PARAMETERS)
    gaps = [site for site in built([exons, counts(2), counts(3)]).values() if site.gap]
    assert [(gap.controls, gap.left_out) for gap in gaps] == [(3, 0)] or gaps[0].left_out == 1
    assert gaps[0].hgvs_c.endswith("del")
    assert LOCUS.sequence[start + at] in "ACGT"


def test_the_table_survives_a_round_trip(
    background: Background, sites: dict[str, BackgroundSite]
) -> None:
    read = read_table(Path(background.path), BackgroundSite)
    assert [site.hgvs_c for site in read] == list(sites)
    assert len(background.sha256) == 64


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"assay": "amplicon"}, "column assay: the controls are of the assay 'amplicon'"),
        ({"version": 0}, "column version: found 0, expected 1"),
        ({"hgvs_c": "NM_000546.6:c.818G>A"}, "column hgvs_c: found 'NM_000546.6:c.818G>A'"),
        ({"hgvs_c": f"{TRANSCRIPT}:c.2503A>T"}, "2503A>T does not fit the reference"),
        ({"hgvs_c": f"{TRANSCRIPT}:c.9G>T"}, "9G>T does not fit the reference"),
        ({"hgvs_c": f"{TRANSCRIPT}:c.x>T"}, "x>T does not fit the reference"),
        ({"errors": -1}, "a count is below zero"),
        ({"expected_errors": 0.0}, "a count is below zero"),
        ({"overdispersion": float("inf")}, "a count is below zero"),
    ],
)
def test_a_wrong_table_is_refused(
    tmp_path: Path, sites: dict[str, BackgroundSite], changes: dict[str, object], part: str
) -> None:
    path = tmp_path / "wrong.tsv"
    first, second, *_ = sites.values()
    write_background(path, [first, replace(second, **changes)])  # type: ignore[arg-type]
    with pytest.raises(UserError) as caught:
        read_background(path, Assay.CAPTURE)
    assert str(caught.value).startswith(f"{path}: row 3, ")
    assert part in str(caught.value)


def test_a_change_with_two_rows_is_refused(
    tmp_path: Path, sites: dict[str, BackgroundSite]
) -> None:
    path = tmp_path / "wrong.tsv"
    write_background(path, [sites[D835Y], sites[D835Y]])
    with pytest.raises(UserError, match=r"row 3, column hgvs_c: .* appears twice"):
        read_background(path, Assay.CAPTURE)


def test_a_table_without_places_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.tsv"
    write_background(path, [])
    empty = read_background(path, Assay.CAPTURE)
    sample = reads(3, {D835G_BASE: 0.02})
    assert call_tkd(sample, PLACE, PARAMETERS, empty) == call_tkd(sample, PLACE, PARAMETERS)


def bam(path: Path, seed: int, fragments: int = 300) -> Path:
    rows = [
        Read(r.name, "chr13", r.start + LOCUS.first_position - 1, f"{len(r.sequence)}M", r.sequence)
        for r in reads(seed, {NOISY: 0.02}, fragments)
    ]
    return write_bam(path, {"chr13": CHROMOSOME_LENGTH["GRCh38"]}, rows)


def test_the_commands_build_a_table_and_use_it(tmp_path: Path) -> None:
    normals = [str(bam(tmp_path / f"n{i}.bam", i)) for i in range(3)]
    table = tmp_path / "controls" / "background.tsv"
    assert main(["background", "--bam", *normals, "--out", str(table)]) == 0
    sample = str(bam(tmp_path / "s.bam", 50))
    out = [f"{tmp_path}/{name}/" for name in ("with", "without")]
    assert main(["call", "--bam", sample, "--out", out[0], "--background", str(table)]) == 0
    assert main(["call", "--bam", sample, "--out", out[1]]) == 0
    documents = [json.loads(Path(f"{folder}flt3.json").read_text("utf-8")) for folder in out]
    events = [document["tkd"]["events"] for document in documents]
    assert (events[0], [event["hgvs_c"] for event in events[1]]) == ([], [D835Y])
    used = documents[0]["provenance"]["background"]
    assert (used["path"], used["controls"]) == (str(table), 3)
    assert documents[1]["provenance"]["background"] is None


def test_mistakes_of_the_user_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    normal = str(bam(tmp_path / "n.bam", 1, 10))
    out = str(tmp_path / "b.tsv")
    for arguments, part in (
        (["--bam", str(tmp_path / "none.bam"), "--out", out], "there is no such file"),
        (["--bam", normal, normal, "--out", out], "is given twice"),
        (["--bam", normal, "--out", out, "--reference", "none.fa"], "there is no such file"),
        (["--bam", normal, "--out", f"{normal}/b.tsv"], "cannot be written"),
        (["--bam", normal, "--out", normal], "is an input or another output too"),
    ):
        assert main(["background", *arguments]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert part in lines[-1]
        assert lines[-1].startswith("flt3itd: error: ")
    assert not Path(out).exists()
