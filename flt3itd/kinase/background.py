"""The background of a laboratory: what errors alone make of each place, seen in controls.

Of every control the expected errors of a place follow from its own rates by substitution
(`flt3itd.kinase.error_model`); the table has, for each place and change, the errors that the
controls show beside those expected. It is a table of c. names, so it serves both builds.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError, why
from flt3itd.common.statistics import LARGEST_SHAPE, overdispersed_tail, shape_of
from flt3itd.common.tables import read_table, write_table
from flt3itd.kinase.error_model import (
    ErrorModel,
    Factors,
    PlaceFactor,
    estimate_errors,
    name_of,
)
from flt3itd.kinase.exon_counts import ExonCounts
from flt3itd.kinase.short_changes import ShortChange
from flt3itd.locus.flt3 import TRANSCRIPT, flt3_locus
from flt3itd.locus.naming import name_variant

TABLE_VERSION = 1
"""Raised when the columns of the table mean something else."""

_CERTAIN_VARIANT = 0.1
"""A control that shows a change in a larger share of its fragments carries it."""
_OUTLIER = 1e-5
"""Probability, given the other controls, below which a control carries the change itself."""
_MOST_LEFT_OUT = 3
"""One in so many controls may be left out; what more of them show is a property of the place."""
_FIRST_SHAPE = 1.0
_FEWEST_GAPS = 3
"""Fragments of all controls with an insertion or deletion for it to have a row."""
_USUAL_OVERDISPERSION = 0.1
_SMALLEST_OVERDISPERSION = 0.02
_WEIGHT_OF_USUAL = 10.0
"""As many control places with one expected error as would show the usual overdispersion."""
_LARGEST_OVERDISPERSION = 2.0
_NOISY = 1e-3
"""Probability of its errors below which a place is known to be noisier than others."""
_SHAPE_OF_NOISY = 0.1
_STANDS_OUT = 5.0
"""Standard deviations that counts of equal controls do not differ by."""

log = logging.getLogger("flt3itd")


@dataclass(frozen=True)
class BackgroundSite:
    """One row: a substitution, or an insertion or deletion that controls show.

    `controls` are those that cover the place and teach; `left_out` seem to carry the change
    themselves. `fragments` and `errors` are sums over the former, and `expected_errors` what their
    own rates by substitution (for a gap: of any gap at a base) let expect. `overdispersion` is
    the relative variance of the rate between controls.
    """

    version: int
    assay: Assay
    hgvs_c: str
    residue: int | None
    controls: int
    left_out: int
    fragments: int
    errors: int
    expected_errors: float
    overdispersion: float

    @property
    def gap(self) -> bool:
        """Whether this is an insertion or deletion."""
        return ">" not in self.hgvs_c


@dataclass(frozen=True)
class Background:
    """A table as `flt3itd call` uses it, with what tells it from others."""

    path: str
    sha256: str
    controls: int
    factors: Factors


@dataclass(frozen=True)
class _Seen:
    """What one control shows of one place."""

    control: str
    fragments: int
    errors: int
    expected: float


@dataclass(frozen=True)
class _Place:
    """A change and what the controls show of it; `kind` shares an overdispersion."""

    hgvs_c: str
    residue: int | None
    kind: str
    seen: tuple[_Seen, ...]


def build_background(
    controls: Sequence[tuple[str, Sequence[ExonCounts]]], assay: Assay, significance: float
) -> list[BackgroundSite]:
    """The rows of all places that a control covers; controls are a name and its counts."""
    models = [estimate_errors(exons, significance) for _, exons in controls]
    places = [
        *_substitutions(controls, models),
        *_gaps(controls, models),
    ]
    split = [(place, *_without_carriers(place)) for place in places]
    usual = _usual_overdispersion([(place.kind, kept) for place, kept, _ in split])
    rows = []
    for place, kept, carriers in split:
        for seen in carriers:
            log.info(
                "%s: %s in %d of %d fragments: left out, it seems to carry this change",
                *(seen.control, place.hgvs_c, seen.errors, seen.fragments),
            )
        if not kept:
            continue
        rows.append(
            BackgroundSite(
                version=TABLE_VERSION,
                assay=assay,
                hgvs_c=place.hgvs_c,
                residue=place.residue,
                controls=len(kept),
                left_out=len(carriers),
                fragments=sum(seen.fragments for seen in kept),
                errors=sum(seen.errors for seen in kept),
                expected_errors=sum(seen.expected for seen in kept),
                overdispersion=max(usual[place.kind], _own_overdispersion(kept)),
            )
        )
    return rows


def _substitutions(
    controls: Sequence[tuple[str, Sequence[ExonCounts]]], models: Sequence[ErrorModel]
) -> Iterator[_Place]:
    found: dict[str, tuple[int, str, list[_Seen]]] = {}
    for (control, exons), model in zip(controls, models, strict=True):
        for codon in (codon for exon in exons for codon in exon.codons):
            fragments = codon.fragments
            for base, changed in codon.single_changes() if fragments else ():
                kind = f"{codon.reference[base]}>{changed[base]}"
                _, _, seen = found.setdefault(
                    name_of(codon, base, changed), (codon.residue, kind, [])
                )
                rate = model.rates[codon.reference[base], changed[base]].at(codon)
                seen.append(_Seen(control, fragments, codon.count(changed), fragments * rate))
    for name, (residue, kind, seen) in found.items():
        yield _Place(name, residue, kind, tuple(seen))


def _gaps(
    controls: Sequence[tuple[str, Sequence[ExonCounts]]], models: Sequence[ErrorModel]
) -> Iterator[_Place]:
    for number in range(len(controls[0][1])):
        exons = [exons[number] for _, exons in controls]
        changes = sorted({change for exon in exons for change in exon.carriers})
        for change in changes:
            if sum(exon.carriers.get(change, 0) for exon in exons) < _FEWEST_GAPS:
                continue
            names = name_variant(change.offset, change.ref, change.alt, "GRCh38")
            seen = [
                _Seen(control, fragments, exon.carriers.get(change, 0), fragments * model.gap_rate)
                for (control, _), exon, model in zip(controls, exons, models, strict=True)
                if (fragments := _fragments_at(exon, change))
            ]
            residue = names.insertion_site_residue
            yield _Place(names.hgvs_c, residue, "gap", tuple(seen))


def _fragments_at(exon: ExonCounts, change: ShortChange) -> int:
    """Fragments that show the codon at or next to a change."""
    inside = min(max(change.offset, exon.exon.start), exon.exon.end - 1)
    position = exon.exon.cds_start + exon.exon.end - 1 - inside
    return exon.codons[(position + 2) // 3 - exon.codons[0].residue].fragments


def _without_carriers(place: _Place) -> tuple[list[_Seen], list[_Seen]]:
    """The controls that teach, and those that seem to carry the change themselves."""
    certain = [s for s in place.seen if s.errors > max(2, _CERTAIN_VARIANT * s.fragments)]
    kept = [seen for seen in place.seen if seen not in certain]
    outliers: list[_Seen] = []
    while (worst := _worst(kept)) is not None:
        kept.remove(worst)
        outliers.append(worst)
    if len(outliers) > max(1, len(place.seen) // _MOST_LEFT_OUT):
        kept, outliers = kept + outliers, []
    return kept, certain + outliers


def _worst(kept: Sequence[_Seen]) -> _Seen | None:
    """The control that stands out most from the others, if one does."""
    errors, expected = sum(s.errors for s in kept), sum(s.expected for s in kept)
    worst, least = None, _OUTLIER
    for seen in kept:
        if seen.errors > 2:
            known = _FIRST_SHAPE + errors - seen.errors
            mean = known / (_FIRST_SHAPE + expected - seen.expected)
            shape = _combined_shape(known, _USUAL_OVERDISPERSION)
            p_value = overdispersed_tail(seen.errors, seen.expected * mean, shape)
            if p_value < least:
                worst, least = seen, p_value
    return worst


def _excess(kept: Sequence[_Seen]) -> tuple[float, float]:
    """How much more than Poisson the controls of a place differ.

    Returns what the squared deviations from the mean have beyond that mean, and the squared means.
    """
    expected = sum(seen.expected for seen in kept)
    if len(kept) < 2 or not expected:
        return 0.0, 0.0
    factor = sum(seen.errors for seen in kept) / expected
    means = [seen.expected * factor for seen in kept]
    deviations = sum((s.errors - m) ** 2 for s, m in zip(kept, means, strict=True))
    unbiased = deviations * len(kept) / (len(kept) - 1)
    return unbiased - sum(means), sum(mean * mean for mean in means)


def _usual_overdispersion(places: Iterable[tuple[str, Sequence[_Seen]]]) -> dict[str, float]:
    """The relative variance between controls of each kind of change (method of moments)."""
    sums: dict[str, tuple[float, float]] = {}
    for kind, kept in places:
        excess, squares = _excess(kept)
        before = sums.get(kind, (0.0, 0.0))
        sums[kind] = before[0] + excess, before[1] + squares
    prior = _USUAL_OVERDISPERSION * _WEIGHT_OF_USUAL
    return {
        kind: min(
            max((excess + prior) / (squares + _WEIGHT_OF_USUAL), _SMALLEST_OVERDISPERSION),
            _LARGEST_OVERDISPERSION,
        )
        for kind, (excess, squares) in sums.items()
    }


def _own_overdispersion(kept: Sequence[_Seen]) -> float:
    """The relative variance of one place, where its controls differ beyond doubt; else 0."""
    excess, squares = _excess(kept)
    poisson = math.sqrt(sum(seen.errors for seen in kept) + 2 * squares)
    if excess <= _STANDS_OUT * poisson:
        return 0.0
    return min(excess / squares, _LARGEST_OVERDISPERSION)


def _combined_shape(known: float, overdispersion: float) -> float:
    """The shape of a rate of the next sample.

    The rate of the place is known as a gamma variable of shape `known`; samples differ from it with
    this relative variance.
    """
    return 1 / (1 / known + overdispersion * (1 + 1 / known))


def write_background(path: Path, sites: Sequence[BackgroundSite]) -> None:
    """Write the table, all of it or nothing. Raises UserError when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(path, BackgroundSite, sites)
    except OSError as error:
        raise UserError(f"{path}: the table cannot be written: {why(error)}") from error


