"""Classes of a sample by published rules over its genes.

Rules are joined by the three-valued logic of Kleene (Introduction to Metamathematics, 1952): what
cannot be said of a gene makes a class unsayable only where the answer hangs on that gene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flt3itd.records import Status
from scripts.classification.lesions import Findings, answer_lesion
from scripts.classification.records import Classification, LesionAnswer, RuleAnswer
from scripts.classification.tables import RuleRow, Scheme, Tables, listed


def classify(tables: Tables, findings: Findings) -> tuple[Classification, ...]:
    """What each classification of the tables says of a sample."""
    lesions = {name: answer_lesion(rows, findings) for name, rows in tables.lesions.items()}
    return tuple(_classification(scheme, lesions) for scheme in tables.schemes)


def both(states: Sequence[Status]) -> Status:
    """Whether all hold; of nothing, they do."""
    for state in (Status.NOT_DETECTED, Status.NOT_ASSESSABLE):
        if state in states:
            return state
    return Status.DETECTED


def either(states: Sequence[Status]) -> Status:
    """Whether at least one holds; of nothing, none does."""
    for state in (Status.DETECTED, Status.NOT_ASSESSABLE):
        if state in states:
            return state
    return Status.NOT_DETECTED


def opposite(state: Status) -> Status:
    """Whether it does not hold."""
    return {
        Status.DETECTED: Status.NOT_DETECTED,
        Status.NOT_DETECTED: Status.DETECTED,
        Status.NOT_ASSESSABLE: Status.NOT_ASSESSABLE,
    }[state]


@dataclass(frozen=True)
class _Answered:
    """A rule's answer, and the lesions for which nothing can be said of it."""

    answer: RuleAnswer
    blocking: tuple[LesionAnswer, ...]


def _classification(scheme: Scheme, lesions: Mapping[str, LesionAnswer]) -> Classification:
    asked: list[str] = []
    answered: dict[str, _Answered] = {}
    for rule in scheme.rules:
        answered[rule.rule] = _rule(rule, lesions, answered)
        asked += [name for name in rule.names() if name in lesions]
    answers = [one.answer for one in answered.values()]
    held = [one for one in answers if one.status is Status.DETECTED]
    status = either([one.status for one in answers])
    about = scheme.about
    looked_for = tuple(lesions[name] for name in dict.fromkeys(asked))
    return Classification(
        scheme=about.scheme,
        title=about.title,
        version=about.version,
        source=about.source,
        holds_for=about.holds_for,
        not_tested=about.not_tested,
        status=status,
        groups=tuple(dict.fromkeys(one.group for one in held)),
        text=_sentence(scheme, status, list(answered.values())) + _unseen(looked_for),
        rules=tuple(answers),
        lesions=looked_for,
    )


def _rule(
    rule: RuleRow, lesions: Mapping[str, LesionAnswer], above: Mapping[str, _Answered]
) -> _Answered:
    # A rule may have the name of a lesion (TP53 at 10 %, say): what stands above it is nearer.
    def named(cell: str) -> list[LesionAnswer | _Answered]:
        return [above[name] if name in above else lesions[name] for name in listed(cell)]

    all_of, any_of, none_of = (named(cell) for cell in (rule.all_of, rule.any_of, rule.none_of))
    one_of = either(list(map(_status, any_of))) if any_of else Status.DETECTED
    status = both([*map(_status, all_of), one_of, *(opposite(_status(one)) for one in none_of)])
    blocking: list[LesionAnswer] = []
    if status is Status.NOT_ASSESSABLE:
        for part in (*all_of, *(any_of if one_of is status else ()), *none_of):
            if _status(part) is Status.NOT_ASSESSABLE:
                blocking += part.blocking if isinstance(part, _Answered) else [part]
    found = [text for part in (*all_of, *any_of) for text in _found(part)]
    answer = RuleAnswer(
        rule.rule,
        rule.group,
        status,
        rule.words,
        tuple(dict.fromkeys(found)) if status is Status.DETECTED else (),
        _reasons(blocking),
    )
    return _Answered(answer, tuple(blocking))


def _status(part: LesionAnswer | _Answered) -> Status:
    return part.answer.status if isinstance(part, _Answered) else part.status


def _found(part: LesionAnswer | _Answered) -> tuple[str, ...]:
    return part.answer.found if isinstance(part, _Answered) else part.found


def _reasons(blocking: Sequence[LesionAnswer]) -> str:
    """Why nothing can be said: lesions with one reason are named together."""
    by_reason: dict[str, list[str]] = {}
    for one in dict.fromkeys(blocking):
        by_reason.setdefault(one.reason, []).append(one.lesion.removesuffix(" mutation"))
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in by_reason.items())


def _unseen(lesions: Sequence[LesionAnswer]) -> str:
    """What the absence of a lesion leaves out, such as ITDs that are too long for the reads."""
    return "".join(
        f" {one.lesion} {one.reason}."
        for one in lesions
        if one.status is Status.NOT_DETECTED and one.reason
    )


def _sentence(scheme: Scheme, status: Status, answered: Sequence[_Answered]) -> str:
    about = scheme.about
    untested = f"{about.not_tested[:1].upper()}{about.not_tested[1:]} not tested."
    if status is Status.NOT_DETECTED:
        return f"No class by genes: {about.otherwise}. {untested}"
    held = [one.answer for one in answered if one.answer.status is Status.DETECTED]
    groups = {one.group for one in held}
    open_ones = [
        one
        for one in answered
        if one.answer.status is Status.NOT_ASSESSABLE and one.answer.group not in groups
    ]
    whys = _reasons([lesion for one in open_ones for lesion in one.blocking])
    if status is Status.NOT_ASSESSABLE:
        return f"Cannot be said, because {whys}. {untested}"
    told = "; ".join(f"{one.group}: {one.words} ({', '.join(one.found)})" for one in held)
    more = ", ".join(dict.fromkeys(one.answer.group for one in open_ones))
    also = f" Whether it is {more} too cannot be said, because {whys}." if more else ""
    return f"{told[:1].upper()}{told[1:]}.{also} {untested}"
