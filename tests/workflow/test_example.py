"""The built-in example, run as a user runs it: what is found, and what a second run does."""

import os
from pathlib import Path

import pysam
import pytest
import yaml

from flt3itd.common.statistics import binomial_limit_of_detection
from tests.workflow.conftest import Workplace

SAMPLES = ("P001_diagnosis", "P001_day28", "P001_progression", "P002_relapse", "C001_control")


def events(example: Workplace, sample: str, kind: str) -> list[dict[str, str]]:
    rows = example.table(f"results/{sample}/flt3.tsv")
    return [row for row in rows if row["event"] == kind and row["status"] == "detected"]


@pytest.mark.parametrize(
    ("sample", "length", "vaf", "filler"),
    [
        ("P001_diagnosis", 45, 0.42, ""),
        ("P001_day28", 45, 0.015, ""),
        ("P001_progression", 45, 0.35, ""),
        ("P002_relapse", 129, 0.30, "GGACCTTGC"),
    ],
)
def test_the_itd_of_each_sample_is_found(
    example: Workplace, sample: str, length: int, vaf: float, filler: str
) -> None:
    (itd,) = events(example, sample, "ITD")
    assert int(itd["length_bp"]) == length
    assert float(itd["vaf_low"]) <= vaf <= float(itd["vaf_high"])
    assert itd["filler"] == filler
    expected = float(itd["vaf"]) / (1 - float(itd["vaf"]))
    assert float(itd["ar"]) == pytest.approx(expected, rel=1e-3)


def test_the_same_itd_has_the_same_name_at_every_timepoint(example: Workplace) -> None:
    names = {
        events(example, sample, "ITD")[0]["hgvs_c"]
        for sample in ("P001_diagnosis", "P001_day28", "P001_progression")
    }
    assert len(names) == 1


def test_the_itd_of_diagnosis_is_looked_for_again_and_only_in_later_samples(
    example: Workplace,
) -> None:
    known = {
        sample: example.json(f"results/{sample}/flt3.json")["itd"]["known"] for sample in SAMPLES
    }
    assert known["P001_diagnosis"] == known["P002_relapse"] == known["C001_control"] == []
    (at_diagnosis,) = events(example, "P001_diagnosis", "ITD")
    for sample in ("P001_day28", "P001_progression"):
        (itd,) = known[sample]
        assert itd["status"] == "detected"
        assert (str(itd["pos"]), itd["alt"]) == (at_diagnosis["pos"], at_diagnosis["alt"])
        assert itd["vaf"] < itd["vaf_upper"] < 2 * itd["vaf"]


def test_the_course_of_a_patient_is_told(example: Workplace) -> None:
    rows = example.table("results/patients/P001/followup.tsv")
    courses = {(row["kind"], row["gene"]): row["course"] for row in rows}
    assert courses == {
        ("ITD", "FLT3"): "fell_and_rose",
        ("TKD", "FLT3"): "emerged",
        ("panel", "DNMT3A"): "fell_and_rose",
        ("panel", "NPM1"): "fell_and_rose",
    }
    words = {
        one["name"]: one["words"]
        for one in example.json("results/patients/P001/report.json")["alterations"]
    }
    assert " of the first VAF (-1." in words["FLT3-ITD 45 bp"]
    assert " log), rose again by 1." in words["FLT3-ITD 45 bp"]
    (day28,) = [row for row in rows if row["kind"] == "ITD" and row["timepoint"] == "day28"]
    assert float(day28["left"]) == pytest.approx(0.015 / 0.42, rel=0.35)
    assert float(day28["left"]) < float(day28["left_bound"])
    for patient in ("P001", "P002", "C001"):
        page = example.folder / "results" / "patients" / patient / "report.html"
        assert page.stat().st_size < 2_000_000


def test_the_cohort_is_in_groups_and_has_a_row_for_each_sample(example: Workplace) -> None:
    assert [row["sample"] for row in example.table("results/cohort/cohort.tsv")] == list(SAMPLES)
    report = example.json("results/cohort/report.json")
    groups = {group["name"]: group["patients"] for group in report["groups"]}
    assert groups == {"newly_diagnosed": 1, "relapsed_refractory": 1, "control": 1}
    (pair,) = report["ratios"]
    assert (pair["first_sample"], pair["later_sample"]) == ("P001_diagnosis", "P001_day28")
    assert pair["later"] < 0.1 * pair["first"]


