"""What is found of the reads: the questions that it touches, and what it does to their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import NamedTuple

from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures

ALL = tuple(Question)
INSERTED = (Question.ITD, Question.LONG_EVENTS, Question.KMT2A)
"""What is told by reads that pass a junction: by clipped bases, above all."""
FLT3 = (Question.ITD, Question.TKD)
ELSEWHERE = (Question.PANEL, Question.LONG_EVENTS, Question.KMT2A)
"""What is told of FLT3, and of all else."""
BASES = (Question.TKD, Question.PANEL)
"""What is told by single bases and short gaps."""

KEEP_CLIPS = "give reads whose clips were neither removed nor filtered"
"""What to do where reads over a junction are gone."""


class Finding(NamedTuple):
    """Something that was found of the reads, the questions that it touches, and what it does."""

    questions: tuple[Question, ...]
    effect: Effect
    text: str


class Effect(Enum):
    """What a finding does to an answer."""

    REMARK = "remark"
    HIDES = "hides"
    MISLEADS = "misleads"


def percent(share: float) -> str:
    """A share in three significant digits: one that is there never reads as none."""
    return f"{100 * share:.3g}%"


Rule = Callable[[ReadMeasures, Thresholds], Iterable[Finding]]
