"""HGVS names (g., c., p.) and the consequence of a change on a transcript.

Written here rather than taken from a library: a laboratory's reference, the package's own
locus and the built-in example hold parts of transcripts, ITDs are long, and the protein name
of an insertion that carries a copy of a splice site needs a rule of its own (see
`name_change`). The tests compare these names with those of two independent implementations,
hgvs-weaver and biocommons hgvs, on whole transcripts.

Intervals are 0-based half-open on the axis of the transcript (`flt3itd.hgvs.transcript`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.consequence import consequence_of
from flt3itd.hgvs.shifting import NormalisedChange, normalise, normalise_on_plus
from flt3itd.hgvs.transcript import Fetch, Transcript, clamped, coding_position


class GenomicNumbering(NamedTuple):
    """How contig positions become g. numbers.

    `shift` is added to a 0-based contig position to get the 1-based position of `accession`:
    1 where the contig is a whole chromosome, its first position where it is a slice of one.
    """

    accession: str
    shift: int = 1


class Names(NamedTuple):
    """The names of one change.

    `hgvs_c` and `hgvs_p` are empty outside the transcript; `exon` is then None, as it is in
    introns. `consequence` holds Sequence Ontology terms joined by ``&``.
    """

    hgvs_g: str
    hgvs_c: str
    hgvs_p: str
    consequence: str
    exon: int | None


def name_change(
    transcript: Transcript,
    start: int,
    reference: str,
    alternate: str,
    numbering: GenomicNumbering,
) -> Names:
    """Name the replacement of `reference` by `alternate` (plus strand) at a position.

    `start` is 0-based on the contig. Shared bases at the ends are trimmed, so the anchored
    alleles of a VCF can be given as they are.

    The protein is predicted only where splicing is in no doubt: some equivalent placement of
    the change lies inside one exon, and, for an insertion, none reaches two bases or more into
    an intron. An insertion that reaches further carries a second copy of the splice site, and
    which copy is used cannot be told from the DNA: it is named p.?, as are all changes in
    introns, at splice sites and in the 5' UTR. A change in the 3' UTR is p.(=).

    Raises ValueError when `reference` is not the sequence there, or nothing is changed.
    """
    end = start + len(reference)
    if transcript.fetch(start, end) != reference:
        raise ValueError(f"{transcript.contig}:{start + 1}: the reference is not {reference}")
    if reference == alternate:
        raise ValueError(f"{transcript.contig}:{start + 1}: nothing is changed")
    hgvs_g = genomic_name(transcript.fetch, start, reference, alternate, numbering)
    change = normalise(transcript, start, reference, alternate)
    if not transcript.covers(min(change.start, change.end - 1), max(change.end, change.start + 1)):
        return Names(hgvs_g, "", "", "intergenic_variant", None)
    description = _describe(
        change,
        transcript.bases,
        lambda i: coding_position(transcript, i),
        lambda i: transcript.covers(i, i + 1),
    )
    hgvs_c = f"{transcript.accession}:c.{description}"
    protein, consequence = consequence_of(transcript, change)
    prefix = f"{transcript.protein_accession}:" if transcript.protein_accession else ""
    return Names(hgvs_g, hgvs_c, prefix + protein, consequence, exon_number(transcript, change))


def genomic_name(
    fetch: Fetch, start: int, reference: str, alternate: str, numbering: GenomicNumbering
) -> str:
    """The g. name of a change; coordinates as in `name_change`."""
    change = normalise_on_plus(fetch, start, reference, alternate)
    description = _describe(change, clamped(fetch), lambda i: str(i + numbering.shift))
    return f"{numbering.accession}:g.{description}"


def exon_number(transcript: Transcript, change: NormalisedChange) -> int | None:
    """The exon that a change touches (the first of several), or None in an intron."""
    for start, end, exon in transcript.intervals:
        if change.start < end and start < max(change.end, change.start + 1):
            return exon.number
        if change.start == change.end == end:  # inserted right after the last base
            return exon.number
    return None


def _describe(
    change: NormalisedChange,
    bases: Fetch,
    number: Callable[[int], str],
    has: Callable[[int], bool] | None = None,
) -> str:
    """The part of a name behind ``g.`` or ``c.``.

    `has` says of a base whether it can be numbered (None: all): a copy of others is an insertion.
    """

    def span(start: int, end: int) -> str:
        first = number(start)
        return first if end - start == 1 else f"{first}_{number(end - 1)}"

    start, end, alternate = change.start, change.end, change.alternate
    if start == end:
        copied = start - len(alternate)
        if (has is None or has(copied)) and bases(copied, start) == alternate:
            return f"{span(copied, start)}dup"
        return f"{number(start - 1)}_{number(start)}ins{alternate}"
    if not alternate:
        return f"{span(start, end)}del"
    reference = bases(start, end)
    if len(reference) == len(alternate) == 1:
        return f"{number(start)}{reference}>{alternate}"
    if reference == reverse_complement(alternate):
        return f"{span(start, end)}inv"
    return f"{span(start, end)}delins{alternate}"
