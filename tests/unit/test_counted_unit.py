"""No count or limit without its unit: what pages, documents and tables say of what was counted."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.errors import UserError
from flt3itd.common.sampling import EVERY_COUNT, IF_READS, Sampling
from flt3itd.records import FltResult, Status
from scripts.cohort.summarize import summary_row
from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.exon_coverage import with_raw_depth
from scripts.genome.limits import passing_limit
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.measured import measure, of_fragments
from scripts.panel.read_rules import ReadRules
from scripts.patient.genotypes import background, genotype, least_family_of
from scripts.records.json_text import json_text
from scripts.report.build import gather
from scripts.report.counted_words import burden_sentence, counted_sentences
from scripts.report.model import CoverageSection, Report
from scripts.report.panel_words import quality_headline
from scripts.report.readers import read_copies
from scripts.report.render import page
from scripts.report.tabulate import sheets
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
    known_itd,
)
from tests.report_builders import (
    CELLS,
    FAMILIES,
    PARAMETERS,
    exon_coverage,
    report_files,
    report_of,
)


def amplicons(**changes: Any) -> FltResult:
    """A sample of amplicons of which nothing but its reads is known."""
    changes = {"assumption": IF_READS} | changes
    itd = dataclasses.replace(itd_result(), known=(known_itd(),))
    return flt3_result(itd=itd, counted_unit=CountedUnit.READS, **changes)


def negatives(report: Report) -> list[str]:
    lines = report.headlines
    return [line.text for line in (lines.itd, lines.tkd, lines.panel)]


def test_reads_of_unknown_molecules_are_said_to_be_reads_wherever_a_limit_stands(
    tmp_path: Path,
) -> None:
    report = report_of(tmp_path, flt3=amplicons())
    for text in negatives(report):
        assert f"would have been found with 95% probability, {IF_READS}" in text
    assert f"(VAF below 0.12%, {IF_READS})" in report.headlines.itd.text
    html = page(report)
    assert f"Not detected</span><small>{IF_READS}</small>" in html
    assert "copies made by PCR are among them" in html
    document = json.loads(json_text(report))
    assert document["flt3"]["counted_unit"] == "reads"
    assert document["flt3"]["assumption"] == IF_READS
    row = summary_row(report)
    assert (row.counted_unit, row.assumption) == (CountedUnit.READS, IF_READS)
    first = sheets(report)[0]
    assert any("copies made by PCR" in str(row) for row in first.rows)


def test_intervals_of_reads_are_said_to_be_of_reads(tmp_path: Path) -> None:
    found = amplicons()
    found = dataclasses.replace(found, itd=itd_result(itd_event()))
    text = report_of(tmp_path, flt3=found).headlines.itd.text
    assert text.endswith(f" The interval holds {IF_READS}.")


@pytest.mark.parametrize(
    "changes",
    [
        {"counted_unit": CountedUnit.FRAGMENTS, "assumption": ""},
        {"counted_unit": CountedUnit.MOLECULES, "assumption": ""},
        {"input_ng": 10.0, "most_molecules": 3030.3, "assumption": ""},
    ],
)
def test_nothing_is_assumed_where_molecules_are_known(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    result = dataclasses.replace(amplicons(), **changes)
    report = report_of(tmp_path, flt3=result)
    assert IF_READS not in page(report) + json_text(report)
    said = " ".join(counted_sentences(result))
    assert ("10 ng of DNA hold 3,030 haploid genomes of 3.3 pg" in said) == ("input_ng" in changes)


def test_blasts_stand_beside_the_burden_and_change_nothing(tmp_path: Path) -> None:
    found = flt3_result(itd=itd_result(itd_event()))
    plain = report_of(tmp_path, flt3=found)
    with_blasts = dataclasses.replace(plain, sample=dataclasses.replace(CELLS, blast_percent=40.0))
    assert with_blasts.headlines == plain.headlines
    assert "Blasts: 40%, as given in the sample sheet" in page(with_blasts)
    assert burden_sentence(CELLS) == ""
    assert summary_row(with_blasts).itd_total_vaf == summary_row(plain).itd_total_vaf


def test_panel_intervals_and_limits_hold_both_samplings() -> None:
    few = Sampling(CountedUnit.READS, 500)
    counts = AlleleCounts(100, 9900, 10_000, (50, 50), (5000, 4900))
    substitution = Allele("chr1", 250, "A", "C")
    call = Call(substitution, quality=50.0, alternate_reads=100, depth=10_000)
    as_reads, as_molecules = measure(call, counts), measure(call, counts, few)
    assert as_reads.vaf == as_molecules.vaf == 0.01
    assert as_molecules.interval.low < as_reads.interval.low
    assert as_molecules.interval.high > as_reads.interval.high
    limits = (
        passing_limit(10_000, 5, 0.01, sampling=EVERY_COUNT),
        passing_limit(10_000, 5, 0.01, few),
    )
    assert limits[1] is not None
    assert limits[0] is not None
    assert limits[1] > 1.5 * limits[0]
    nothing = AlleleCounts(0, 10_000, 10_000, (0, 0), (5000, 5000))
    unseen = of_fragments(0, 10_000, 10_000, few)
    found = genotype("B", substitution, unseen, background([nothing]), 100, few)
    assert found.status is Status.NOT_DETECTED
    assert found.vaf_upper == pytest.approx(3.42 / 500, rel=0.01)


def test_families_are_among_the_metrics_and_their_warnings_among_the_warnings(
    tmp_path: Path,
) -> None:
    path = tmp_path / "families.json"
    path.write_text(json.dumps({"schema_version": 1, **dataclasses.asdict(FAMILIES)}))
    files = report_files(tmp_path)
    report = gather(CELLS, dataclasses.replace(files, families=path), PARAMETERS)
    told = {one.key: one.value for one in report.metrics}
    assert (told["umi_families"], told["umi_reads_per_family"]) == (3000, 3.0)
    assert "umi_error_before_consensus" not in told
    assert ("UMIs", FAMILIES.warnings[0]) in [(one.source, one.text) for one in report.warnings]
    assert "Families: molecules that were read" in page(report)


MARKED = "COMMAND: samtools markdup\nPAIRED: 83956\nDUPLICATE PAIR: 1124\n"


def test_copies_tell_the_library_and_those_of_one_cluster_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "copies.txt"
    path.write_text(f"{MARKED}DUPLICATE PAIR OPTICAL: 200\n")
    told = {one.key: one.value for one in read_copies(path)}
    assert told["library_molecules"] == pytest.approx(1_884_030, abs=1)
    assert told["library_read"] == pytest.approx(41_416 / 1_884_030, rel=1e-5)
    path.write_text("")
    assert read_copies(path) == ()
    path.write_text(MARKED)
    with pytest.raises(UserError, match="is no output of samtools markdup"):
        read_copies(path)


def consensus_read(reads: int | None) -> pysam.AlignedSegment:
    read = pysam.AlignedSegment()
    read.mapping_quality = 60
    if reads is not None:
        read.set_tag("MI", "1")
        read.set_tag("cD", reads)
    return read


def test_molecules_of_too_few_reads_do_not_count_in_residual_disease() -> None:
    rules = ReadRules(Assay.CAPTURE, 20, 20, 2)
    assert [rules.take(consensus_read(n)) for n in (1, 2, None)] == [False, True, False]
    assert ReadRules(Assay.CAPTURE, 20).take(consensus_read(1))
    assert least_family_of(flt3_result(counted_unit=CountedUnit.MOLECULES), 2) == 2
    assert least_family_of(flt3_result(counted_unit=CountedUnit.FRAGMENTS), 2) == 1


def test_raw_depth_stands_beside_that_of_molecules(tmp_path: Path) -> None:
    depth = tmp_path / "raw.tsv"
    depth.write_text("".join(f"chr5\t{place}\t3000\n" for place in range(1001, 1101)))
    [row] = with_raw_depth([exon_coverage("NPM1", "11")], BaseDepth(depth))
    assert (row.mean, row.raw_mean) == (1000.0, 1500.0)
    assert "of 1,500 reads" in page(report_of(tmp_path, exons=(row,)))


@pytest.mark.parametrize(
    ("unit", "told"),
    [("molecules", "molecules"), ("fragments", "fragments"), ("reads", "fragments")],
)
def test_depth_is_told_in_what_was_counted(unit: str, told: str) -> None:
    exons = (exon_coverage("NPM1", "11", counted_unit=unit),) * 2
    text = quality_headline(CoverageSection(1000.0, exons, ()), 0).text
    assert text == f"All 2 target exons are assessable; mean depth 1,000 {told} over the targets."


def test_a_panel_of_one_exon_is_told_in_the_singular() -> None:
    one = CoverageSection(1000.0, (exon_coverage("NPM1", "11"),), ())
    assert quality_headline(one, 0).text.startswith("The one target exon is assessable;")
