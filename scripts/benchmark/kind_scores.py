"""What became of the cases of `scripts.benchmark.kind_cases`: alleles, VAFs, frames."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.benchmark.kind_cases import KINDS, Case
from scripts.benchmark.kind_edits import Edit
from scripts.benchmark.panel_data import SmallGenome, reader
from scripts.panel.rows import PanelVariant

_NEAR = 400
"""Bases beside a case in which rows are its own."""
ELSEWHERE = "far from all cases"
"""What rows are false for that are near no case."""
_WORTH_TELLING = 0.005
"""VAF from which the rows of a case that went wrong are told."""

_ROUNDED = 1e-6
"""What a share may be off by the digits of a table."""

Key = tuple[int, int, str]
"""An allele moved as far to the right as it goes."""


_MOST_TOLD = 8
"""Rows beside a case up to which it is looked at whether they make its molecules."""


@dataclass(frozen=True)
class MeasuredVaf:
    """A VAF by its true one, its deviation in binomial standard deviations, and its interval.

    `inside` says that the interval holds the truth. Where all molecules have the event nothing is
    drawn, and both are None.
    """

    ratio: float
    deviation: float | None
    inside: bool | None


@dataclass
class KindScore:
    """What became of the cases of a kind.

    `otherwise` are cases whose rows make the molecules that were drawn, in other words.
    """

    kind: str
    cases: int = 0
    exact: int = 0
    otherwise: int = 0
    wrong_frame: int = 0
    false: int = 0
    vafs: list[tuple[MeasuredVaf, ...]] = field(default_factory=list)

    def add(self, other: KindScore) -> None:
        """Take in the cases of another score."""
        self.cases += other.cases
        self.exact += other.exact
        self.otherwise += other.otherwise
        self.wrong_frame += other.wrong_frame
        self.false += other.false
        self.vafs += other.vafs

    def line(self) -> str:
        """One row of the table."""
        ratio, ratio_error = _mean([[vaf.ratio for vaf in case] for case in self.vafs])
        inside, inside_error = _mean(
            [[float(v.inside) for v in case if v.inside is not None] for case in self.vafs]
        )
        errors = [v.deviation for case in self.vafs for v in case if v.deviation is not None]
        rms = math.sqrt(sum(e * e for e in errors) / max(1, len(errors)))
        count = sum(map(len, self.vafs))
        return (
            f"| {self.kind} | {self.cases} | {self.exact / max(1, self.cases):.1%} | "
            f"{self.otherwise} | {self.false} | {self.wrong_frame} | {count} | "
            f"{ratio - 1:+.1%} ± {ratio_error:.1%} | {rms:.2f} | "
            f"{inside:.1%} ± {inside_error:.1%} |"
        )


def _mean(of_cases: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The mean of all values, and its standard error.

    Only cases are independent: the VAFs of one are measured with the same molecules.
    """
    count = max(1, sum(map(len, of_cases)))
    mean = sum(map(sum, of_cases)) / count
    squares = sum(sum(value - mean for value in case) ** 2 for case in of_cases)
    return mean, math.sqrt(squares) / count


HEADER = (
    "| kind | cases | exact | in other words | false | wrong frame | VAFs | bias | rms z | "
    "in interval |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def score_cases(
    cases: Sequence[Case], rows: Sequence[PanelVariant], genome: SmallGenome, vaf: float
) -> tuple[dict[str, KindScore], list[str]]:
    """Score the rows that pass, by kind; also what went wrong, in words.

    Rows that pass far from all cases are false, and a kind of their own (`ELSEWHERE`).
    """
    scores = {case.kind: KindScore(case.kind) for case in cases}
    words: list[str] = []
    far = [
        row
        for row in rows
        if row.filter == "PASS"
        and not any(row.chrom == c.gene and abs(row.pos - c.start) < _NEAR for c in cases)
    ]
    if far:
        scores[ELSEWHERE] = KindScore(ELSEWHERE, false=len(far))
        words += [ELSEWHERE, *(f"    {row.chrom} {_told(row)}" for row in far)]
    for case in cases:
        sequence = genome.sequence(case.gene)
        near = [r for r in rows if r.chrom == case.gene and abs(r.pos - case.start) < _NEAR]
        score = _score(case, near, sequence, vaf)
        scores[case.kind].add(score)
        if not score.exact:
            words += _words(case, near, sequence, vaf)
    return scores, words


