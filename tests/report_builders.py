"""Records and files from which the tests of the reports are made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.tables import write_table
from flt3itd.junction_records import JunctionPileup
from flt3itd.molecules.records import ConsensusStatistics, FamiliesOfSize
from flt3itd.records import (
    FltResult,
    Status,
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
from tests.flt3_builders import flt3_result

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
