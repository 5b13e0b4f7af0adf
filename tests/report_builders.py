"""Records and files from which the tests of the reports are made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.tables import write_table
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness.measurement import measure
from flt3itd.junction_records import JunctionPileup, JunctionRead, Mismatch, Span
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.naming import name_variant
from flt3itd.molecules.records import ConsensusStatistics, FamiliesOfSize
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
from scripts.answers.records import Pictures
from scripts.coverage.rows import ExonCoverage, ExonState, HotspotAnswer
from scripts.inputs.sample_cells import SampleCells
from scripts.kmt2a.dosage import Dosage
from scripts.kmt2a.ptd import kmt2a_row
from scripts.kmt2a.rows import OUTSIDE, Kmt2aPtd
from scripts.panel.rows import PanelVariant
from scripts.records.json_text import json_text
from scripts.report.build import ReportFiles, gather
from scripts.report.model import (
    JunctionReads,
    Report,
)

CELLS = SampleCells("S1", "P1", "diagnosis", 1, "BM", "newly_diagnosed", Assay.CAPTURE)

PARAMETERS: dict[str, Any] = {
    "panel": "example",
    "minimum_depth": 100,
    "minimum_vaf": 0.02,
    "minimum_alternate_fragments": 5,
}


NO_PICTURES = Pictures((), ())
NO_KMT2A = kmt2a_row("S1", Dosage(Status.NOT_ASSESSABLE, OUTSIDE))
"""The answer of a panel without the gene."""


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


def panel_variant(**changes: Any) -> PanelVariant:
    """The NPM1 insertion of type A, passing."""
    variant = PanelVariant(
        sample="S1",
        gene="NPM1",
        transcript="NM_002520.7",
        exon="11",
        hgvs_g="NC_000005.10:g.171410540_171410543dup",
        hgvs_c="NM_002520.7:c.860_863dup",
        hgvs_p="NP_002511.1:p.(Trp288CysfsTer12)",
        consequence="frameshift_variant",
        vaf=0.41,
        vaf_low=0.38,
        vaf_high=0.44,
        depth=1050,
        alternate_fragments=430,
        quality=3000.0,
        filter="PASS",
        chrom="chr5",
        pos=171_410_539,
        ref="C",
        alt="CTCTG",
    )
    return replace(variant, **changes)


def exon_coverage(gene: str, exon: str, mean: float = 1000.0, **changes: Any) -> ExonCoverage:
    """One covered exon."""
    row = ExonCoverage(
        sample="S1",
        gene=gene,
        exon=exon,
        chrom="chr5",
        start=1001,
        end=1200,
        length_bp=200,
        minimum=int(0.8 * mean),
        mean=mean,
        fraction_at_100x=1.0,
        fraction_at_500x=0.9,
        fraction_at_1000x=0.5,
        status=ExonState.COVERED,
    )
    return replace(row, **changes)


def hotspot(gene: str = "FLT3", residue: int = 676, **changes: Any) -> HotspotAnswer:
    """A codon outside the targets."""
    answer = HotspotAnswer(
        sample="S1",
        gene=gene,
        residue=residue,
        amino_acid="N",
        legacy="",
        exon="",
        chrom="",
        start=None,
        end=None,
        status=Status.NOT_ASSESSABLE,
        reason="outside the targets",
        minimum=None,
        mean=None,
        fraction_at_100x=None,
        fraction_at_500x=None,
        fraction_at_1000x=None,
        depth=None,
        limit_of_detection=None,
        variants="",
        filtered="",
        remark="",
    )
    return replace(answer, **changes)


def junction_pileup(event: FltEvent, base: str = "T") -> JunctionPileup:
    """One read over the junction of an event, with a clip and a base that differs."""
    read = JunctionRead(10, 110, (Span(75, 110),), (Mismatch(20, base),))
    return JunctionPileup(
        event.pos, event.ref, event.alt, "A" * 150, Span(30, 75), Span(75, 75), Span(75, 120), 40,
        (read,),
    )  # fmt: skip


STATS = """# This file was produced by samtools stats
SN\traw total sequences:\t20000\t# excluding supplementary and secondary reads
SN\treads mapped:\t19900
SN\treads duplicated:\t400\t# PCR or optical duplicate bit set
SN\terror rate:\t3.100000e-03\t# mismatches / bases mapped (cigar)
SN\taverage length:\t150
SN\taverage quality:\t36.5
SN\tinsert size average:\t280.4
"""

FASTP = {
    "summary": {
        "before_filtering": {"total_reads": 10_100},
        "after_filtering": {"total_reads": 10_000},
    },
    "adapter_cutting": {"adapter_trimmed_reads": 800},
    "read2_before_filtering": {"total_reads": 5_050},
}


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def write_json(path: Path, value: object) -> Path:
    return write_text(path, json.dumps(value))


def write_flt3(path: Path, result: FltResult) -> Path:
    """flt3.json as `flt3itd call` writes it."""
    return write_json(path, {"schema_version": 1, **json.loads(json_text(result))})


def report_files(
    folder: Path,
    flt3: FltResult | None = None,
    variants: tuple[PanelVariant, ...] = (),
    exons: tuple[ExonCoverage, ...] | None = None,
    warnings: tuple[str, ...] = (),
    hotspots: tuple[HotspotAnswer, ...] = (),
    junctions: tuple[JunctionPileup, ...] = (),
    kmt2a: Kmt2aPtd = NO_KMT2A,
    pictures: Pictures = NO_PICTURES,
) -> ReportFiles:
    """The files that a report is built from, in an existing folder."""
    if exons is None:
        exons = (exon_coverage("NPM1", "11"), exon_coverage("FLT3", "14"))
    write_table(folder / "panel.tsv", PanelVariant, variants)
    write_table(folder / "coverage.tsv", ExonCoverage, exons)
    write_table(folder / "hotspots.tsv", HotspotAnswer, hotspots)
    write_table(folder / "kmt2a_ptd.tsv", Kmt2aPtd, [kmt2a])
    (folder / "stats.txt").write_text(STATS, "utf-8")
    preflight = {
        "build": "GRCh38",
        "chr_prefix": True,
        "reference": "genome.fa",
        "reference_sha256": "b" * 64,
        "warnings": list(warnings),
    }
    versions = {
        "bwa": "0.7.17-r1188",
        "samtools": "1.16.1",
        "freebayes": "1.3.6",
        "fastp": "0.23.2",
    }
    return ReportFiles(
        flt3=write_flt3(folder / "flt3.json", flt3_result() if flt3 is None else flt3),
        junctions=write_text(folder / "junctions.json", json_text(JunctionReads(junctions))),
        pictures=write_text(folder / "pictures.json", json_text(pictures)),
        panel=folder / "panel.tsv",
        coverage=folder / "coverage.tsv",
        hotspots=folder / "hotspots.tsv",
        kmt2a=folder / "kmt2a_ptd.tsv",
        stats=folder / "stats.txt",
        preflight=write_json(folder / "preflight.json", preflight),
        versions=write_json(folder / "versions.json", versions),
        fastp=(write_json(folder / "L1.fastp.json", FASTP),),
    )


def report_of(folder: Path, cells: SampleCells = CELLS, **contents: Any) -> Report:
    """A report built from files with this content (see `report_files`)."""
    return gather(cells, report_files(folder, **contents), PARAMETERS)


FAMILIES = ConsensusStatistics(
    sample="S1", umi="RX", umi_bases=(12,), assay=Assay.CAPTURE, least_family_size=1,
    read_pairs=9000, without_umi=10, unplaced=4, mates_missing=0, families=3000,
    families_written=2900, duplex_families=0, families_by_size=(FamiliesOfSize(3, 3000),),
    umi_space=4.0**12, collisions_expected=2.5, crowded_places=0, molecules_hidden=0.001,
    large_families=500, mixed_families=1, umis_corrected=0.01,
    error_before_consensus=None, error_by_family_size=(),
    warnings=("crowded: 3 % of the molecules are hidden",),
)  # fmt: skip
