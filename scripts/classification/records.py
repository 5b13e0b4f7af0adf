"""What a report holds of each classification: its answer, and what the answer rests on."""

from __future__ import annotations

from dataclasses import dataclass

from flt3itd.records import Status


@dataclass(frozen=True)
class LesionAnswer:
    """What the genes of a sample say of one lesion.

    `found` names the variants that count, with their VAF, `below` those that do not reach the VAF
    or number that is asked for. `reason` says why nothing can be said, or of what part of a lesion
    that is not detected.
    """

    lesion: str
    gene: str
    status: Status
    found: tuple[str, ...]
    below: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class RuleAnswer:
    """Whether one rule of a classification holds; `group` is the class that it stands for."""

    rule: str
    group: str
    status: Status
    words: str
    found: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Classification:
    """What the genes of a sample say of a published classification. It is no advice.

    `status` is detected when at least one rule holds (`groups`), not detected when none does, and
    not assessable when that cannot be said. `text` is the answer as a sentence; `not_tested` is
    what the classification asks for beside genes.
    """

    scheme: str
    title: str
    version: str
    source: str
    holds_for: str
    not_tested: str
    status: Status
    groups: tuple[str, ...]
    text: str
    rules: tuple[RuleAnswer, ...]
    lesions: tuple[LesionAnswer, ...]
