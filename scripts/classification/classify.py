"""Classes of a sample by published rules over its genes.

Rules are joined by the three-valued logic of Kleene (Introduction to Metamathematics, 1952): what
cannot be said of a gene makes a class unsayable only where the answer hangs on that gene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def _classification(scheme: Scheme, lesions: Mapping[str, LesionAnswer]) -> Classification:
    asked: list[str] = []
    answers: dict[str, RuleAnswer] = {}
    for rule in scheme.rules:
        answers[rule.rule] = _rule(rule, lesions, answers)
        asked += [name for name in rule.names() if name in lesions]
    held = [one for one in answers.values() if one.status is Status.DETECTED]
    status = either([one.status for one in answers.values()])
    about = scheme.about
    return Classification(
        scheme=about.scheme,
        title=about.title,
        version=about.version,
        source=about.source,
        holds_for=about.holds_for,
        not_tested=about.not_tested,
        status=status,
        groups=tuple(dict.fromkeys(one.group for one in held)),
        text=_sentence(scheme, status, list(answers.values())),
        rules=tuple(answers.values()),
        lesions=tuple(lesions[name] for name in dict.fromkeys(asked)),
    )


def _rule(
    rule: RuleRow, lesions: Mapping[str, LesionAnswer], above: Mapping[str, RuleAnswer]
) -> RuleAnswer:
    # A rule may have the name of a lesion (TP53 at 10 %, say): what stands above it is nearer.
    known: dict[str, LesionAnswer | RuleAnswer] = {**lesions, **above}
    all_of = [known[name] for name in listed(rule.all_of)]
    any_of = [known[name] for name in listed(rule.any_of)]
    none_of = [known[name] for name in listed(rule.none_of)]
    wanted = both([one.status for one in all_of])
    one_of = either([one.status for one in any_of]) if any_of else Status.DETECTED
    absent = both([opposite(one.status) for one in none_of])
    status = both([wanted, one_of, absent])
    reason = ""
    if status is Status.NOT_ASSESSABLE:
        reason = _reasons([*all_of, *(any_of if one_of is status else ()), *none_of])
    found = [text for one in (*all_of, *any_of) for text in one.found]
    return RuleAnswer(
        rule.rule,
        rule.group,
        status,
        rule.words,
        tuple(dict.fromkeys(found)) if status is Status.DETECTED else (),
        reason,
    )


def _reasons(parts: Sequence[LesionAnswer | RuleAnswer]) -> str:
    """Why nothing can be said: lesions with one reason are named together."""
    by_reason: dict[str, list[str]] = {}
    for part in parts:
        if part.status is not Status.NOT_ASSESSABLE:
            continue
        name = part.lesion if isinstance(part, LesionAnswer) else ""
        by_reason.setdefault(part.reason, []).append(name)
    return "; ".join(
        dict.fromkeys(
            f"{', '.join(names)}: {reason}" if all(names) else reason
            for reason, names in by_reason.items()
        )
    )


def _sentence(scheme: Scheme, status: Status, rules: Sequence[RuleAnswer]) -> str:
    about = scheme.about
    untested = f"{about.not_tested[:1].upper()}{about.not_tested[1:]} not tested."
    if status is Status.NOT_DETECTED:
        return f"No class by genes: {about.otherwise}. {untested}"
    open_ones = [one for one in rules if one.status is Status.NOT_ASSESSABLE]
    whys = "; ".join(dict.fromkeys(one.reason for one in open_ones))
    if status is Status.NOT_ASSESSABLE:
        return f"Cannot be said, because {whys}. {untested}"
    held = [one for one in rules if one.status is Status.DETECTED]
    told = "; ".join(f"{one.group}: {one.words} ({', '.join(one.found)})" for one in held)
    more = ", ".join(dict.fromkeys(one.group for one in open_ones))
    also = f" Whether it is {more} too cannot be said, because {whys}." if more else ""
    return f"{told[:1].upper()}{told[1:]}.{also} {untested}"
