"""Readers of the files that a report is built from, and of the report itself.

Each raises UserError naming the file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flt3itd.common.errors import UserError
from flt3itd.common.sampling import molecules_in_library
from flt3itd.common.tables import read_table
from flt3itd.junction_records import JunctionPileup
from flt3itd.molecules.records import ConsensusStatistics
from scripts.answers.records import Pictures
from scripts.coverage.rows import ExonCoverage, HotspotAnswer
from scripts.identity.genotypes import SnpCount
from scripts.identity.records import IdentityReport
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.panel.marks import TierRule
from scripts.panel.rows import PanelVariant
from scripts.records.files import again, read_built, read_json, read_record
from scripts.report.model import (
    REPORT_SCHEMA_VERSION,
    JunctionReads,
    Metric,
    Report,
    TierMeaning,
)


def read_junctions(path: Path) -> tuple[JunctionPileup, ...]:
    """The pile-ups that `flt3itd call --junctions` wrote."""
    return read_record(path, JunctionReads, again("call_flt3")).junctions


def read_report(path: Path) -> Report:
    """A report that `write_report` wrote."""
    return read_built(path, Report, REPORT_SCHEMA_VERSION, "write_report")


_STATS = (
    ("reads", "Reads in the alignment", "raw total sequences", "reads"),
    ("reads_mapped", "Reads mapped", "reads mapped", "reads"),
    ("reads_duplicate", "Reads marked as duplicates", "reads duplicated", "reads"),
    ("read_length", "Mean read length", "average length", "bases"),
    ("insert_size", "Mean fragment length", "insert size average", "bases"),
    ("base_quality", "Mean base quality", "average quality", "Phred"),
    ("error_rate", "Mismatches by mapped bases", "error rate", "fraction"),
)
"""Key, name, field of the SN section of `samtools stats`, unit."""


_UNALIGNED = ("reads", "read_length", "base_quality")
"""What is told of reads that were not aligned."""


def read_samtools_stats(path: Path, *, may_be_unaligned: bool = False) -> tuple[Metric, ...]:
    """The summary numbers of `samtools stats`, and the fractions that follow from them.

    Mismatches are told where there is one: without the tag NM samtools knows of none.

    `may_be_unaligned`: where no read is mapped, nothing is told of an alignment, as of long reads
    in FASTQ. Otherwise no read mapped is a finding.
    """
    numbers: dict[str, str] = {}
    try:
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("SN\t"):
                _, name, value, *_ = line.split("\t")
                numbers[name.rstrip(":")] = value
        metrics = [
            Metric(key, name, float(numbers[field]), unit, f"samtools stats, SN {field}")
            for key, name, field, unit in _STATS
        ]
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            f"{path}: is not complete output of samtools stats ({error}); make it again"
        ) from error
    by_key = {metric.key: metric.value for metric in metrics}
    if by_key["insert_size"] == 0:  # of single reads no fragment has a length
        metrics = [metric for metric in metrics if metric.key != "insert_size"]
    if by_key["error_rate"] == 0:
        # It is taken from the tag NM: an aligner that does not write it makes a rate of 0.
        metrics = [metric for metric in metrics if metric.key != "error_rate"]
    if may_be_unaligned and by_key["reads_mapped"] == 0:
        return tuple(
            replace(metric, name="Reads") if metric.key == "reads" else metric
            for metric in metrics
            if metric.key in _UNALIGNED
        )
    if by_key["reads"] > 0:
        for key, name in (("reads_mapped", "mapped"), ("reads_duplicate", "marked as duplicates")):
            metrics.append(
                Metric(
                    f"{key}_fraction",
                    f"Fraction of reads {name}",
                    by_key[key] / by_key["reads"],
                    "fraction",
                    f"{key} / reads, samtools stats",
                )
            )
    return tuple(metrics)


_FASTP = (
    ("fastp_reads_in", "Reads before trimming", ("summary", "before_filtering", "total_reads")),
    ("fastp_reads_out", "Reads after trimming", ("summary", "after_filtering", "total_reads")),
    (
        "fastp_adapter_reads",
        "Reads with adapter removed",
        ("adapter_cutting", "adapter_trimmed_reads"),
    ),
)


def read_fastp(paths: tuple[Path, ...]) -> tuple[Metric, ...]:
    """Counts of the fastp reports of a sample, summed over its lanes; empty without reports."""
    totals: dict[str, float] = {}
    for path in paths:
        data = read_json(path)
        for key, _, fields in _FASTP:
            value: Any = data
            for field in fields:
                # fastp leaves out adapter_cutting when adapter trimming is off.
                value = value.get(field, {}) if isinstance(value, dict) else {}
            if isinstance(value, int | float):
                totals[key] = totals.get(key, 0.0) + value
    return tuple(
        Metric(key, name, totals[key], "reads", "fastp " + ".".join(fields))
        for key, name, fields in _FASTP
        if key in totals
    )


_COPIES = {"paired": "PAIRED", "copies": "DUPLICATE PAIR", "optical": "DUPLICATE PAIR OPTICAL"}


def read_copies(path: Path) -> tuple[Metric, ...]:
    """The molecules of a library by `samtools markdup -s`; nothing where none were marked.

    Copies of one cluster on the flow cell are set aside: they say nothing of the library.
    """
    lines = (line.partition(": ") for line in path.read_text("utf-8").splitlines())
    told = {key: value for key, _, value in lines}
    if not told:
        return ()
    try:
        reads, copies, optical = (int(told[key]) for key in _COPIES.values())
    except (KeyError, ValueError) as error:
        raise UserError(
            f"{path}: is no output of samtools markdup -s ({error}); {again('merge_lanes')}"
        ) from error
    fragments, distinct = (reads - optical) / 2, (reads - copies) / 2
    library = molecules_in_library(fragments, distinct)
    source = "samtools markdup: distinct / X = 1 - exp(-fragments / X), without optical copies"
    if library is None:
        return ()
    return (
        Metric("library_molecules", "Molecules in the library, of all targets", library, "reads",
               source),
        Metric("library_read", "Fraction of the molecules of the library that were read",
               distinct / library, "fraction", source),
    )  # fmt: skip


def family_metrics(families: ConsensusStatistics) -> tuple[Metric, ...]:
    """How reads were put together to molecules."""
    numbers: tuple[tuple[str, str, float | None, str], ...] = (
        ("read_pairs", "Read pairs with and without UMI", families.read_pairs, "reads"),
        ("without_umi", "Read pairs without a readable UMI", families.without_umi, "reads"),
        ("families", "Families: molecules that were read", families.families, "reads"),
        ("families_written", "Families that are large enough to count", families.families_written,
         "reads"),
        ("duplex_families", "Families of both strands", families.duplex_families, "reads"),
        ("reads_per_family", "Read pairs by family", families.reads_per_family, ""),
        ("umi_space", "UMIs, as if all were equally frequent", families.umi_space, "reads"),
        ("collisions_expected", "Molecules hidden by one with the same place and UMI",
         families.collisions_expected, "reads"),
        ("mixed_families", "Families of ten reads and more with reads of several molecules",
         families.mixed_families, "reads"),
        ("umis_corrected", "Fraction of read pairs whose UMI had an error",
         families.umis_corrected, "fraction"),
        ("error_before_consensus", "Fraction of bases that differ from their consensus",
         families.error_before_consensus, "fraction"),
    )  # fmt: skip
    return tuple(
        Metric(f"umi_{key}", name, float(value), unit, f"flt3itd consensus {key}")
        for key, name, value, unit in numbers
        if value is not None
    )


def read_pictures(path: Path) -> Pictures:
    """What the pictures of variants and genes are drawn from."""
    return read_record(path, Pictures, again("judge_sample"))


def read_panel(path: Path) -> tuple[PanelVariant, ...]:
    """The rows of panel.tsv."""
    return tuple(read_table(path, PanelVariant))


def read_coverage(path: Path) -> tuple[ExonCoverage, ...]:
    """The rows of coverage.tsv."""
    return tuple(read_table(path, ExonCoverage))


def read_kmt2a(path: Path) -> Kmt2aPtd:
    """The row of kmt2a_ptd.tsv."""
    rows = read_table(path, Kmt2aPtd)
    if len(rows) != 1:
        raise UserError(f"{path}: found {len(rows)} rows, expected 1; make the table again")
    return rows[0]


def read_hotspots(path: Path) -> tuple[HotspotAnswer, ...]:
    """The rows of hotspots.tsv."""
    return tuple(read_table(path, HotspotAnswer))


def read_tiers(path: Path | None) -> tuple[TierMeaning, ...]:
    """What the rows of a table of tiers mean; nothing without a table."""
    if path is None:
        return ()
    return tuple(TierMeaning(row.tier, row.meaning) for row in read_table(path, TierRule))


def read_identity(path: Path) -> IdentityReport:
    """What `compare_identity` wrote of all samples of the run."""
    return read_record(path, IdentityReport, again("compare_identity"))


def read_snp_counts(path: Path | None) -> list[SnpCount]:
    """The rows of identity.tsv; none without the table."""
    return [] if path is None else read_table(path, SnpCount)