def test_the_trial_of_invented_patients_is_shown(example: Workplace) -> None:
    rows = {row["patient"]: row for row in example.table("results/cohort/trial.tsv")}
    assert len(rows) == 16
    assert rows["P001"]["samples"] == "P001_diagnosis; P001_day28; P001_progression"
    assert float(rows["P001"]["vaf_change"]) < -0.9
    assert "sorafenib " in rows["P001"]["ic50_in_nm"]
    assert {row["molecular"] for row in rows.values()} == {"", "no sample in this run"}
    assert all("invented" in row["trial"] for row in rows.values())
    page = (example.folder / "results" / "cohort" / "report.html").read_text("utf-8")
    assert page.count('<polyline class="dose-line') == 8
    figures = page.split('<h2 id="trial">')[1].split('<h2 id="samples">')[0].split("<svg")[1:]
    assert len(figures) == 7
    assert all("example trial (invented)</title>" in figure for figure in figures)


def test_without_a_clinical_table_there_is_no_trial(example: Workplace, tmp_path: Path) -> None:
    config = yaml.safe_load((example.folder / "config" / "config.yaml").read_text("utf-8"))
    del config["clinical"]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    run = example.successful("--dry-run", "--forceall", f"--configfile={tmp_path}/config.yaml")
    assert run.jobs["write_cohort"] == 1
    assert "write_trial" not in run.jobs


