"""Two bases more in a run, beside one base more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pysam
import pytest

from scripts.panel.alleles import Allele
from scripts.panel.annotate import Setting, annotate
from scripts.panel.calls import Call
from scripts.panel.filters import slipped_vaf
from tests.builders import random_sequence
from tests.panel_builders import CONTIG, READ, THRESHOLDS, bam_of, read

LEFT, RIGHT = random_sequence(199, seed=1) + "A", "C" + random_sequence(190, seed=2)


def contig(run: int) -> str:
    return LEFT + "G" * run + RIGHT


def with_bases(run: int, more: int) -> Allele:
    """So many bases more in the run, or fewer."""
    changed = "A" + "G" * abs(more)
    ref, alt = ("A", changed) if more > 0 else (changed, "A")
    return Allele(CONTIG, 199, ref, alt)


def reads_of(run: int, copies: Mapping[int, int]) -> list[pysam.AlignedSegment]:
    """Reads from 50 bases before the run on, so many with a run of each length."""
    found = []
    for more, count in copies.items():
        text = (LEFT + "G" * (run + more) + RIGHT)[150 : 150 + READ]
        behind = READ - 50 - max(0, more)
        gap = f"{more}I" if more > 0 else f"{-more}D" if more < 0 else ""
        for number in range(count):
            one = read(f"{more}.{number}", 150, flag=0x10 * (number % 2))
            qualities = one.query_qualities
            one.query_sequence, one.query_qualities = text, qualities
            one.cigarstring = f"50M{gap}{behind}M" if gap else f"{READ}M"
            found.append(one)
    return found


def filters(folder: Path, run: int, copies: Mapping[int, int]) -> dict[int, str]:
    """The filters of the changes of a run."""
    sequence = contig(run)
    setting = Setting(
        sample="S1",
        build="GRCh38",
        transcripts=[],
        sequence_of=lambda _: lambda start, end: sequence[max(0, start) : end],
        thresholds=THRESHOLDS,
    )
    alleles = {with_bases(run, more): more for more in copies if more}
    calls = [Call(allele, 9.0, 20, 200) for allele in sorted(alleles)]
    with bam_of(folder, reads_of(run, copies)) as bam:
        rows = [one.row for one in annotate(calls, bam, setting).variants]
    return {alleles[Allele(CONTIG, row.pos - 1, row.ref, row.alt)]: row.filter for row in rows}


@pytest.mark.parametrize(
    ("second", "expected"), [(32, "slippage"), (33, "PASS")], ids=["8 % of it", "more"]
)
def test_a_mutation_in_a_run_slips_as_the_wild_type_does(
    tmp_path: Path, second: int, expected: str
) -> None:
    """Of 0.4, 8 % are 0.032."""
    found = filters(tmp_path, 8, {0: 600 - second, 1: 400, 2: second})
    assert found == {1: "PASS", 2: expected}


def test_two_bases_alone_are_no_slip(tmp_path: Path) -> None:
    assert filters(tmp_path, 8, {0: 980, 2: 20}) == {2: "PASS"}
    assert filters(tmp_path, 8, {0: 980, -2: 20}) == {-2: "PASS"}


@pytest.mark.parametrize(("run", "expected"), [(13, "slippage"), (12, "PASS")])
def test_long_runs_lose_one_base_and_several(tmp_path: Path, run: int, expected: str) -> None:
    assert filters(tmp_path, run, {0: 600, -1: 300, -3: 100}) == {-1: expected, -3: expected}


@pytest.mark.parametrize(("more", "nearer"), [(2, 1), (-2, -1), (3, 2), (-3, -2)])
def test_it_slips_from_what_has_one_base_less(more: int, nearer: int) -> None:
    sequence = contig(8)
    fetch = lambda start, end: sequence[max(0, start) : end]  # noqa: E731
    vafs = {with_bases(8, nearer): 0.5, with_bases(8, -nearer): 0.9}
    assert slipped_vaf(with_bases(8, more), fetch, vafs) == pytest.approx(0.04)
    assert slipped_vaf(with_bases(8, more), fetch, {}) < 0
    assert slipped_vaf(with_bases(8, -nearer), fetch, vafs) == (
        0.08 if abs(nearer) == 1 else pytest.approx(-1.0)
    )


def test_short_runs_do_not_slip() -> None:
    sequence = contig(5)
    fetch = lambda start, end: sequence[max(0, start) : end]  # noqa: E731
    assert slipped_vaf(with_bases(5, 2), fetch, {with_bases(5, 1): 0.5}) < 0