def table_of(scores: Iterable[KindScore]) -> list[str]:
    """The lines of a table of scores, in the order of the kinds, with all of them together."""
    order = [*KINDS, ELSEWHERE]
    scores = sorted(scores, key=lambda one: order.index(one.kind))
    together = KindScore("all")
    for one in scores:
        together.add(one)
    return [*HEADER, *(score.line() for score in [*scores, together])]


def _score(case: Case, near: Sequence[PanelVariant], sequence: str, vaf: float) -> KindScore:
    """The score of one case, from the rows near it."""
    fetch = reader(sequence)
    expected: dict[Key, tuple[float, int]] = {}
    for (start, end, new), share in case.expected(sequence, vaf).items():
        # Two clones may have been drawn with one event, written at two places of a repeat.
        key = key_of(start, sequence[start:end], new, fetch)
        before = expected.get(key, (0.0, 0))[0]
        expected[key] = before + share, (len(new) - end + start) % 3
    found = {key_of(r.pos - 1, r.ref, r.alt, fetch): r for r in near if r.filter == "PASS"}
    exact = found.keys() == expected.keys()
    otherwise = not exact and _are_its_molecules(case, list(found), sequence)
    false = [] if otherwise else [found[key] for key in found.keys() - expected.keys()]
    frames = {frame for _, frame in expected.values()}
    return KindScore(
        case.kind,
        cases=1,
        exact=exact,
        otherwise=otherwise,
        wrong_frame=any((len(r.alt) - len(r.ref)) % 3 not in frames for r in false),
        false=len(false),
        vafs=[
            tuple(
                _measured(found[key], share) for key, (share, _) in expected.items() if key in found
            )
        ],
    )


def _measured(row: PanelVariant, share: float) -> MeasuredVaf:
    """What a row says of an event with a share of the molecules."""
    if share > 1 - _ROUNDED:
        return MeasuredVaf(row.vaf / share, None, None)
    deviation = (row.vaf - share) / math.sqrt(share * (1 - share) / max(1, row.depth))
    inside = row.vaf_low <= share + _ROUNDED and share - _ROUNDED <= row.vaf_high
    return MeasuredVaf(row.vaf / share, deviation, inside)


def _are_its_molecules(case: Case, found: Sequence[Key], sequence: str) -> bool:
    """Whether some alleles, each alone or several together, make the haplotypes of a case.

    Each of them must be on one.
    """
    if not 0 < len(found) <= _MOST_TOLD:
        return False
    drawn = {_molecule(edits, sequence) for edits in case.edits.values() if edits}
    sets = [some for size in range(len(found) + 1) for some in combinations(sorted(found), size)]
    makes = {some: _molecule(some, sequence) for some in sets if _are_apart(some)}
    used = {allele for some, text in makes.items() if text in drawn for allele in some}
    return drawn <= set(makes.values()) and used == set(found)


def _molecule(edits: Sequence[Edit], sequence: str) -> str:
    """The sequence of a contig with some edits, which lie apart."""
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [sequence[done:start], new]
        done = end
    return "".join([*pieces, sequence[done:]])


def _are_apart(edits: Sequence[Edit]) -> bool:
    return all(one[1] <= other[0] for one, other in pairwise(edits))


def key_of(start: int, ref: str, alt: str, fetch: Fetch) -> Key:
    """An allele wherever it is written."""
    change = normalise_on_plus(fetch, start, ref, alt)
    return change.start, change.end, change.alternate


def _words(case: Case, near: Sequence[PanelVariant], sequence: str, vaf: float) -> Iterator[str]:
    yield f"{case.kind}: {case.gene}:{case.start + 1} {case.edits}"
    for (start, end, new), share in case.expected(sequence, vaf).items():
        yield f"    expected {start + 1} {sequence[start:end] or '-'}>{new or '-'} {share:.3f}"
    for row in near:
        if row.vaf > _WORTH_TELLING:
            yield f"    {_told(row)}"


def _told(row: PanelVariant) -> str:
    """A row in short."""
    fragments = f"{row.alternate_fragments}/{row.depth}"
    return f"{row.pos} {row.ref}>{row.alt} {row.filter} {row.vaf:.3f} {fragments}"
