"""Gather what the pipeline found in one sample into one record."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flt3itd import __version__
from flt3itd.common.errors import UserError
from flt3itd.common.filters import PASS
from flt3itd.common.sampling import Sampling
from flt3itd.fitness_records import Fit, Question
from flt3itd.molecules.records import ConsensusStatistics
from flt3itd.records import FltResult, Status, allele_key
from scripts.answers.records import Pictures
from scripts.classification.classify import classify
from scripts.classification.lesions import Findings
from scripts.classification.records import Classification
from scripts.classification.tables import read_classifications
from scripts.coverage.blind_genes import BLIND_ASSAYS
from scripts.coverage.rows import ExonCoverage, GeneCurve, least_depth, mean_depth
from scripts.genome.limits import passing_limit
from scripts.identity.records import IdentityOfSample, identity_of
from scripts.inputs.sample_cells import SampleCells
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.panel.rows import PanelVariant
from scripts.records.files import read_families, read_flt3, read_json
from scripts.records.report_state import ReportState
from scripts.report.flt3_words import itd_headline, tkd_headline
from scripts.report.formulas import formulas
from scripts.report.kmt2a_words import with_kmt2a
from scripts.report.model import (
    NOTICE,
    REPORT_SCHEMA_VERSION,
    CoverageSection,
    Headlines,
    Metric,
    PanelSection,
    Reference,
    Report,
    ReportWarning,
)
from scripts.report.panel_words import panel_headline, quality_headline
from scripts.report.readers import (
    family_metrics,
    read_copies,
    read_coverage,
    read_fastp,
    read_hotspots,
    read_identity,
    read_junctions,
    read_kmt2a,
    read_panel,
    read_pictures,
    read_samtools_stats,
    read_snp_counts,
    read_tiers,
)
from scripts.report.sample_warnings import found_warnings, trimming_warnings, unresolved_warnings
from scripts.ubtf.duplications import EXONS, UbtfTd, find_duplications
from scripts.ubtf.duplications import GENE as UBTF


@dataclasses.dataclass(frozen=True)
class ReportFiles:
    """The files that a report is built from; `fastp` is empty for a sample given as BAM.

    `classifications` is a folder, None where no classes are asked for. `identity` is that of all
    samples of the run and `snps` the common SNPs in this one, None where no list is given.
    `tiers` is the table of tiers, None where variants have none. `unresolved` is the table of what
    reads show and no row names.
    """

    flt3: Path
    junctions: Path
    pictures: Path
    panel: Path
    coverage: Path
    hotspots: Path
    kmt2a: Path
    stats: Path
    preflight: Path
    versions: Path
    fastp: tuple[Path, ...] = ()
    families: Path | None = None
    copies: Path | None = None
    classifications: Path | None = None
    identity: Path | None = None
    snps: Path | None = None
    tiers: Path | None = None
    unresolved: Path | None = None


@dataclasses.dataclass(frozen=True)
class _Found:
    """What the steps before found in a sample, as their files have it."""

    flt3: FltResult
    rows: tuple[PanelVariant, ...]
    coverage: CoverageSection
    pictures: Pictures
    identity: IdentityOfSample | None
    families: ConsensusStatistics | None
    metrics: tuple[Metric, ...]

    @classmethod
    def of(cls, cells: SampleCells, files: ReportFiles) -> _Found:
        """Read it. Raises UserError when a file is missing, damaged or of another sample."""
        pictures = read_pictures(files.pictures)
        families = read_families(files.families) if files.families else None
        return cls(
            flt3=_flt3_of(cells.sample, files.flt3),
            rows=read_panel(files.panel),
            coverage=coverage_section(read_coverage(files.coverage), pictures.curves),
            pictures=pictures,
            identity=identity_of(read_identity(files.identity), cells.sample)
            if files.identity
            else None,
            families=families,
            metrics=_metrics(cells, files, families),
        )


def gather(
    cells: SampleCells,
    files: ReportFiles,
    parameters: Mapping[str, Any],
    *,
    outward_links: bool = False,
    state: ReportState = ReportState.DRAFT,
    comment: str = "",
) -> Report:
    """The report of one sample as a record.

    `parameters` are the settings of the run that change numbers: at least `panel` (its name),
    `minimum_alternate_fragments` and `minimum_vaf`, and `primers`, the file of them if known.
    `outward_links` says whether the page links to public databases, `state` and
    `comment` are those of the laboratory.
    Raises UserError when a file is missing, damaged or belongs to another sample.
    """
    found = _Found.of(cells, files)
    flt3, coverage = found.flt3, found.coverage
    reference, of_preflight = _genome_and_warnings(files.preflight)
    versions = {str(key): str(value) for key, value in read_json(files.versions).items()}
    panel = panel_section(found.rows, coverage, read_kmt2a(files.kmt2a), parameters, flt3)
    warnings = (*of_preflight, *_warnings(cells, files, parameters, found))
    return Report(
        schema_version=REPORT_SCHEMA_VERSION,
        notice=NOTICE,
        sample=cells,
        headlines=_headlines(flt3, panel, coverage, len(warnings)),
        flt3=flt3,
        junctions=read_junctions(files.junctions),
        panel=panel,
        coverage=coverage,
        hotspots=read_hotspots(files.hotspots),
        classifications=classes_of(files, flt3, panel, coverage),
        identity=found.identity,
        metrics=found.metrics,
        formulas=formulas(flt3, versions, found.metrics, __version__),
        parameters=dict(parameters),
        versions=versions,
        reference=reference,
        warnings=warnings,
        outward_links=outward_links,
        state=state,
        comment=comment,
        tiers=read_tiers(files.tiers),
        pileups=found.pictures.pileups,
    )


def _warnings(
    cells: SampleCells, files: ReportFiles, parameters: Mapping[str, Any], found: _Found
) -> tuple[ReportWarning, ...]:
    """What a reader has to mind of a sample, beside what the preflight warns of."""
    of_long_events = found.flt3.reads.verdict(Question.LONG_EVENTS)
    alarms = found.identity.alarms if found.identity else ()
    of_families = found.families.warnings if found.families else ()
    return (
        *found_warnings(cells, parameters, found.flt3, found.rows, found.coverage),
        *unresolved_warnings(files.unresolved, of_long_events),
        *trimming_warnings(cells, files.fastp, found.metrics),
        *(ReportWarning("identity", text) for text in alarms),
        *(ReportWarning("UMIs", text) for text in of_families),
    )


def _headlines(
    flt3: FltResult, panel: PanelSection, coverage: CoverageSection, warnings: int
) -> Headlines:
    panel_line = panel_headline(panel, coverage, flt3.reads, flt3.assumption)
    return Headlines(
        itd=itd_headline(flt3),
        tkd=tkd_headline(flt3),
        panel=with_kmt2a(panel_line, panel.kmt2a_ptd),
        quality=quality_headline(coverage, warnings),
    )


def _metrics(
    cells: SampleCells, files: ReportFiles, families: ConsensusStatistics | None
) -> tuple[Metric, ...]:
    """What trimming, families, marked copies and alignment were like, in this order."""
    return (
        *read_fastp(files.fastp),
        *(family_metrics(families) if families else ()),
        *(read_copies(files.copies) if files.copies else ()),
        *read_samtools_stats(files.stats, may_be_unaligned=cells.assay in BLIND_ASSAYS),
    )


def _flt3_of(sample: str, path: Path) -> FltResult:
    """What `flt3itd call` found. Raises UserError when that is of another sample."""
    flt3 = read_flt3(path)
    if flt3.sample != sample:
        raise UserError(
            f"{path}: found sample {flt3.sample!r}, expected {sample!r}; "
            "run `flt3itd call` on the reads of this sample"
        )
    return flt3


def _genome_and_warnings(path: Path) -> tuple[Reference, tuple[ReportWarning, ...]]:
    """What the preflight says of genome and inputs. Raises UserError where its file lacks a key."""
    preflight = read_json(path)
    try:
        reference = Reference(
            path=str(preflight["reference"]),
            build=str(preflight["build"]),
            chr_prefix=bool(preflight["chr_prefix"]),
            sha256=str(preflight["reference_sha256"]),
        )
        texts = [str(text) for text in preflight["warnings"]]
    except KeyError as error:
        raise UserError(f"{path}: the key {error} is missing; run preflight again") from None
    return reference, tuple(ReportWarning("preflight", text) for text in texts)


def classes_of(
    files: ReportFiles, flt3: FltResult, panel: PanelSection, coverage: CoverageSection
) -> tuple[Classification, ...]:
    """What published classifications say of the genes; nothing without a folder of them."""
    if files.classifications is None:
        return ()
    exons: dict[str, list[ExonCoverage]] = {}
    for exon in coverage.exons:
        exons.setdefault(exon.gene, []).append(exon)
    verdict = flt3.reads.verdict(Question.PANEL)
    unfit = verdict.fit is Fit.UNFIT
    findings = Findings(
        flt3.itd,
        panel.variants,
        exons,
        common=frozenset(one.snp.allele for one in read_snp_counts(files.snps)),
        unfit="; ".join(verdict.reasons) if unfit else "",
        misleads=unfit and verdict.misleads,
    )
    return classify(read_classifications(files.classifications), findings)


def coverage_section(
    exons: tuple[ExonCoverage, ...], curves: tuple[GeneCurve, ...]
) -> CoverageSection:
    """Mean depth over the targets, and the exons that cannot be assessed by name."""
    return CoverageSection(
        mean=mean_depth(exons),
        exons=exons,
        not_assessable=tuple(
            f"{exon.gene} exon {exon.exon}" if exon.exon else exon.gene
            for exon in exons
            if not exon.assessable
        ),
        curves=curves,
    )


def panel_section(
    variants: tuple[PanelVariant, ...],
    coverage: CoverageSection,
    kmt2a_ptd: Kmt2aPtd,
    parameters: Mapping[str, Any],
    flt3: FltResult,
) -> PanelSection:
    """Passing and filtered variants by tier and VAF; those that flt3itd tells are left to it.

    Without any assessable exon, nothing is known, nor where the reads hide changes and none
    passes, nor where they show some that no molecule has.
    """
    by_tier = sorted(variants, key=lambda one: (one.tier == "", one.tier, -one.vaf))
    told = {allele_key(event) for event in (*flt3.itd.events, *flt3.tkd.events)}
    own = [variant for variant in by_tier if allele_key(variant) not in told]
    passing = tuple(variant for variant in own if variant.filter == PASS)
    filtered = tuple(variant for variant in own if variant.filter != PASS)
    least = least_depth(exon for exon in coverage.exons if exon.assessable)
    verdict = flt3.reads.verdict(Question.PANEL)
    unfit = verdict.fit is Fit.UNFIT
    if passing and not (unfit and verdict.misleads):
        status = Status.DETECTED
    elif least is None or unfit:
        status = Status.NOT_ASSESSABLE
    else:
        status = Status.NOT_DETECTED
    limit = None if least is None or unfit else panel_limit(least, parameters, flt3.sampling)
    return PanelSection(
        parameters["panel"],
        status,
        limit,
        passing,
        filtered,
        kmt2a_ptd,
        _ubtf_td(passing, coverage, parameters, flt3),
    )


def _ubtf_td(
    passing: Sequence[PanelVariant],
    coverage: CoverageSection,
    parameters: Mapping[str, Any],
    flt3: FltResult,
) -> UbtfTd:
    """The answer on UBTF-TD, which the engine of long events gives."""
    verdict = flt3.reads.verdict_of_gene(Question.LONG_EVENTS, UBTF)
    unfit = "; ".join(verdict.reasons) if verdict.fit is Fit.UNFIT else ""
    least = least_depth(
        e for e in coverage.exons if e.gene == UBTF and e.exon in EXONS and e.assessable
    )
    limit = None if least is None else panel_limit(least, parameters, flt3.sampling)
    return find_duplications(passing, coverage.exons, limit, unfit)


def panel_limit(depth: int, parameters: Mapping[str, Any], sampling: Sampling) -> float | None:
    """The smallest VAF that passes the panel's filters with probability 95 % at a depth.

    A variant needs `minimum_alternate_fragments`, and `minimum_vaf` of the fragments. None
    when even a VAF of 1 would not pass.
    """
    return passing_limit(
        depth, parameters["minimum_alternate_fragments"], parameters["minimum_vaf"], sampling
    )
