"""The names of the panel's calls: which transcript, which HGVS names, and what is known of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import Names, genomic_name, name_change
from flt3itd.hgvs.transcript import Fetch, Transcript
from flt3itd.insertions.long_changes import Demands
from flt3itd.locus.flt3 import GENE as FLT3
from scripts.genome.knowledge import KnownClass
from scripts.panel.alleles import Allele
from scripts.panel.calls import Call
from scripts.panel.marks import Knowledge, residues_of

_CODING = re.compile(r"c\.(?P<first>\d+)(?:_(?P<last>\d+))?[ACGTdi]")


@dataclass(frozen=True)
class Named:
    """The names of a call, the gene they are of, and what is known of it there.

    `remark` says what its molecules have besides.
    """

    transcript: Transcript | None
    names: Names
    known: KnownClass | None
    remark: str = ""

    @property
    def gene(self) -> str:
        """The gene; empty outside all transcripts."""
        return self.transcript.gene if self.transcript else ""


def is_flt3_duplication(call: Call, named: Named) -> bool:
    """Whether a call is a long duplication of FLT3: those are called by flt3itd."""
    gained = len(call.allele.alt) - len(call.allele.ref)
    whole = call.long is not None or call.placed is not None
    return whole and named.gene == FLT3 and gained >= Demands.shortest


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


class Namer:
    """Names alleles, each once, and says what is known of them.

    `genes` are the transcripts of each contig.
    """

    def __init__(
        self,
        genes: Mapping[str, Sequence[Transcript]],
        sequence_of: Callable[[str], Fetch],
        build: str,
        knowledge: Knowledge,
    ) -> None:
        self._genes, self._sequence_of, self._build = genes, sequence_of, build
        self._knowledge = knowledge
        self._known: dict[Allele, Named] = {}

    def __call__(self, allele: Allele) -> Named:
        """The names of an allele."""
        if allele not in self._known:
            here, fetch = self._genes.get(allele.contig, ()), self._sequence_of(allele.contig)
            transcript, names = name_call(allele, here, fetch, self._build)
            gene = transcript.gene if transcript else ""
            known = self._knowledge.class_of(gene, names.hgvs_c)
            self._known[allele] = Named(transcript, names, known)
        return self._known[allele]

    def is_listed(self, allele: Allele) -> bool:
        """Whether the table of known variants has an allele."""
        return self(allele).known is not None

    def stays_apart(self, part: Allele, whole: Allele) -> bool:
        """Whether a part of an event is a known mutation, and the rest changes another codon.

        It keeps its rank then: what lies beside it in cis is another change.
        """
        return self._is_mutation(part) and not self._is_of_its_codon(part, whole)

    def is_of_its_codon(self, part: Allele, whole: Allele) -> bool:
        """Whether a known mutation is a part of another change of its codon alone.

        It is that of another clone then, however many molecules have it: not inherited.
        """
        return self._is_mutation(part) and self._is_of_its_codon(part, whole)

    def _is_mutation(self, allele: Allele) -> bool:
        return self(allele).known is KnownClass.PATHOGENIC

    def _is_of_its_codon(self, part: Allele, whole: Allele) -> bool:
        own = coding_codons(self(part).names.hgvs_c)
        return bool(own) and coding_codons(self(whole).names.hgvs_c) == own


def coding_codons(hgvs_c: str) -> range:
    """The codons that the places of a c. name lie in; empty outside the coding sequence."""
    match = _CODING.search(hgvs_c)
    if match is None:
        return range(0)
    first = int(match["first"])
    return range((first - 1) // 3, (int(match["last"] or first) - 1) // 3 + 1)


def name_calls(calls: Iterable[Call], namer: Namer) -> dict[Allele, Named]:
    """The names of all calls, and what is known of them or of the parts of an event."""
    found = {}
    for call in calls:
        named = namer(call.allele)
        known = named.known or worst_of(namer(part).known for part in call.parts)
        found[call.allele] = replace(named, known=known)
    return found


def codon_vafs(calls: Iterable[Call], named: Mapping[Allele, Named]) -> dict[Allele, float]:
    """The VAF of all changes of a codon that several clones change, for each of them.

    The clones are other molecules; changes of the same molecules are not summed.
    """
    placed = [
        (call, set(residues_of(named[call.allele].names.hgvs_p)))
        for call in calls
        if call.placed is not None
    ]
    found = {}
    for call, residues in placed:
        assert call.placed is not None
        together = call.placed.carriers
        for other, others in placed:
            assert other.placed is not None
            same_place = other.placed.mixture is call.placed.mixture
            if same_place and residues & others and not together & other.placed.carriers:
                together |= other.placed.carriers
        if together != call.placed.carriers:
            found[call.allele] = call.placed.mixture.share(together).vaf
    return found


def worst_of(classes: Iterable[KnownClass | None]) -> KnownClass | None:
    """What is known of an event that no table lists, from its parts: the worst of it."""
    known = {one for one in classes if one is not None}
    return next((one for one in KnownClass if one in known), None)