def test_multiqc_is_run_only_where_it_is_there(
    example: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "multiqc"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    jobs = example.successful("--dry-run").jobs
    assert jobs == {"multiqc": 1, "all": 1}


def test_the_kinase_domain_mutation_emerges_at_progression(example: Workplace) -> None:
    found = {sample: events(example, sample, "TKD") for sample in SAMPLES}
    assert {sample for sample, rows in found.items() if rows} == {"P001_progression"}
    (mutation,) = found["P001_progression"]
    assert mutation["hgvs_p"] == "NP_004110.2:p.(Asp835Tyr)"
    assert float(mutation["vaf"]) == pytest.approx(0.15, abs=0.03)


def test_the_control_says_how_little_would_have_been_seen(example: Workplace) -> None:
    result = example.json("results/C001_control/flt3.json")
    assert result["itd"]["status"] == result["tkd"]["status"] == "not_detected"
    assert 0 < result["itd"]["limit_of_detection"] < 0.05
    assert not events(example, "C001_control", "ITD")


@pytest.mark.parametrize(
    ("sample", "gene", "protein", "vaf"),
    [
        ("P001_diagnosis", "NPM1", "Trp288CysfsTer12", 0.40),
        ("P001_diagnosis", "DNMT3A", "Arg882His", 0.45),
        ("P001_progression", "NPM1", "Trp288CysfsTer12", 0.37),
        ("P002_relapse", "IDH2", "Arg140Gln", 0.43),
        ("P002_relapse", "TP53", "Arg248Gln", 0.12),
    ],
)
def test_panel_variants_are_found_and_named(
    example: Workplace, sample: str, gene: str, protein: str, vaf: float
) -> None:
    rows = example.table(f"results/{sample}/panel.tsv")
    (row,) = [row for row in rows if row["gene"] == gene and row["filter"] == "PASS"]
    assert protein in row["hgvs_p"]
    assert float(row["vaf"]) == pytest.approx(vaf, abs=0.05)


def test_the_control_has_no_panel_variant(example: Workplace) -> None:
    rows = example.table("results/C001_control/panel.tsv")
    assert [row for row in rows if row["filter"] == "PASS"] == []


def test_the_build_of_the_configuration_stands_in_every_table(example: Workplace) -> None:
    """But in those of the trial and the drugs, and of genes, which have no place in a genome."""
    names = ("flt3", "panel", "coverage", "hotspots", "kmt2a_ptd")
    paths = [f"{sample}/{name}" for sample in SAMPLES for name in names]
    paths += ["patients/P001/genotypes", "patients/P001/followup", "cohort/cohort", "summary"]
    for path in [*paths, "cohort/quality"]:
        header, *_ = (example.folder / f"results/{path}.tsv").read_text("utf-8").splitlines()
        assert header.split("\t").count("build") == 1, path
        assert {row["build"] for row in example.table(f"results/{path}.tsv")} <= {"GRCh38"}
    assert example.json("results/cohort/quality.json")["build"] == "GRCh38"
    assert "GRCh38: <strong>" in (example.folder / "results/cohort/quality.html").read_text("utf-8")


def test_every_sample_has_all_results(example: Workplace) -> None:
    names = ("report.html", "report.json", "flt3.tsv", "itd.vcf.gz", "panel.vcf.gz", "panel.tsv")
    for sample in SAMPLES:
        folder = example.folder / "results" / sample
        for name in (*names, "coverage.tsv", "kmt2a_ptd.tsv"):
            assert (folder / name).stat().st_size > 0, f"{sample}/{name}"
        with pysam.VariantFile(str(folder / "itd.vcf.gz")) as vcf:
            assert list(vcf.header.samples) == [sample]
    assert [row["sample"] for row in example.table("results/summary.tsv")] == list(SAMPLES)


def test_a_panel_without_kmt2a_claims_nothing_of_its_duplications(example: Workplace) -> None:
    for sample in SAMPLES:
        (row,) = example.table(f"results/{sample}/kmt2a_ptd.tsv")
        assert row["status"] == "not_assessable"
        assert row["reason"] == "KMT2A is not in the targets"
        page = (example.folder / "results" / sample / "report.html").read_text("utf-8")
        assert "partial tandem duplication</h3>" not in page


def test_reports_name_tools_and_reference(example: Workplace) -> None:
    report = example.json("results/P001_diagnosis/report.json")
    for tool in ("bwa", "samtools", "bcftools", "freebayes", "fastp", "snakemake", "pysam"):
        assert report["versions"][tool][0].isdigit(), tool
    checksum = example.json("results/work/preflight.json")["reference_sha256"]
    assert report["reference"]["sha256"] == checksum


def test_duplicates_of_capture_data_are_marked_and_clips_kept(example: Workplace) -> None:
    with pysam.AlignmentFile(str(example.folder / "results/work/P002_relapse/aligned.bam")) as bam:
        reads = list(bam)
        assert bam.header.to_dict()["RG"] == [
            {"ID": "P002_relapse.L1", "SM": "P002_relapse", "LB": "P002_relapse", "PL": "ILLUMINA"}
        ]
    assert any(read.is_duplicate for read in reads)
    assert any(read.is_proper_pair and read.is_read2 for read in reads)
    assert not any("H" in (read.cigarstring or "") for read in reads)


def test_a_second_run_has_nothing_to_do(example: Workplace) -> None:
    assert "Nothing to be done" in example.successful().text


def test_a_changed_program_runs_again_what_uses_it_and_no_more(example: Workplace) -> None:
    """A change in the package re-runs the FLT3 calls and the reports, not the alignment."""
    source = example.folder / "flt3itd" / "records.py"
    before = source.read_text("utf-8")
    source.write_text(before + "\n# changed\n", "utf-8")
    try:
        jobs = example.successful("--dry-run").jobs
    finally:
        source.write_text(before, "utf-8")
    assert jobs["call_flt3"] == jobs["write_report"] == len(SAMPLES)
    assert not {"align_lane", "trim_reads", "simulate_reads", "preflight"} & set(jobs)


def test_another_annotation_aligns_and_calls_nothing_again(
    example: Workplace, tmp_path: Path
) -> None:
    """Alignments wait for the check of the annotation files, but not for how new it is."""
    field = '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">'
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    vcf = tmp_path / "clinvar.vcf"
    vcf.write_text(f"##fileformat=VCFv4.2\n##contig=<ID=chr1>\n{field}\n{columns}\n", "utf-8")
    given = pysam.tabix_index(str(vcf), preset="vcf")
    config = yaml.safe_load((example.folder / "config" / "config.yaml").read_text("utf-8"))
    changed = yaml.safe_dump(config | {"annotation": {"clinvar": given}})
    (tmp_path / "config.yaml").write_text(changed, "utf-8")
    jobs = example.successful("--dry-run", f"--configfile={tmp_path}/config.yaml").jobs
    assert {"check_annotation", "annotation_sources", "annotate_panel"} <= set(jobs)
    anew = {"check_fastq", "trim_reads", "align_lane", "index_genome_for_bwa", "take_genome"}
    assert not (anew | {"call_flt3", "exon_coverage"}) & set(jobs)


JUDGED = {
    *("judge_sample", "compare_identity", "write_report", "write_patient"),
    *("write_run_quality", "write_trial", "write_cohort"),
}
"""What follows from another answer to "is this covered?"."""


@pytest.mark.parametrize(
    ("section", "key", "rules"),
    [
        ("flt3", "minimum_itd_depth", JUDGED),
        (
            "thresholds",
            "minimum_depth",
            JUDGED | {"annotate_panel", "list_run", "hold_back_carry_over", "genotype_variants"},
        ),
    ],
)
def test_a_threshold_that_only_judges_calls_nothing_again(
    example: Workplace, tmp_path: Path, section: str, key: str, rules: set[str]
) -> None:
    """The filter `low_depth` of the panel is set anew; reads and variants are not looked for."""
    config = yaml.safe_load((example.folder / "config" / "config.yaml").read_text("utf-8"))
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config | {section: {key: 77}}), "utf-8")
    jobs = example.successful("--dry-run", f"--configfile={tmp_path}/config.yaml").jobs
    assert set(jobs) == rules | {"all"}
    assert jobs["judge_sample"] == len(SAMPLES)


