import json

from scripts.exchange.packages import CRATE, EXCHANGED


def cells_of(wildcards):
    """The cells of the sample sheet that a report shows, as JSON."""
    return json.dumps(SAMPLES[wildcards.sample].cells())


def printed_pages():
    """The pages that are printed, where the configuration asks for it; paths without their end."""
    if not SETTINGS.report.pdf:
        return []
    return [
        *(f"{sample}/report" for sample in SAMPLES),
        *(f"patients/{patient}/report" for patient in PATIENTS),
        "cohort/report",
        "cohort/quality",
    ]


wildcard_constraints:
    page=one_of(printed_pages()),


def all_reports():
    """What a run is asked for: its results, and where it is wanted their description."""
    return [*results_of_run(), *([out(CRATE)] if SETTINGS.exchange else [])]


def results_of_run():
    """The reports of every sample, of every patient and of all together."""
    names = [
        "report.html",
        "report.json",
        "report.xlsx",
        "flt3.tsv",
        "itd.vcf.gz",
        "panel.tsv",
        "coverage.tsv",
        "hotspots.tsv",
        "kmt2a_ptd.tsv",
    ]
    reports = [out(f"{sample}/{name}") for sample in SAMPLES for name in names]
    courses = [
        out(f"patients/{patient}/{name}")
        for patient in PATIENTS
        for name in ("report.html", "report.json", "followup.tsv")
    ]
    cohort = [
        out(f"cohort/{name}")
        for name in (
            "report.html",
            "report.json",
            "cohort.tsv",
            "genes.tsv",
            "ratios.tsv",
        )
    ]
    if IN_TRIAL:
        cohort += [
            out(f"cohort/{name}")
            for name in (
                "trial.tsv",
                "trial_numbers.tsv",
                "trial_curves.tsv",
                "trial.json",
            )
        ]
    if with_multiqc():
        cohort.append(out("cohort/multiqc.html"))
    exchanged = [
        out(f"{sample}/exchange/{name}") for sample in SAMPLES for name in EXCHANGED
    ]
    return [
        *reports,
        *(exchanged if SETTINGS.exchange else []),
        *(out(f"{sample}/igv.html") for sample in SAMPLES if SETTINGS.report.igv_js),
        *courses,
        *cohort,
        *all_control_tables(),
        *(out(f"{page}.pdf") for page in printed_pages()),
        out("summary.tsv"),
        out("cohort/quality.html"),
        out("cohort/quality.tsv"),
        *([IDENTITY] if SETTINGS.panel.identity_snps else []),
    ]
