"""What became of the cases of `scripts.benchmark.kind_cases`: alleles, VAFs, frames."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.benchmark.kind_cases import KINDS, Case
from scripts.benchmark.panel_data import SmallGenome, reader
from scripts.panel.rows import PanelVariant

_NEAR = 400
"""Bases beside a case in which rows are its own."""
_WORTH_TELLING = 0.005
"""VAF from which the rows of a case that went wrong are told."""

_ROUNDED = 1e-6
"""What a share may be off by the digits of a table."""

Key = tuple[int, int, str]
"""An allele moved as far to the right as it goes."""


@dataclass
class KindScore:
    """What became of the cases of a kind.

    `ratios` are measured by true VAFs, `errors` their deviations in binomial standard deviations.
    """

    kind: str
    cases: int = 0
    exact: int = 0
    inside: int = 0
    wrong_frame: int = 0
    false: int = 0
    errors: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def add(self, other: KindScore) -> None:
        """Take in the cases of another score."""
        self.cases += other.cases
        self.exact += other.exact
        self.inside += other.inside
        self.wrong_frame += other.wrong_frame
        self.false += other.false
        self.errors += other.errors
        self.ratios += other.ratios

    def line(self) -> str:
        """One row of the table."""
        count = max(1, len(self.ratios))
        bias = sum(self.ratios) / count - 1
        spread = math.sqrt(sum((r - 1 - bias) ** 2 for r in self.ratios)) / count
        rms = math.sqrt(sum(e * e for e in self.errors) / max(1, len(self.errors)))
        return (
            f"| {self.kind} | {self.cases} | {self.exact / max(1, self.cases):.1%} | "
            f"{len(self.ratios)} | {bias:+.1%} ± {spread:.1%} | {rms:.2f} | "
            f"{self.inside / count:.1%} | {self.wrong_frame} | {self.false} |"
        )


HEADER = (
    "| kind | cases | exact | VAFs | bias | rms z | in interval | wrong frame | false |",
    "|---|---|---|---|---|---|---|---|---|",
)


def score_cases(
    cases: Sequence[Case], rows: Sequence[PanelVariant], genome: SmallGenome, vaf: float
) -> tuple[dict[str, KindScore], list[str]]:
    """Score the rows that pass, by kind; also what went wrong, in words."""
    scores = {case.kind: KindScore(case.kind) for case in cases}
    words: list[str] = []
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
    scores = sorted(scores, key=lambda one: list(KINDS).index(one.kind))
    together = KindScore("all")
    for one in scores:
        together.add(one)
    return [*HEADER, *(score.line() for score in [*scores, together])]


def _score(case: Case, near: Sequence[PanelVariant], sequence: str, vaf: float) -> KindScore:
    """The score of one case, from the rows near it."""
    fetch = reader(sequence)
    expected = {
        key_of(start, sequence[start:end], new, fetch): (share, (len(new) - end + start) % 3)
        for (start, end, new), share in case.expected(sequence, vaf).items()
    }
    found = {key_of(r.pos - 1, r.ref, r.alt, fetch): r for r in near if r.filter == "PASS"}
    false = [found[key] for key in found.keys() - expected.keys()]
    frames = {frame for _, frame in expected.values()}
    score = KindScore(
        case.kind,
        cases=1,
        exact=found.keys() == expected.keys(),
        wrong_frame=any((len(r.alt) - len(r.ref)) % 3 not in frames for r in false),
        false=len(false),
    )
    for key in found.keys() & expected.keys():
        row, share = found[key], expected[key][0]
        score.inside += row.vaf_low <= share + _ROUNDED and share - _ROUNDED <= row.vaf_high
        score.ratios.append(row.vaf / share)
        if share < 1 - _ROUNDED:
            deviation = math.sqrt(share * (1 - share) / max(1, row.depth))
            score.errors.append((row.vaf - share) / deviation)
    return score


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
            yield (
                f"    {row.pos} {row.ref}>{row.alt} {row.filter} {row.vaf:.3f} "
                f"{row.alternate_fragments}/{row.depth}"
            )
