"""The same number is the same in page, JSON, TSV, VCF and workbook, over the whole example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pysam
import pytest

from scripts.records.number_words import percent, percent_interval, ratio
from scripts.report.cell_forms import head_of
from scripts.report.model import Metric
from scripts.report.tabulate import shown_metric
from scripts.report.words import abbreviated, chance
from tests.page_numbers import Comparison, Record, numbers_in, read_page, workbook, written
from tests.workflow.conftest import ROOT, Workplace

SAMPLES = ("P001_diagnosis", "P001_day28", "P001_progression", "P002_relapse", "C001_control")
PATIENTS = ("P001", "P002", "C001")
TEMPLATES = ROOT / "scripts" / "templates"


def allele(record: Record) -> tuple[Any, ...]:
    return record["chrom"], record["pos"], record["ref"], record["alt"]


def near(value: float) -> Any:
    """A number as a VCF has it: six digits."""
    return pytest.approx(value, rel=6e-6)


def by_allele(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda one: tuple(map(str, allele(one))))


def flt3_events(report: Record) -> list[Record]:
    return [*report["flt3"]["itd"]["events"], *report["flt3"]["tkd"]["events"]]


def panel_rows(report: Record) -> list[Record]:
    return [*report["panel"]["variants"], *report["panel"]["filtered"]]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_tables_of_a_sample_are_its_report(example: Workplace, sample: str) -> None:
    report, folder = example.json(f"results/{sample}/report.json"), f"results/{sample}"
    compare = Comparison()
    compare.rows("flt3.tsv", example.table(f"{folder}/flt3.tsv"), flt3_events(report))
    compare.rows(
        "coverage.tsv", example.table(f"{folder}/coverage.tsv"), report["coverage"]["exons"]
    )
    compare.rows("hotspots.tsv", example.table(f"{folder}/hotspots.tsv"), report["hotspots"])
    ptd = [report["panel"]["kmt2a_ptd"]]
    compare.rows("kmt2a_ptd.tsv", example.table(f"{folder}/kmt2a_ptd.tsv"), ptd)
    # An event of FLT3 stands in both tables, with the numbers of one.
    told = {tuple(map(str, allele(event))): event for event in flt3_events(report)}
    rows = example.table(f"{folder}/panel.tsv")
    own = [row for row in rows if allele(row) not in told]
    compare.rows("panel.tsv", by_allele(own), by_allele(panel_rows(report)))
    for row in rows:
        event = told.get(allele(row))
        if event:
            counts = {"depth": event["informative_fragments"]}
            counts |= {"alternate_fragments": event["mutant_fragments"]}
            shared = {name: event[name] for name in ("vaf", "vaf_low", "vaf_high")} | counts
            compare.rows("panel.tsv, FLT3", [row], [shared])
    assert not compare.differences, compare.differences[:9]
    assert compare.compared > 500


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_workbook_of_a_sample_is_its_report(example: Workplace, sample: str) -> None:
    report = example.json(f"results/{sample}/report.json")
    sheets = workbook(example.folder / f"results/{sample}/report.xlsx")
    flt3, compare = report["flt3"], Comparison()
    for name, records in (
        ("FLT3 events", flt3_events(report)),
        ("Earlier ITDs", flt3["itd"]["known"]),
        ("FLT3 codons", flt3["tkd"]["codons"]),
        ("Panel variants", report["panel"]["variants"]),
        ("Held back by filters", report["panel"]["filtered"]),
        ("KMT2A-PTD", [report["panel"]["kmt2a_ptd"]]),
        ("Hotspots", report["hotspots"]),
        ("Coverage", report["coverage"]["exons"]),
        ("Sequencing", [asdict(shown_metric(Metric(**one))) for one in report["metrics"]]),
    ):
        columns = {head_of(column): column for record in records[:1] for column in record}
        rows = [{columns[head]: cell for head, cell in row.items()} for row in sheets[name]]
        compare.rows(name, rows, records)
    assert not compare.differences, compare.differences[:9]
    assert compare.compared > 500


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_vcf_files_of_a_sample_are_its_report(example: Workplace, sample: str) -> None:
    report, folder = example.json(f"results/{sample}/report.json"), example.folder / "results"
    compare = Comparison()
    for name, records in (
        ("itd.vcf.gz", report["flt3"]["itd"]["events"]),
        ("panel.vcf.gz", panel_rows(report)),
    ):
        known = {allele(record): record for record in records}
        with pysam.VariantFile(str(folder / sample / name)) as file:
            found = {(r.chrom, r.pos, r.ref, r.alts[0]): r for r in file if r.alts}
        for event in flt3_events(report):
            if name == "panel.vcf.gz" and allele(event) in found:
                known[allele(event)] = event
        compare.same(f"{name}, records", set(found), set(known))
        for place in found.keys() & known.keys():
            record, values = known[place], found[place].samples[0]
            mutant = record.get("mutant_fragments", record.get("alternate_fragments"))
            depth = record.get("informative_fragments", record.get("depth"))
            compare.same(f"{name} {place}, AD", values["AD"][1], mutant)
            compare.same(f"{name} {place}, DP", values["DP"], depth)
            for tag, column in (("AF", "vaf"), ("AR", "ar")):
                value = values.get(tag)
                if value is not None and record.get(column) is not None:
                    number = value[0] if isinstance(value, tuple) else value
                    compare.same(f"{name} {place}, {tag}", number, near(record[column]))
            bounds = near(record["vaf_low"]), near(record["vaf_high"])
            compare.same(f"{name} {place}, AFCI", tuple(values["AFCI"]), bounds)
    assert not compare.differences, compare.differences[:9]
    assert compare.compared > 1


def test_the_tables_over_samples_are_the_reports(example: Workplace) -> None:
    compare, cohort = Comparison(), example.json("results/cohort/report.json")
    compare.rows("cohort.tsv", example.table("results/cohort/cohort.tsv"), cohort["samples"])
    compare.rows("genes.tsv", example.table("results/cohort/genes.tsv"), cohort["gene_tests"])
    compare.rows("ratios.tsv", example.table("results/cohort/ratios.tsv"), cohort["ratios"])
    quality = example.json("results/cohort/quality.json")
    compare.same("quality.json", cohort["quality_remarks"], quality["remarks"])
    compare.rows("summary.tsv", example.table("results/summary.tsv"), cohort["samples"])
    for patient in PATIENTS:
        report = example.json(f"results/patients/{patient}/report.json")
        points = [
            {**{k: v for k, v in one.items() if k != "points"}, **point}
            for one in report["alterations"]
            for point in one["points"]
        ]
        rows = example.table(f"results/patients/{patient}/followup.tsv")
        compare.rows(f"{patient}, followup.tsv", rows, points)
        for one in report["alterations"]:
            for point in one["points"]:
                if point["basis"] != "called":
                    continue
                sample = example.json(f"results/{point['sample']}/report.json")
                (called,) = [
                    record
                    for record in (*flt3_events(sample), *sample["panel"]["variants"])
                    if allele(record) == allele(one)
                ]
                for column in ("vaf", "vaf_low", "vaf_high"):
                    compare.same(f"{patient} {one['name']}", point[column], called[column])
    assert not compare.differences, compare.differences[:9]
    assert compare.compared > 500


def shown_in_a_sample(report: Record) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """What a row of the page must say of a record: the texts that find it, and its numbers."""
    for event in flt3_events(report):
        name = abbreviated(event["hgvs_c"].rpartition(":")[2])
        numbers = [percent(event["vaf"]), percent_interval(event["vaf_low"], event["vaf_high"])]
        numbers += [f"{event['mutant_fragments']:,} mutant"]
        numbers += [f"of {event['informative_fragments']:,} informative"]
        if event["event"] != "TKD" and event["ar"] is not None:
            numbers.append(ratio(event["ar"]))
        yield (name, "informative"), numbers
    for codon in report["flt3"]["tkd"]["codons"]:
        name = f"{codon['reference_amino_acid']}{codon['residue']} "
        yield (name,), [f"{codon['fragments']:,}", percent(codon["limit_of_detection"])]
    for row in panel_rows(report):
        numbers = [percent(row["vaf"]), percent_interval(row["vaf_low"], row["vaf_high"])]
        numbers += [f"{row['alternate_fragments']:,} of {row['depth']:,}"]
        yield (row["gene"], row["hgvs_c"]), numbers
    for exon in report["coverage"]["exons"]:
        place = f"{exon['chrom']}:{exon['start']}-{exon['end']}"
        yield (place,), [f"{exon['minimum']:,.0f}", f"{exon['mean']:,.0f}"]
    for metric in report["metrics"]:
        forms = {"fraction": percent(metric["value"]), "reads": f"{metric['value']:,.0f}"}
        yield (
            (metric["name"], metric["source"]),
            [forms.get(metric["unit"], f"{metric['value']:.1f}")],
        )


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_page_of_a_sample_shows_the_numbers_of_its_report(
    example: Workplace, sample: str
) -> None:
    report = example.json(f"results/{sample}/report.json")
    page, compare = read_page(example.folder / f"results/{sample}/report.html"), Comparison()
    for keys, numbers in shown_in_a_sample(report):
        rows = page.row(*keys)
        for number in numbers:
            compare.same(f"{keys}", any(number in row for row in rows), True)
    assert not compare.differences, compare.differences[:9]
    assert compare.compared > 50


def static_numbers() -> set[str]:
    """The numbers that stand in the texts of the templates."""
    return {
        number for path in TEMPLATES.glob("*.j2") for number in numbers_in(path.read_text("utf-8"))
    }


PAGES = {
    **{f"{name}/report": (f"{name}/report.json",) for name in SAMPLES},
    **{
        f"patients/{name}/report": (
            f"patients/{name}/report.json",
            f"patients/{name}/drug_response.json",
        )
        for name in PATIENTS
    },
    "cohort/report": ("cohort/report.json", "cohort/trial.json"),
}


@pytest.mark.parametrize("page", PAGES)
def test_no_number_of_a_page_comes_from_elsewhere(example: Workplace, page: str) -> None:
    folder: Path = example.folder / "results"
    documents = [example.json(f"results/{one}") for one in PAGES[page] if (folder / one).exists()]
    known = static_numbers().union(*map(written, documents), numbers_in(chance(0.0)))
    for count in (one for group in documents[0].get("groups", ()) for one in group["genes"]):
        assessable = count["detected"] + count["not_detected"]
        known |= written([assessable, count["detected"] / assessable if assessable else 0])
    for gene in documents[0].get("genes", ()):  # the rows of the oncoprint are over all groups
        each = [
            count
            for group in documents[0]["groups"]
            for count in group["genes"]
            if count["gene"] == gene
        ]
        detected = sum(count["detected"] for count in each)
        assessable = detected + sum(count["not_detected"] for count in each)
        known |= written([detected, assessable, detected / assessable if assessable else 0])
    flt3 = documents[0].get("flt3")
    if flt3 and flt3["itd"]["total_vaf"] is not None:
        known |= written(1 - flt3["itd"]["total_vaf"])  # what is left for the wild type
    text = read_page(folder / f"{page}.html").text
    unknown = {number for number in numbers_in(text) if number not in known}
    assert not unknown, sorted(unknown)


def test_all_tables_of_a_sample_are_compared(example: Workplace) -> None:
    """A table that is new is named here when it is compared above; identity has bare counts."""
    found = {path.name for path in (example.folder / "results" / SAMPLES[0]).glob("*.tsv")}
    assert found == {"flt3.tsv", "panel.tsv", "coverage.tsv", "hotspots.tsv", "kmt2a_ptd.tsv"} | {
        "identity.tsv"
    }