def read_background(path: Path, assay: Assay) -> Background:
    """Read and check a table, and learn the factors of its places.

    Raises:
        UserError: it is no table of this program, of another assay, or damaged.
    """
    rows = read_table(path, BackgroundSite)
    names: set[str] = set()
    for number, row in enumerate(rows, start=2):
        mistake = _mistake(row, assay)
        if mistake is None and row.hgvs_c in names:
            mistake = f"column hgvs_c: {row.hgvs_c} appears twice; build the table again"
        if mistake is not None:
            raise UserError(f"{path}: row {number}, {mistake}")
        names.add(row.hgvs_c)
    return Background(
        path=str(path),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        controls=max((row.controls + row.left_out for row in rows), default=0),
        factors=_factors(rows),
    )


def _mistake(row: BackgroundSite, assay: Assay) -> str | None:
    """What is wrong with a row, in words."""
    if row.version != TABLE_VERSION:
        return (
            f"column version: found {row.version}, expected {TABLE_VERSION}; build the table again "
            "with this version of flt3itd"
        )
    if row.assay != assay:
        return (
            f"column assay: the controls are of the assay {str(row.assay)!r}, the sample is of "
            f"{str(assay)!r}; give a table of the same assay"
        )
    change = row.hgvs_c.removeprefix(f"{TRANSCRIPT}:c.")
    if change == row.hgvs_c:
        return (
            f"column hgvs_c: found {row.hgvs_c!r}, expected a change of {TRANSCRIPT}; give a table "
            "that flt3itd background made"
        )
    if not row.gap and not _fits_reference(change):
        return f"column hgvs_c: {change} does not fit the reference; build the table again"
    counts = (row.controls, row.left_out, row.fragments, row.errors)
    numbers = (row.expected_errors, row.overdispersion)
    if min(counts) < 0 or not all(math.isfinite(n) and n > 0 for n in numbers) or not row.controls:
        return "a count is below zero, or no number; build the table again"
    return None


