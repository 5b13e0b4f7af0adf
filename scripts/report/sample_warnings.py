"""What the report of a sample warns of."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.filters import reasons_in
from flt3itd.common.tables import read_table
from flt3itd.fitness.judgement import UNFIT_READS, sentences
from flt3itd.fitness.pair_rules import COPIES_COUNT
from flt3itd.fitness_records import Question, Verdict
from flt3itd.records import FltResult
from scripts.coverage.blind_genes import BLIND_ASSAYS, reason_of_all
from scripts.inputs.sample_cells import SampleCells
from scripts.inputs.trimming import single_reads_warning, trimming_warning
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant, Unresolved
from scripts.records.files import read_json
from scripts.records.number_words import percent
from scripts.report.model import CoverageSection, Metric, ReportWarning

_BASES_TOLD = 60
"""Bases of what is not resolved that a warning tells; the table has all."""
_FEWEST_DAMAGED = 3
"""Calls of damage from which a report says that the sample shows it as a whole."""


def found_warnings(
    cells: SampleCells,
    parameters: Mapping[str, Any],
    flt3: FltResult,
    rows: Sequence[PanelVariant],
    coverage: CoverageSection,
) -> tuple[ReportWarning, ...]:
    """What to mind in the answers on FLT3, the panel and the coverage of a sample.

    Of `parameters`, the settings of the run, `primers` matters: the file of them if known.
    """
    return (
        *(ReportWarning("flt3itd", text) for text in flt3.warnings),
        *_unfit_warnings(flt3),
        *_primer_warnings(cells, parameters),
        *_damage_warnings(cells.sample, rows),
        *_assay_warnings(coverage),
    )


def _unfit_warnings(flt3: FltResult) -> tuple[ReportWarning, ...]:
    """Why the reads over the targets, or over some genes, cannot carry the answers of the panel.

    Other remarks are those that FLT3 has, but for copies, which are counted once there alone.
    """
    asked = (Question.PANEL, Question.LONG_EVENTS, Question.KMT2A)
    return tuple(
        ReportWarning("reads", text)
        for text in sentences(flt3.reads, asked)
        if UNFIT_READS in text or COPIES_COUNT in text
    )


def _primer_warnings(
    cells: SampleCells, parameters: Mapping[str, Any]
) -> tuple[ReportWarning, ...]:
    """What bases of primers do to the panel, where they could not be hidden."""
    if cells.assay != Assay.AMPLICON or parameters.get("primers"):
        return ()
    text = (
        "the primers of this amplicon sample are not known (panel.primers), so their bases count "
        "as bases of the sample: a VAF below a primer is too low, and a base that only primers "
        "read is in fact not covered"
    )
    logging.warning("%s: %s", cells.sample, text)
    return (ReportWarning("panel", text),)


def _assay_warnings(coverage: CoverageSection) -> tuple[ReportWarning, ...]:
    """Why an assay as such says nothing of the panel, with the genes."""
    reason = reason_of_all(coverage.exons)
    if reason not in BLIND_ASSAYS.values():
        return ()
    genes = ", ".join(dict.fromkeys(exon.gene for exon in coverage.exons))
    return (ReportWarning("coverage", f"{genes}: not assessable: {reason}"),)


def _damage_warnings(sample: str, rows: Sequence[PanelVariant]) -> tuple[ReportWarning, ...]:
    """What damage of the DNA does to a sample as a whole."""
    damaged = sum(PanelFilter.DAMAGE in reasons_in(row.filter) for row in rows)
    if damaged < _FEWEST_DAMAGED:
        return ()
    text = (
        f"{damaged} substitutions with a low VAF look like damaged bases of the DNA (oxidation, "
        "formalin): nearly all their fragments come from one strand of the molecules. Doubt "
        "G>T, C>A, C>T and G>A below 10%"
    )
    logging.warning("%s: %s", sample, text)
    return (ReportWarning("panel", text),)


def unresolved_warnings(table: Path | None, long_events: Verdict) -> tuple[ReportWarning, ...]:
    """Where reads leave the reference and nothing that was found says why.

    Nowhere where the verdict on long events says why: RNA leaves it at every end of an exon.
    """
    if table is None or long_events.misleads:
        return ()
    return tuple(
        ReportWarning(
            "panel",
            f"{one.gene or 'between genes'}, {one.chrom}:{one.pos}: {one.fragments} of {one.depth} "
            f"fragments ({percent(one.vaf)}) leave the reference to the {one.side} of this base, "
            "for bases that lie nowhere near: an insertion or rearrangement that is not resolved. "
            f"They {'begin' if one.side == 'right' else 'end'} with "
            f"{one.bases[:_BASES_TOLD] if one.side == 'right' else one.bases[-_BASES_TOLD:]}",
        )
        for one in read_table(table, Unresolved)
    )


def trimming_warnings(
    cells: SampleCells, reports: Iterable[Path], metrics: Iterable[Metric]
) -> tuple[ReportWarning, ...]:
    """What the reports of the trimmer say: most reads are gone, or reads are single."""
    counts = {metric.key: metric.value for metric in metrics}
    texts = [trimming_warning(counts.get("fastp_reads_in", 0), counts.get("fastp_reads_out", 0))]
    if cells.umi is None:
        texts.append(single_reads_warning(cells.assay, map(read_json, reports)))
    return tuple(ReportWarning("trimming", text) for text in texts if text)
