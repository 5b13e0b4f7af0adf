"""What each amplicon shows of a change, and what follows where they do not agree.

An amplicon whose primer does not bind to the molecules of an allele (another base lies under it)
shows little or nothing of what these have: allele drop-out. The VAF of all amplicons together is
too low then, or too high if the allele without the change is lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from flt3itd.common.filters import reasons_in
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import fisher_exact
from flt3itd.records import ConfidenceInterval, FltEvent, Status
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call, CountedCalls
from scripts.panel.description import trimmed
from scripts.panel.filter_table import PanelFilter
from scripts.panel.measured import Measured, measure, of_fragments
from scripts.panel.naming import Named, is_flt3_duplication
from scripts.panel.products import LEAST_FRAGMENTS, Product, shared_ends
from scripts.panel.read_rules import Span, SpanCount
from scripts.panel.rows import PanelVariant
from scripts.panel.shares import Mixture
from scripts.records.number_words import percent

UNLIKE_P = 1e-5
"""Fisher's p up to which two amplicons do not agree: a sample has some hundred rows that several
amplicons read, so that one of a thousand samples has such a row by chance."""
UNLIKE_ODDS = 2.0
"""Times by which the odds of both alleles differ, at least: one is copied half as well or worse in
one of the amplicons. Products of one length, that differ in a base, are copied more alike."""
LOST = 0.1
"""Share of what another amplicon shows, below which one has lost the allele; the rest are chimeras
and errors."""
UNDER_PRIMER = 0.05
"""VAF from which a change under a primer counts: a rarer one moves the VAF of what other molecules
have by less than 5% of it, and most errors are below."""

UNKNOWN = 0.1
"""Share of the fragments, or of those with the change, of unknown amplicons above which these are
not compared: those that are clipped at a change may all have it."""

_TOLD_BY_OTHERS = frozenset((PanelFilter.PART_OF_EVENT, PanelFilter.OTHER_CHANGE))


@dataclass(frozen=True)
class AmpliconShare:
    """The fragments of one amplicon that have a change, and all of it that tell."""

    product: Product
    mutant: int
    informative: int

    @property
    def vaf(self) -> float:
        """The VAF that the amplicon shows."""
        return self.mutant / self.informative

    def unlike(self, other: AmpliconShare, sampling: Sampling) -> bool:
        """Whether two amplicons show shares that chance and the input do not explain."""
        (a, b), (c, d) = self._molecules(sampling), other._molecules(sampling)
        high, low = max(a * d, b * c), min(a * d, b * c)
        return high >= UNLIKE_ODDS * low and fisher_exact(a, b, c, d) <= UNLIKE_P

    def _molecules(self, sampling: Sampling) -> tuple[int, int]:
        """As many independent fragments as these stand for: with the change, and without."""
        factor = 1 / (1 + sampling.over(self.informative).spread(self.informative))
        return round(self.mutant * factor), round((self.informative - self.mutant) * factor)


@dataclass(frozen=True)
class Change:
    """A change of a sample that may lie under a primer, with its name and what shows it.

    `mixture`: the haplotypes by which it was counted, if it was.
    """

    allele: Allele
    name: str
    vaf: float
    mutant: int
    mixture: Mixture | None = None


@dataclass(frozen=True)
class SampleAmplicons:
    """The amplicons of a sample by contig, and the changes under the primers of each.

    A row needs `minimum_depth` fragments.
    """

    products: Mapping[str, Sequence[Product]]
    under_primers: Mapping[Product, Sequence[Change]]
    sampling: Sampling
    minimum_depth: int

    def numbers_of_call(self, call: Call, count: AlleleCounts) -> tuple[Measured, str]:
        """The numbers of a call: of all amplicons where another row or its event tells it."""
        measured = measure(call, count, self.sampling)
        if call.long or call.has_open_vaf or call.part_of_event or call.other_change:
            return measured, ""
        return self.numbers(call.allele, count, measured, _mixture_of(call))

    def numbers(
        self,
        allele: Allele,
        count: AlleleCounts,
        measured: Measured,
        mixture: Mixture | None = None,
    ) -> tuple[Measured, str]:
        """The numbers of a change by those amplicons that hold its allele, and what to mind.

        `measured` are those of all amplicons, `mixture` the haplotypes by which it was counted.
        """
        shares = shares_of(count.by_span, self.products.get(allele.contig, ()))
        changes = {one.product: self._changes(one.product, allele, mixture) for one in shares}
        changed = [one for one in shares if changes[one.product]]
        sound = [one for one in shares if not changes[one.product]]
        names = ", ".join(dict.fromkeys(name for some in changes.values() for name in some))
        remark = ""
        if changed and self._is_enough(sound):
            shares, measured = sound, self._by(sound)
            remark = (
                f"counted without {_told(changed)}: {names} lies under a primer there, so that an "
                "allele may be lost"
            )
        elif changed:
            remark = (
                f"{names} lies under a primer of {_told(changed)}: an allele may be lost there, "
                "and the VAF be another"
            )
        measured, doubt = self._agreed(shares, measured)
        return measured, "; ".join(filter(None, [remark, doubt]))

    def _is_enough(self, shares: Iterable[AmpliconShare]) -> bool:
        return sum(one.informative for one in shares) >= self.minimum_depth

    def _changes(self, product: Product, allele: Allele, mixture: Mixture | None) -> list[str]:
        """The names of other changes under the primers of an amplicon.

        Those of the same haplotypes are told by these already.
        """
        return [
            other.name
            for other in self.under_primers.get(product, ())
            if other.allele != allele and (mixture is None or other.mixture is not mixture)
        ]

    def _agreed(self, shares: Sequence[AmpliconShare], measured: Measured) -> tuple[Measured, str]:
        """The numbers where amplicons do not agree: of those that show a change, or of all."""
        unlike = [
            one for pair in combinations(shares, 2) if pair[0].unlike(pair[1], self.sampling)
            for one in pair
        ]  # fmt: skip
        if not unlike:
            return measured, ""
        most = max(one.vaf for one in shares)
        lost = [one for one in shares if one in unlike and one.vaf < LOST * most]
        shown = [one for one in shares if one not in lost]
        agree = not any(a.unlike(b, self.sampling) for a, b in combinations(shown, 2))
        if lost and agree and self._is_enough(shown):
            return self._by(shown), (
                f"amplicons do not agree ({_told(shares)}): the VAF is of those that show it; in "
                "the others the allele may be lost by a change under a primer, or it is an error "
                "of the former"
            )
        ends = [measured.interval, *(self._by([one]).interval for one in shares)]
        low, high = min(one.low for one in ends), max(one.high for one in ends)
        return replace(measured, interval=ConfidenceInterval(low, high)), (
            f"amplicons do not agree ({_told(shares)}): an allele may be copied less in one of "
            "them, by a change under a primer; the interval holds all of them"
        )

    def _by(self, shares: Sequence[AmpliconShare]) -> Measured:
        """The numbers of some amplicons."""
        mutant = sum(one.mutant for one in shares)
        depth = sum(one.informative for one in shares)
        return of_fragments(mutant, depth - mutant, depth, self.sampling)


def _mixture_of(call: Call) -> Mixture | None:
    return call.placed.mixture if call.placed else None


def shares_of(counts: Sequence[SpanCount], products: Sequence[Product]) -> list[AmpliconShare]:
    """What each amplicon shows of a change, of those with enough fragments.

    None where it is not known of which amplicon too many fragments are, of all or of the mutants.
    """
    mutants, fragments = Counter[Product | None](), Counter[Product | None]()
    for span, mutant, informative in counts:
        product = _product_of(span, products)
        mutants[product] += mutant
        fragments[product] += informative
    if any(some[None] > UNKNOWN * some.total() for some in (mutants, fragments)):
        return []
    return [
        AmpliconShare(product, mutants[product], count)
        for product, count in fragments.items()
        if product is not None and count >= LEAST_FRAGMENTS
    ]


def _product_of(span: Span, products: Sequence[Product]) -> Product | None:
    """The amplicon at which a fragment begins or ends: where it is clipped, one end is another."""
    shared = {one: shared_ends(span, one) for one in products}
    both = [one for one, ends in shared.items() if all(ends)]
    some = both or [one for one, ends in shared.items() if any(ends)]
    return some[0] if len(some) == 1 else None


def with_own_primers(products: Iterable[Product]) -> list[Product]:
    """The products of a contig without those that share an end with one of more fragments.

    Such have primers of two amplicons, and may be of molecules alone that lack what lies between.
    """
    found: list[Product] = []
    for one in sorted(products, key=lambda product: -product.fragments):
        if not any(any(shared_ends((one.start, one.end), other)) for other in found):
            found.append(one)
    return found


def changes_of_calls(counted: CountedCalls, named: Mapping[Allele, Named]) -> list[Change]:
    """The calls that have a row, and that no other row tells."""
    found = []
    for call in counted.calls:
        if call.part_of_event or call.other_change:
            continue
        if not is_flt3_duplication(call, named[call.allele]):
            measured = measure(call, counted.counts[call.allele])
            name = named[call.allele].names.hgvs_c
            mixture = _mixture_of(call)
            found.append(Change(call.allele, name, measured.vaf, measured.mutant, mixture))
    return found


def changes_of_itds(itds: Iterable[FltEvent], calls: Iterable[Call] = ()) -> list[Change]:
    """The ITDs of a sample, which the panel has no row of; `calls` may have counted them too."""
    mixtures = {call.allele: _mixture_of(call) for call in calls}
    return [
        Change(allele, one.hgvs_c, one.vaf, one.mutant_fragments, mixtures.get(allele))
        for one in itds
        if one.status is Status.DETECTED
        for allele in [Allele(one.chrom, one.pos - 1, one.ref, one.alt)]
    ]


def changes_of_rows(rows: Iterable[PanelVariant]) -> list[Change]:
    """The same of a table."""
    return [
        Change(
            Allele(one.chrom, one.pos - 1, one.ref, one.alt),
            one.hgvs_c,
            one.vaf,
            one.alternate_fragments,
        )
        for one in rows
        if _TOLD_BY_OTHERS.isdisjoint(reasons_in(one.filter))
    ]


def amplicons_of_sample(
    products: Sequence[Product],
    changes: Iterable[Change],
    sampling: Sampling,
    minimum_depth: int,
    minimum_alternate_fragments: int,
) -> SampleAmplicons:
    """The amplicons of a sample, with the changes under their primers that count."""
    of_contig = {
        contig: with_own_primers(one for one in products if one.contig == contig)
        for contig in {one.contig for one in products}
    }
    found: dict[Product, list[Change]] = defaultdict(list)
    for one in changes:
        if one.vaf >= UNDER_PRIMER and one.mutant >= minimum_alternate_fragments:
            told = replace(one, name=one.name.split(":")[-1])
            for product in of_contig.get(one.allele.contig, ()):
                if _is_under_primer(one.allele, product):
                    found[product].append(told)
    return SampleAmplicons(of_contig, found, sampling, minimum_depth)


def _is_under_primer(allele: Allele, product: Product) -> bool:
    before, after = trimmed(allele.ref, allele.alt)
    low, high = allele.start + before, allele.end - after
    sites = (product.start, product.first), (product.last, product.end)
    return any(start < high and low < end for start, end in sites)


def _told(shares: Iterable[AmpliconShare]) -> str:
    return ", ".join(map(_told_one, shares))


def _told_one(one: AmpliconShare) -> str:
    place = f"{one.product.contig}:{one.product.start + 1}-{one.product.end}"
    return f"{place} ({percent(one.vaf)} of {one.informative})"
