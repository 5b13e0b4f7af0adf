"""Results of `flt3itd call` that tests of reports, cohorts and patients are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness.measurement import measure
from flt3itd.junction_records import JunctionPileup, JunctionRead, Mismatch, Span
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.naming import name_variant
from flt3itd.reads.read_set import ReadSet
from flt3itd.records import (
    CodonResult,
    ConfidenceInterval,
    EventKind,
    ExonDepth,
    FltEvent,
    FltResult,
    ItdResult,
    KnownItd,
    Provenance,
    Status,
    TkdResult,
)


def itd_event(
    segment_start: int = 28_034_105,
    segment_end: int = 28_034_161,
    filler: str = "",
    vaf: float = 0.4,
    **changes: Any,
) -> FltEvent:
    """A passing ITD that duplicates GRCh38 bases start to end (1-based inclusive)."""
    locus = flt3_locus()
    first, last = locus.from_grch38(segment_start), locus.from_grch38(segment_end)
    inserted = locus.sequence[first : last + 1] + filler
    names = name_variant(first, "", inserted)
    anchor = locus.sequence[first - 1]
    event = FltEvent(
        sample="S1",
        event=EventKind.ITD,
        status=Status.DETECTED,
        length_bp=len(inserted),
        in_frame=names.in_frame,
        insertion_site_residue=names.insertion_site_residue,
        domain=names.domain,
        filler=filler,
        hgvs_g=names.hgvs_g,
        hgvs_c=names.hgvs_c,
        hgvs_p=names.hgvs_p,
        vaf=vaf,
        vaf_low=0.9 * vaf,
        vaf_high=min(1.0, 1.1 * vaf),
        ar=vaf / (1 - vaf),
        ar_low=0.85 * vaf / (1 - vaf),
        ar_high=1.2 * vaf / (1 - vaf),
        mutant_fragments=round(1000 * vaf),
        wildtype_fragments=round(1000 * (1 - vaf)),
        informative_fragments=1000,
        filter="PASS",
        inserted_sequence=inserted,
        chrom="chr13",
        pos=segment_start - 1,
        ref=anchor,
        alt=anchor + inserted,
    )
    return replace(event, **changes)


def itd_result(*events: FltEvent) -> ItdResult:
    """Passing events make it detected, with totals; otherwise it is not detected."""
    passing = [event for event in events if event.status is Status.DETECTED]
    if not passing:
        return ItdResult(Status.NOT_DETECTED, 1200, 0.004, None, None, None, None, events)
    total = sum(event.vaf for event in passing)
    ratio = total / (1 - total)
    return ItdResult(
        Status.DETECTED,
        1000,
        0.005,
        total,
        ConfidenceInterval(0.93 * total, min(1.0, 1.07 * total)),
        ratio,
        ConfidenceInterval(0.88 * ratio, 1.15 * ratio),
        events,
    )


def known_itd(**changes: Any) -> KnownItd:
    """An ITD of an earlier sample of which this one shows nothing."""
    event = itd_event()
    known = KnownItd(
        hgvs_c=event.hgvs_c,
        length_bp=event.length_bp,
        chrom=event.chrom,
        pos=event.pos,
        ref=event.ref,
        alt=event.alt,
        status=Status.NOT_DETECTED,
        mutant_fragments=0,
        informative_fragments=3000,
        vaf=0.0,
        vaf_upper=0.0012,
        background_probability=1.0,
    )
    return replace(known, **changes)


NO_ITD_ANSWER = ItdResult(
    Status.NOT_ASSESSABLE, 4, None, None, None, None, None, (), reason="too few fragments"
)


def tkd_event(**changes: Any) -> FltEvent:
    """FLT3 D835Y, passing."""
    event = FltEvent(
        sample="S1",
        event=EventKind.TKD,
        status=Status.DETECTED,
        length_bp=0,
        in_frame=True,
        insertion_site_residue=835,
        domain="TKD2",
        filler="",
        hgvs_g="NC_000013.11:g.28018505C>A",
        hgvs_c="NM_004119.3:c.2503G>T",
        hgvs_p="NP_004110.2:p.(Asp835Tyr)",
        vaf=0.07,
        vaf_low=0.05,
        vaf_high=0.09,
        ar=0.075,
        ar_low=0.05,
        ar_high=0.1,
        mutant_fragments=70,
        wildtype_fragments=930,
        informative_fragments=1000,
        filter="PASS",
        inserted_sequence="",
        chrom="chr13",
        pos=28_018_505,
        ref="C",
        alt="A",
    )
    return replace(event, **changes)


CODONS = (("N", 676), ("F", 691), ("D", 835), ("I", 836), ("D", 839), ("N", 841), ("Y", 842))


def tkd_result(
    *events: FltEvent, status: Status = Status.NOT_DETECTED, blind: tuple[int, ...] = ()
) -> TkdResult:
    """Codons are as the status says, but for those that are named as blind or mutated.

    As in the caller, one blind codon makes the whole not assessable unless something is found.
    """
    mutated = {event.insertion_site_residue for event in events}
    codons = []
    for amino_acid, residue in CODONS:
        if residue in blind or status is Status.NOT_ASSESSABLE:
            codons.append(CodonResult(residue, amino_acid, Status.NOT_ASSESSABLE, 3, None))
        elif residue in mutated:
            codons.append(CodonResult(residue, amino_acid, Status.DETECTED, 1000, 0.01))
        else:
            codons.append(CodonResult(residue, amino_acid, Status.NOT_DETECTED, 1100, 0.009))
    if events:
        status = Status.DETECTED
    elif blind:
        status = Status.NOT_ASSESSABLE
    return TkdResult(status, tuple(codons), events)


def exon_depth(number: int, fragments: int) -> ExonDepth:
    """Depth that rises and falls along one exon."""
    locus = flt3_locus()
    exon = locus.exon(number)
    shape = [1 - 0.3 * abs(2 * i / len(exon) - 1) for i in range(len(exon))]
    return ExonDepth(
        number,
        "chr13",
        locus.to_grch38(exon.start),
        locus.to_grch38(exon.end - 1),
        tuple(round(fragments * value) for value in shape),
    )


def flt3_result(
    itd: ItdResult | None = None, tkd: TkdResult | None = None, **changes: Any
) -> FltResult:
    """A sample without findings, unless given."""
    result = FltResult(
        sample="S1",
        counted_unit=CountedUnit.FRAGMENTS,
        itd=itd_result() if itd is None else itd,
        tkd=tkd_result() if tkd is None else tkd,
        depth=tuple(exon_depth(number, 1000) for number in (14, 15, 20)),
        reads=judge_reads(measure(ReadSet(), ""), Assay.CAPTURE),
        provenance=Provenance(
            version="0.1.0",
            command="flt3itd call --bam results/work/S1/aligned.bam --out results/S1/",
            inputs=("results/work/S1/aligned.bam",),
            build="GRCh38",
            contig="chr13",
            reference_sha256="a" * 64,
            assay=Assay.CAPTURE,
            parameters={"minimum_fragments": 3},
            libraries={"pysam": "0.23.0", "numpy": "2.2.0"},
            method="Maximum likelihood over haplotypes.",
        ),
    )
    return replace(result, **changes)


def junction_pileup(event: FltEvent, base: str = "T") -> JunctionPileup:
    """One read over the junction of an event, with a clip and a base that differs."""
    read = JunctionRead(10, 110, (Span(75, 110),), (Mismatch(20, base),))
    return JunctionPileup(
        event.pos, event.ref, event.alt, "A" * 150, Span(30, 75), Span(75, 75), Span(75, 120), 40,
        (read,),
    )  # fmt: skip
