"""An answer for every hotspot codon: variant, covered and clean, or not assessable.

A codon is assessable when it lies in the targets as a whole and each of its bases has the
minimum depth of good bases. The kinase domain codons of FLT3 have the answers of `flt3itd`,
which finds less.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flt3itd.common.filters import PASS, reasons_in
from flt3itd.common.plurals import counted_are
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.fitness_records import Fit, Question
from flt3itd.hgvs.transcript import Transcript
from flt3itd.kinase.tkd import TkdParameters
from flt3itd.locus.flt3 import GENE as FLT3
from flt3itd.records import FltEvent, FltResult, Status, TkdResult
from scripts.coverage.base_depth import DEPTH_COLUMNS, BaseDepth, summarise
from scripts.coverage.hotspot_bases import (
    BaseCounts,
    ErrorRates,
    GenomicPosition,
)
from scripts.coverage.hotspot_codons import Codon, amino_acid_of, codon_of
from scripts.coverage.rows import HotspotAnswer
from scripts.genome.knowledge import Hotspot
from scripts.genome.limits import (
    SHORTEST_RUN,
    limit_of_counts,
    passing_fragments,
    slippage_limit,
)
from scripts.genome.targets import Regions
from scripts.panel.marks import residues_of
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent

_WIDEST_RUN = 30
_RUN = re.compile(rf"([ACGT])\1{{{SHORTEST_RUN - 1},}}")


@dataclass(frozen=True)
class Needs:
    """What a small variant needs to pass."""

    minimum_depth: int
    minimum_vaf: float
    minimum_alternate_fragments: int


@dataclass(frozen=True)
class Evidence:
    """What is known of a sample: what was called, the depth of its targets, bases of the codons.

    `sampling` is what the counts were drawn from.
    """

    regions: Regions
    variants: Sequence[PanelVariant]
    depth: BaseDepth
    bases: Mapping[GenomicPosition, BaseCounts]
    errors: ErrorRates
    sampling: Sampling = EVERY_COUNT

    def fragments(self, place: GenomicPosition) -> int:
        """Fragments with a base of good quality."""
        contig, position = place
        (depth,) = self.depth.at(contig, position, position + 1)
        # Mates of pairs that are not proper are counted twice among the bases, never in the depth.
        return min(depth, self.bases[place].total) if place in self.bases else 0


def answer(
    hotspot: Hotspot,
    transcript: Transcript | None,
    evidence: Evidence,
    needs: Needs,
    sample: str,
) -> HotspotAnswer:
    """The answer of the panel for one codon.

    `transcript` is None when no target lies on the gene.
    """
    codon = codon_of(hotspot.residue, transcript, evidence.regions)
    places = [(c, place) for c, start, end in codon.intervals for place in range(start, end)]
    summary: dict[str, Any] = dict.fromkeys(DEPTH_COLUMNS)
    depth, reason = None, "outside the targets"
    if codon.inside:
        depths = [n for span in codon.intervals for n in evidence.depth.at(*span)]
        summary = vars(summarise(depths))
        depth = min(map(evidence.fragments, places))
        reason = "" if depth >= needs.minimum_depth else f"depth below {needs.minimum_depth}"
    other_codon = _counted_otherwise(hotspot, transcript)
    reason = other_codon or reason
    touching = [] if other_codon else [one for one in evidence.variants if _touches(one, hotspot)]
    passing = [variant for variant in touching if variant.filter == PASS]
    status = Status.NOT_ASSESSABLE if reason else Status.NOT_DETECTED
    return HotspotAnswer(
        sample=sample,
        gene=hotspot.gene,
        residue=hotspot.residue,
        amino_acid=hotspot.amino_acid,
        legacy=hotspot.legacy,
        exon="/".join(dict.fromkeys(str(number) for number, _, _ in codon.parts)),
        chrom=codon.contig,
        start=min(start for _, start, _ in codon.parts) + 1 if codon.parts else None,
        end=max(end for _, _, end in codon.parts) if codon.parts else None,
        status=Status.DETECTED if passing else status,
        reason="" if passing else reason,
        **summary,
        depth=depth,
        limit_of_detection=None if reason else limit_of(places, evidence, needs),
        variants="; ".join(_named(variant) for variant in passing),
        filtered="; ".join(_with_filter(one) for one in touching if one.filter != PASS),
        remark=""
        if reason or not transcript
        else slippage_remark(codon, transcript, depth or 0, evidence.sampling),
    )


def _touches(variant: PanelVariant, hotspot: Hotspot) -> bool:
    return variant.gene == hotspot.gene and hotspot.residue in residues_of(variant.hgvs_p)


def _with_filter(variant: PanelVariant) -> str:
    return f"{_named(variant)} ({', '.join(reasons_in(variant.filter))})"


def _counted_otherwise(hotspot: Hotspot, transcript: Transcript | None) -> str:
    """Why a codon of the table is another one on the gene models; empty where it is the same."""
    if transcript is None:
        return ""
    found = amino_acid_of(hotspot.residue, transcript)
    if found in ("", hotspot.amino_acid):
        return ""
    return (
        f"the table of hotspots has {hotspot.amino_acid} there and {transcript.accession} {found}: "
        "it counts on another transcript"
    )


def limit_of(places: Iterable[GenomicPosition], evidence: Evidence, needs: Needs) -> float | None:
    """The smallest VAF found with probability 95 % at the base where that is hardest.

    A change must pass, and be more than the sample's own errors explain.
    """
    limits = []
    for place in places:
        fragments = evidence.fragments(place)
        passing = passing_fragments(
            fragments, needs.minimum_alternate_fragments, needs.minimum_vaf, evidence.sampling
        )
        needed = evidence.errors.needed(evidence.bases[place], fragments, passing)
        limits.append(
            limit_of_counts(fragments, needed, evidence.sampling) if needed <= fragments else None
        )
    return None if None in limits else max(filter(None, limits), default=None)


def slippage_remark(codon: Codon, transcript: Transcript, depth: int, sampling: Sampling) -> str:
    """What the limit of detection leaves out: a base more or less in a run beside the codon.

    A frameshift in a run that ends in the codon before is named by this one.
    """
    _, start, end = codon.parts[0]
    before, after = (0, 3) if transcript.minus_strand else (3, 0)
    low, high = max(0, start - before - _WIDEST_RUN), end + after + _WIDEST_RUN
    for found in _RUN.finditer(transcript.fetch(low, high)):
        if low + found.start() < end + after and start - before < low + found.end():
            length = found.end() - found.start()
            needed = math.floor(slippage_limit(length) * depth) + 1
            if needed <= depth:
                limit = percent(limit_of_counts(depth, needed, sampling))
                return (
                    f"one base more or less in the run of {length} {found[1]} here passes "
                    f"from a VAF of {limit} on (slippage)"
                )
    return ""


def with_kinase_domain(answer: HotspotAnswer, tkd: TkdResult, why: str = "") -> HotspotAnswer:
    """The answer of `flt3itd` for a codon of FLT3 that it looks at; others stay as they are.

    `why` is what hides codons of any depth.
    """
    codon = next((codon for codon in tkd.codons if codon.residue == answer.residue), None)
    if codon is None or codon.reference_amino_acid != answer.amino_acid:
        return answer
    found = [
        event
        for event in tkd.events
        if event.status is Status.DETECTED and answer.residue in residues_of(event.hgvs_p)
    ]
    names = dict.fromkeys(filter(None, answer.variants.split("; ")))
    known = {name.split(" ")[0] for name in names}
    names |= {_named(event): None for event in found if _short(event) not in known}
    detected = bool(names) or codon.status is Status.DETECTED
    status = Status.DETECTED if detected else codon.status
    unknown = status is Status.NOT_ASSESSABLE
    return replace(
        answer,
        status=status,
        reason=(why or _too_few(codon.fragments)) if unknown else "",
        depth=codon.fragments,
        limit_of_detection=codon.limit_of_detection,
        variants="; ".join(names),
    )


def _too_few(fragments: int) -> str:
    few = counted_are(fragments, "fragment") if fragments else "no fragments are"
    return f"{few} too few for the kinase domain caller"


def _hidden_codons(flt3: FltResult) -> str:
    """Why codons of any depth have no answer: unfit reads, or an input of few molecules."""
    verdict = flt3.reads.verdict(Question.TKD)
    if verdict.fit is Fit.UNFIT:
        return f"reads unfit: {'; '.join(verdict.reasons)}"
    parameters = TkdParameters(**flt3.provenance.parameters["tkd"])
    return flt3.sampling.too_few(parameters.minimum_fragments)


def _named(variant: PanelVariant | FltEvent) -> str:
    return f"{_short(variant)} {percent(variant.vaf)}"


def _short(variant: PanelVariant | FltEvent) -> str:
    return variant.hgvs_p.rsplit(":", maxsplit=1)[-1]


def hotspot_rows(
    hotspots: Iterable[Hotspot],
    transcripts: Iterable[Transcript],
    evidence: Evidence,
    needs: Needs,
    flt3: FltResult,
) -> list[HotspotAnswer]:
    """The rows of hotspots.tsv, in the order of the hotspots."""
    by_gene = {transcript.gene: transcript for transcript in transcripts}
    answers = []
    why = _hidden_codons(flt3)
    for hotspot in hotspots:
        transcript = by_gene.get(hotspot.gene)
        row = answer(hotspot, transcript, evidence, needs, flt3.sample)
        if hotspot.gene == FLT3:
            row = with_kinase_domain(row, flt3.tkd, why)
        answers.append(_with_unit(row, evidence.sampling))
    return answers


def _with_unit(answer: HotspotAnswer, sampling: Sampling) -> HotspotAnswer:
    """The answer with what its counts are, and what its limit assumes."""
    assumed = answer.limit_of_detection is not None and sampling.assumption
    remarks = (answer.remark, f"the limit holds {sampling.assumption}" if assumed else "")
    return replace(answer, remark="; ".join(filter(None, remarks)), counted_unit=sampling.unit)
