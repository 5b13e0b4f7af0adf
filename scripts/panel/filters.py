"""Reasons not to believe a call of the panel, as FILTER tags, and the variants that lift them.

Nothing is left out: a call that is not believed keeps its row and says why. docs/panel.md lists
every filter with its default, `scripts.panel.filter_table` what each is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flt3itd.common.statistics import fisher_exact
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from scripts.genome.knowledge import KnownClass
from scripts.genome.limits import SEVERAL_LOST, slippage_limit
from scripts.genome.targets import Regions
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.filter_table import PanelFilter
from scripts.panel.read_rules import ReadRules

BIAS_P = 1e-4
STRAND_SHARE = 0.1
ENDS_SHARE = 0.9
POOR_SHARE = 0.5
"""Biased: Fisher's exact test against the wild-type reads at most `BIAS_P`, and at most
`STRAND_SHARE` of the mutant reads on their rarer strand, at least `ENDS_SHARE` of them with the
change near an end, or at least `POOR_SHARE` of them with a base below the quality."""

ARTIFACT_VAF = 0.1
"""VAF below which a variant that is known as an artefact is taken for one."""


@dataclass(frozen=True)
class Thresholds:
    """What a call needs to pass; see config/README.md."""

    minimum_depth: int
    minimum_vaf: float
    minimum_alternate_fragments: int
    reads: ReadRules
    maximum_population_frequency: float = 0.01


@dataclass(frozen=True)
class Surroundings:
    """What is known of the place of a call, beside its own fragments.

    `slipped` is the VAF up to which slippage explains the call (below 0: it does not).
    `part_of_event` says that it was called again as a part of a larger event,
    `misaligned_itd` that reads of a called ITD would show it, `copied_error` that its reads may be
    copies of one molecule.
    """

    on_target: bool = True
    slipped: float = -1.0
    part_of_event: bool = False
    misaligned_itd: bool = False
    damage: bool = False
    other_change: bool = False
    copied_error: bool = False
    in_normals: bool = False
    population_frequency: float | None = None
    known: KnownClass | None = None


def filters_of(
    vaf: float, depth: int, counts: AlleleCounts, thresholds: Thresholds
) -> list[PanelFilter]:
    """The reasons that lie in the fragments of a call itself; none when it passes."""
    reasons: list[PanelFilter] = []
    if depth < thresholds.minimum_depth:
        reasons.append(PanelFilter.LOW_DEPTH)
    if vaf < thresholds.minimum_vaf:
        reasons.append(PanelFilter.LOW_VAF)
    if counts.mutant < thresholds.minimum_alternate_fragments:
        reasons.append(PanelFilter.FEW_FRAGMENTS)
    forward, reverse = counts.mutant_reads
    strands = min(forward, reverse), max(forward, reverse)
    if strands[0] <= STRAND_SHARE * sum(strands) and (
        fisher_exact(forward, reverse, *counts.wildtype_reads) <= BIAS_P
    ):
        reasons.append(PanelFilter.STRAND_BIAS)
    if _more_often(counts.mutant_ends, counts.wildtype_ends, ENDS_SHARE):
        reasons.append(PanelFilter.POSITION_BIAS)
    if _more_often(counts.mutant_poor, counts.wildtype_poor, POOR_SHARE):
        reasons.append(PanelFilter.BASE_QUALITY)
    return reasons


def _more_often(mutant: tuple[int, int], wildtype: tuple[int, int], share: float) -> bool:
    """Whether most mutant reads, and more than of the wild type, have a property (has, has not)."""
    has, has_not = mutant
    if not has or has < share * (has + has_not):
        return False
    # A property of the place itself marks the wild type as often.
    more = has * sum(wildtype) > wildtype[0] * (has + has_not)
    return more and fisher_exact(has, has_not, *wildtype) <= BIAS_P


def surrounding_filters(
    vaf: float, surroundings: Surroundings, thresholds: Thresholds
) -> list[PanelFilter]:
    """The reasons that lie in the place of a call and in what is known of it."""
    reasons: list[PanelFilter] = []
    if not surroundings.on_target:
        reasons.append(PanelFilter.OFF_TARGET)
    if surroundings.part_of_event:
        reasons.append(PanelFilter.PART_OF_EVENT)
    if vaf <= surroundings.slipped:
        reasons.append(PanelFilter.SLIPPAGE)
    if surroundings.copied_error:
        reasons.append(PanelFilter.COPIED_ERROR)
    if surroundings.other_change:
        reasons.append(PanelFilter.OTHER_CHANGE)
    if surroundings.damage:
        reasons.append(PanelFilter.DAMAGE)
    if surroundings.misaligned_itd:
        reasons.append(PanelFilter.MISALIGNED_ITD)
    if surroundings.known is KnownClass.ARTIFACT and vaf < ARTIFACT_VAF:
        reasons.append(PanelFilter.KNOWN_ARTIFACT)
    if surroundings.in_normals:
        reasons.append(PanelFilter.NORMALS)
    frequency = surroundings.population_frequency
    if frequency is not None and frequency > thresholds.maximum_population_frequency:
        reasons.append(PanelFilter.COMMON)
    return reasons


def rescue(
    reasons: Iterable[PanelFilter], known: KnownClass | None
) -> tuple[list[PanelFilter], list[PanelFilter]]:
    """The reasons that stay, and those that are lifted because a variant is known.

    A known pathogenic variant passes when only soft filters speak against it; if another one
    does, all of them stay.
    """
    reasons = list(reasons)
    if known is KnownClass.PATHOGENIC and all(reason.soft for reason in reasons):
        return [], reasons
    return reasons, []


def slipped_vaf(allele: Allele, fetch: Fetch, vafs: Mapping[Allele, float]) -> float:
    """The VAF up to which slippage explains an allele; below 0 where it does not.

    Molecules whose run is another one already, by a base less, slip as the wild type does: of their
    VAF, which `vafs` has, it explains the same share. In long runs several bases are lost at once.
    """
    run, bases = run_change(allele, fetch)
    limit = slippage_limit(run)
    if limit < 0 or bases == 1 or run >= SEVERAL_LOST:
        return limit
    ref, alt = allele.ref, allele.alt
    longer = len(alt) > len(ref)
    nearer = replace(allele, alt=alt[:-1]) if longer else replace(allele, ref=ref[:-1])
    return limit * vafs[nearer] if nearer in vafs else -1.0


def run_change(allele: Allele, fetch: Fetch) -> tuple[int, int]:
    """The run of one base that an allele makes longer or shorter, and by how many bases.

    0 and 0 for other changes. `fetch` gives the sequence of the contig. The length is that on the
    reference.
    """
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    deleted = change.end - change.start
    moving = change.alternate or fetch(change.start, change.end)
    if (deleted and change.alternate) or len(set(moving)) != 1:
        return 0, 0
    return change.start - change.leftmost + deleted, len(moving)


def is_on_target(allele: Allele, regions: Regions, fetch: Fetch) -> bool:
    """Whether an allele changes a base of a target, or inserts beside one.

    Of the places where it could equally stand one is enough; `fetch` gives the contig.
    """
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    start, end = change.leftmost, change.end
    if change.start == change.end:
        start, end = start - 1, end + 1
    spans = regions.get(allele.contig, ())
    return any(first < end and start < stop for first, stop in spans)