def test_a_sample_from_fastq_takes_sixteen_jobs(example: Workplace) -> None:
    """With the panel called in two parts; what is made once for all samples is not counted."""
    jobs = example.successful("--dry-run", "--forceall").jobs
    plain = len(SAMPLES) - 1  # one has UMIs, and steps of its own
    each = {rule: count // plain for rule, count in jobs.items() if count >= plain}
    assert sum(each.values()) - each["simulate_reads"] == 16
    of_umis = ("extract_umis", "merge_lanes_with_umis", "consensus", "align_consensus")
    assert [jobs[rule] for rule in (*of_umis, "depth_with_copies")] == [1] * 5


def test_the_sample_with_umis_is_counted_in_molecules(example: Workplace) -> None:
    """Day 28: 41,880 molecules are simulated, each read twice on average."""
    units = {
        sample: example.json(f"results/{sample}/flt3.json")["counted_unit"] for sample in SAMPLES
    }
    assert units == dict.fromkeys(SAMPLES, "fragments") | {"P001_day28": "molecules"}
    metrics = {
        one["key"]: one["value"]
        for one in example.json("results/P001_day28/report.json")["metrics"]
    }
    truth = example.table("example/fastq/P001_day28_truth.tsv")
    pairs, molecules = (sum(int(row[key]) for row in truth) for key in ("read_pairs", "fragments"))
    assert metrics["umi_read_pairs"] == pytest.approx(pairs, rel=0.01)
    assert metrics["umi_families"] == pytest.approx(molecules, rel=0.01)
    for row in example.table("results/P001_day28/coverage.tsv"):
        assert row["counted_unit"] == "molecules"
        assert float(row["raw_mean"]) > 1.5 * float(row["mean"])
    (ptd,) = example.table("results/P001_day28/kmt2a_ptd.tsv")
    assert ptd["counted_unit"] == "molecules"


def test_another_version_of_a_program_runs_again_what_it_made(
    example: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report names the versions that are there, so nothing of another version may stay."""
    program = tmp_path / "freebayes"
    program.write_text("#!/bin/sh\necho version: v1.9.9\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    jobs = example.successful("--dry-run").jobs
    assert jobs["call_panel"] == 2 * len(SAMPLES)
    assert jobs["collect_versions"] == 1
    assert jobs["write_report"] == len(SAMPLES)
    assert not {"align_lane", "trim_reads", "call_flt3", "alignment_stats"} & set(jobs)


def test_another_folder_and_another_day_run_nothing_again(example: Workplace) -> None:
    """Params hold no absolute path: a moved checkout with its results has nothing to do."""
    moved = example.folder.with_name("moved")
    example.folder.rename(moved)
    try:
        run = Workplace(moved).successful("--dry-run", "--rerun-triggers", "params", "code")
    finally:
        moved.rename(example.folder)
    assert "Nothing to be done" in run.text


def test_every_hotspot_codon_has_an_answer(example: Workplace) -> None:
    answers = {
        sample: {
            (row["gene"], row["residue"]): row
            for row in example.table(f"results/{sample}/hotspots.tsv")
        }
        for sample in SAMPLES
    }
    assert {len(rows) for rows in answers.values()} == {84}
    relapse = answers["P002_relapse"]
    assert relapse["IDH2", "140"]["status"] == "detected"
    assert relapse["IDH2", "140"]["variants"].startswith("p.(Arg140Gln) 4")
    assert relapse["KIT", "816"]["reason"] == "depth below 100"
    assert relapse["JAK2", "617"]["reason"] == "outside the targets"
    assert answers["P001_diagnosis"]["NPM1", "288"]["status"] == "detected"
    assert answers["P001_progression"]["FLT3", "835"]["status"] == "detected"
    control = answers["C001_control"]["FLT3", "835"]
    assert control["status"] == "not_detected"
    # The errors of these reads ask for five of 907 fragments.
    assert control["depth"] == "907"
    limit = binomial_limit_of_detection(907, 5)
    # The table is written to six figures.
    assert float(control["limit_of_detection"]) == pytest.approx(limit, rel=1e-5)


def test_the_report_of_snakemake_opens_on_what_this_run_was(
    example: Workplace, tmp_path: Path
) -> None:
    example.successful("--report", str(tmp_path / "report.html"))
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "What this run was" in text
    assert "Samples:       5 of 3 patients, from config/samples.tsv" in text
    assert "FLT3-ITD: detected in 4 of 5 samples" in text
    assert "{{" not in text.partition("What this run was")[2][:3000]


def test_a_run_ends_with_what_was_found(example: Workplace) -> None:
    text = example.successful().text
    assert "P001_diagnosis    ITD: 45 bp, AR " in text
    assert f"{example.folder}/results/<sample>/report.html" in text
