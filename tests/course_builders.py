"""Points of a course, the samples that they are of, and the sentence on them."""

from __future__ import annotations

import dataclasses

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.records import Status
from scripts.patient.model import Basis, FollowedSample, Point
from scripts.patient.trends import trends, with_changes
from scripts.patient.words import (
    course_of,
    course_sentence,
    states_by_rank,
)
from scripts.report.model import Headline, Headlines

POINT = Point(
    "A", Status.DETECTED, Basis.CALLED, 0.2, 0.15, 0.25, 0.25, 0.2, 0.3, 200, 1000,
    None, None, None, "",
)  # fmt: skip
UNSEEN = dataclasses.replace(
    POINT, status=Status.NOT_DETECTED, basis=Basis.LIMIT, vaf=None, vaf_low=None, vaf_high=None
)
HELD_BACK = dataclasses.replace(UNSEEN, basis=Basis.HELD_BACK)
SEEN_BUT_HELD_BACK = dataclasses.replace(
    POINT, status=Status.NOT_DETECTED, basis=Basis.HELD_BACK, vaf=0.004, vaf_bound=0.01
)
NOT_ASSESSABLE = dataclasses.replace(UNSEEN, status=Status.NOT_ASSESSABLE, basis=Basis.NOT_COVERED)


def followed(*tissues: str) -> list[FollowedSample]:
    """Samples of these tissues, each a timepoint of its own; "BM RNA" is RNA of marrow."""
    return [_followed(rank, tissue) for rank, tissue in enumerate(tissues)]


def _followed(rank: int, tissue: str) -> FollowedSample:
    line = Headline(Status.NOT_DETECTED, "")
    return FollowedSample(
        f"S{rank}", f"t{rank}", rank, None, tissue.removesuffix(" RNA"), "newly_diagnosed",
        Assay.RNA if tissue.endswith("RNA") else Assay.CAPTURE,
        Headlines(line, line, line, line), None, CountedUnit.FRAGMENTS, "", None, "0", "0",
    )  # fmt: skip


def at(vaf: float, spread: float = 0.1) -> Point:
    """Detected with this VAF, and an interval of a tenth of it on each side."""
    return dataclasses.replace(
        POINT, vaf=vaf, vaf_low=vaf * (1 - spread), vaf_high=min(1.0, vaf * (1 + spread))
    )


def below(bound: float | None) -> Point:
    return dataclasses.replace(UNSEEN, vaf_bound=bound)


def words_of(points: list[Point], *tissues: str) -> str:
    samples = followed(*(tissues or ["BM"] * len(points)))
    changed = with_changes(samples, points)
    found = trends(samples, changed)
    course = course_of(states_by_rank(samples, changed), found)
    return course_sentence("X", course, found, samples, changed)
