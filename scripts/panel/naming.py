"""The names of the panel's calls: which transcript, which HGVS names, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import Fetch, Names, Transcript, genomic_name, name_change
from scripts.genome.knowledge import KnownClass
from scripts.panel.alleles import Allele
from scripts.panel.calls import Call
from scripts.panel.marks import Knowledge


@dataclass(frozen=True)
class Named:
    """The names of a call, the gene they are of, and what is known of it there."""

    transcript: Transcript | None
    names: Names
    known: KnownClass | None

    @property
    def gene(self) -> str:
        """The gene; empty outside all transcripts."""
        return self.transcript.gene if self.transcript else ""


def name_call(
    allele: Allele, transcripts: Iterable[Transcript], fetch: Fetch, build: str
) -> tuple[Transcript | None, Names]:
    """The names of an allele on the transcript that it touches most.

    An exon is preferred over an intron; outside all transcripts only the g. name is given.
    """
    numbering = numbering_of(allele.contig, build)
    hgvs_g = genomic_name(fetch, allele.start, allele.ref, allele.alt, numbering)
    best: tuple[Transcript | None, Names] = (
        None,
        Names(hgvs_g, "", "", "intergenic_variant", None),
    )
    for transcript in transcripts:
        names = name_change(transcript, allele.start, allele.ref, allele.alt, numbering)
        if names.hgvs_c and (best[0] is None or (best[1].exon is None and names.exon is not None)):
            best = (transcript, names)
    return best


def name_calls(
    calls: Iterable[Call],
    genes: Mapping[str, Sequence[Transcript]],
    sequence_of: Callable[[str], Fetch],
    build: str,
    knowledge: Knowledge,
) -> dict[Allele, Named]:
    """The names of all calls, and what is known of them or of the parts of an event.

    `genes` are the transcripts of each contig.
    """
    names = {
        call.allele: name_call(
            call.allele,
            genes.get(call.allele.contig, ()),
            sequence_of(call.allele.contig),
            build,
        )
        for call in calls
    }

    def known(gene: str, allele: Allele) -> KnownClass | None:
        return knowledge.class_of(gene, names[allele][1].hgvs_c)

    found = {}
    for call in calls:
        transcript, own = names[call.allele]
        gene = transcript.gene if transcript else ""
        one = known(gene, call.allele) or worst_of(known(gene, part) for part in call.parts)
        found[call.allele] = Named(transcript, own, one)
    return found


def worst_of(classes: Iterable[KnownClass | None]) -> KnownClass | None:
    """What is known of an event that no table lists, from its parts: the worst of it."""
    known = {one for one in classes if one is not None}
    return next((one for one in KnownClass if one in known), None)
