"""Gaps of reads beside a called one: a caller names one change of overlapping bases.

Two clones may delete overlapping bases of one exon. freebayes writes the more frequent deletion,
and goes on behind it. The reads that were aligned with another gap there show what it left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import pysam

from flt3itd.hgvs.names import Fetch
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_INSERTION, operations
from scripts.panel.alleles import MUTANT, WILD_TYPE, Allele, show_reads
from scripts.panel.events import haplotype_text, span_of
from scripts.panel.read_rules import ReadRules
from scripts.panel.windows import allele_window, window_of

_REACH = 10
"""Bases beside a called gap in which others are looked for."""
_BESIDE = 30
"""Bases between the boundary of a long deletion and a short gap that may be taken for it."""
LONGEST = 19
"""Bases; what is longer is found by `scripts.panel.long_events`."""
_GAPS = (CIGAR_INSERTION, CIGAR_DELETION)
FEWEST = 3
"""Fragments, as few as the caller takes."""


def missed_gaps(
    bam: pysam.AlignmentFile,
    called: Collection[Allele],
    fetch: Fetch,
    rules: ReadRules,
) -> set[Allele]:
    """Gaps beside called insertions and deletions of one contig that were not called themselves.

    `fetch` gives its sequence. Three fragments or more fit each better than all called alleles
    there and the wild type; they are to be counted.
    """
    found: dict[Allele, set[str]] = defaultdict(set)
    for contig, start, end in _places(called):
        for read in bam.fetch(contig, start, min(end, bam.get_reference_length(contig))):
            if not rules.take(read):
                continue
            for allele in _gaps(read, contig, fetch):
                if start <= allele.start and allele.end <= end:
                    found[allele].add(read.query_name or "")
    some = {a for a, names in found.items() if len(names) >= FEWEST and a not in called}
    return {gap for gap in some if _fragments(gap, bam, called, fetch, rules) >= FEWEST}


def fits_another(
    long: Allele,
    fragments: int,
    bam: pysam.AlignmentFile,
    called: Iterable[Allele],
    fetch: Fetch,
    rules: ReadRules,
) -> bool:
    """Whether most of the fragments of a long deletion come from a short gap beside its boundary.

    Where both go on with the same bases, those that end there fit both. `fragments` were counted
    for the deletion; fewer than half of them fit it with all their bases.
    """
    boundaries = (long.start, long.end)
    if len(long.alt) > 1 or not any(
        0 < abs(len(a.ref) - len(a.alt)) <= LONGEST
        and any(abs(place - edge) <= _BESIDE for place in boundaries for edge in (a.start, a.end))
        for a in called
    ):
        return False
    both = allele_window(long.start, long.ref, long.alt, fetch, mutant=MUTANT, wildtype=WILD_TYPE)
    # No read need reach over what is deleted.
    mutant = {text: name for text, name in both.texts.items() if name == MUTANT}
    window = window_of(both.start, both.end, mutant, fetch)
    contig_length = bam.get_reference_length(long.contig)
    for read in bam.fetch(long.contig, max(0, window.start - 1), min(contig_length, window.end)):
        if rules.take(read):
            window.show(read, rules.minimum_base_quality)
    return list(window.fragments.values()).count(MUTANT) < fragments / 2


def _fragments(
    gap: Allele,
    bam: pysam.AlignmentFile,
    called: Collection[Allele],
    fetch: Fetch,
    rules: ReadRules,
) -> int:
    """Fragments that show a gap rather than an allele which was called beside it.

    An aligner may write a replacement as another gap, and mismatches behind it.
    """
    low, high = gap.start - _REACH, gap.end + _REACH
    near = [a for a in called if low < a.end and a.start < high and a.end - a.start <= LONGEST + 1]
    together = [gap, *near]
    texts = {haplotype_text(together, [allele], fetch): "called" for allele in near}
    texts[haplotype_text(together, [], fetch)] = "wild type"
    # The same change may stand elsewhere in a repeat.
    if texts.setdefault(haplotype_text(together, [gap], fetch), "gap") != "gap":
        return 0
    window = window_of(*span_of(together), texts, fetch)
    show_reads(bam, gap.contig, [window], rules)
    return list(window.fragments.values()).count("gap")


def _places(called: Iterable[Allele]) -> Iterator[tuple[str, int, int]]:
    """Where gaps may have been missed: stretches apart from each other."""
    open_place: tuple[str, int, int] | None = None
    for allele in sorted(a for a in called if 0 < abs(len(a.ref) - len(a.alt)) <= LONGEST):
        start, end = max(0, allele.start - _REACH), allele.end + _REACH
        if open_place and start <= open_place[2]:
            open_place = (allele.contig, open_place[1], max(end, open_place[2]))
            continue
        if open_place:
            yield open_place
        open_place = (allele.contig, start, end)
    if open_place:
        yield open_place


def _gaps(read: pysam.AlignedSegment, contig: str, fetch: Fetch) -> Iterator[Allele]:
    """The insertions and deletions in the alignment of a read, anchored by the base before."""
    cigar = read.cigartuples or ()
    if all(code not in _GAPS for code, _ in cigar):
        return
    sequence = read.query_sequence or ""
    for code, length, reference, query in operations(read.reference_start, cigar):
        if code not in _GAPS or length > LONGEST or reference == 0:
            continue
        anchor = fetch(reference - 1, reference)
        if code == CIGAR_INSERTION:
            inserted = sequence[query : query + length]
            if inserted and "N" not in inserted:
                yield Allele(contig, reference - 1, anchor, anchor + inserted)
        else:
            ref = fetch(reference - 1, reference + length)
            yield Allele(contig, reference - 1, ref, anchor)