def _fits_reference(change: str) -> bool:
    """Whether a substitution such as 2503G>T starts from the base of the reference."""
    locus = flt3_locus()
    before = change.partition(">")[0]
    position, base = before[:-1], before[-1:]
    if not position.isascii() or not position.isdigit():
        return False
    try:
        offset = locus.offset_of_cds(int(position))
    except KeyError:
        return False
    return locus.sequence[offset] == base.translate(str.maketrans("ACGT", "TGCA"))


def _factors(rows: Sequence[BackgroundSite]) -> Factors:
    """The factor of each place, from its errors and the spread between all places.

    A place that stands out from the spread of the others is known to be noisy: there its own
    errors decide.
    """
    noisy: set[str] = set()
    shape = LARGEST_SHAPE
    for _ in range(2):
        usual = [row for row in rows if not row.gap and row.hgvs_c not in noisy]
        excess = sum((r.errors - r.expected_errors) ** 2 - r.expected_errors for r in usual)
        shape = shape_of(excess, sum(r.expected_errors**2 for r in usual))
        noisy = {row.hgvs_c for row in rows if _is_noisy(row, shape)}
    factors = {}
    for row in rows:
        prior = _SHAPE_OF_NOISY if row.hgvs_c in noisy else shape
        # Errors of one control are worth less than as many errors of several.
        weight = 1 / (1 + row.overdispersion * row.errors / row.controls)
        known = prior + weight * row.errors
        mean = known / (prior + weight * row.expected_errors)
        factors[row.hgvs_c] = PlaceFactor(mean, _combined_shape(known, row.overdispersion))
    return factors


def _is_noisy(row: BackgroundSite, shape: float) -> bool:
    """Whether the controls show more errors than the spread between places explains."""
    spread = 1 / (1 / shape + row.overdispersion / row.controls)
    return overdispersed_tail(row.errors, row.expected_errors, spread) < _NOISY
