import json
import shlex


rule write_trial:
    """The numbers of a trial: response, survival and relapse of all enrolled patients.

    Samples are in the order of time. Rows and lists go through files, as in write_cohort.
    """
    input:
        reports=[
            out(f"{name}/report.json")
            for name in sorted(SAMPLES, key=RANKS.__getitem__)
        ],
        drug_responses=[
            out(f"patients/{patient}/drug_response.json")
            for patient in PATIENTS
            if plates_of(patient)
        ],
    output:
        tsv=out("cohort/trial.tsv"),
        numbers=out("cohort/trial_numbers.tsv"),
        curves=out("cohort/trial_curves.tsv"),
        json=out("cohort/trial.json"),
    log:
        out("logs/write_trial/trial.log"),
    benchmark:
        out("benchmarks/write_trial/trial.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        clinical=json.dumps([row.model_dump(mode="json") for row in CLINICAL]),
        minimum=SETTINGS.trial.minimum_patients,
        landmark=SETTINGS.trial.response_landmark,
        sources=source_digest("scripts.trial.write"),
    shell:
        "python -m scripts.trial.write --clinical <(printf '%s' {params.clinical:q})"
        " --reports <(printf '%s\\n' {input.reports:q})"
        " --drug-responses <(printf '%s\\n' {input.drug_responses:q})"
        " --minimum-patients {params.minimum} --response-landmark {params.landmark}"
        " --table {output.tsv:q} --numbers {output.numbers:q} --curves {output.curves:q}"
        " --json {output.json:q} 2> >(keep_log {log:q})"


rule write_cohort:
    """All samples and patients side by side: tables, report, page, and sections for MultiQC.

    The shell lists the reports in files: thousands do not fit the command line of a program.
    """
    input:
        reports=expand(out("{sample}/report.json"), sample=SAMPLES),
        patients=expand(out("patients/{patient}/report.json"), patient=PATIENTS),
        earlier=[one.file("report.json") for one in EARLIER_RUNS.values()],
        trial=out("cohort/trial.json") if IN_TRIAL else [],
        quality=out("cohort/quality.json"),
    output:
        summary=out("summary.tsv"),
        tsv=out("cohort/cohort.tsv"),
        genes=out("cohort/genes.tsv"),
        ratios=out("cohort/ratios.tsv"),
        json=out("cohort/report.json"),
        html=report(
            out("cohort/report.html"),
            caption="captions/cohort.rst",
            category="Cohort",
        ),
        flt3=out("work/multiqc/flt3_mqc.json"),
        coverage=out("work/multiqc/coverage_mqc.json"),
    log:
        out("logs/write_cohort/cohort.log"),
    benchmark:
        out("benchmarks/write_cohort/cohort.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        trial="--trial" if IN_TRIAL else "",
        earlier=lambda wildcards, input: (
            f"--earlier <(printf '%s\\n' {shlex.join(input.earlier)})"
            if input.earlier
            else ""
        ),
        sources=source_digest("scripts.cohort.write"),
    shell:
        "python -m scripts.cohort.write --reports <(printf '%s\\n' {input.reports:q})"
        " {params.earlier} --patients <(printf '%s\\n' {input.patients:q}) --summary {output.summary:q}"
        " --table {output.tsv:q} --genes {output.genes:q} --ratios {output.ratios:q}"
        " --json {output.json:q} --html {output.html:q} --quality {input.quality:q}"
        " --flt3-section {output.flt3:q} --coverage-section {output.coverage:q}"
        " {params.trial} {input.trial:q}"
        " 2> >(keep_log {log:q})"


rule multiqc:
    """Trimming, alignment and our sections over all samples, where MultiQC is available.

    The files of a sample have the same names as those of others: the folder tells them apart.
    """
    input:
        sections=[
            rules.write_cohort.output.flt3,
            rules.write_cohort.output.coverage,
            rules.write_run_quality.output.section,
        ],
        stats=expand(out("work/{sample}/stats.txt"), sample=SAMPLES),
        fastp=all_fastp_reports(),
    output:
        html=out("cohort/multiqc.html"),
        listed=temp(out("work/multiqc/files.txt")),
    log:
        out("logs/multiqc/cohort.log"),
    benchmark:
        out("benchmarks/multiqc/cohort.tsv")
    conda:
        "../envs/multiqc.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        folder=lambda wildcards, output: output.html.removesuffix("multiqc.html"),
        names='extra_fn_clean_exts: [" | stats"]',
    shell:
        "printf '%s\\n' {input:q} > {output.listed:q}; "
        "multiqc --force --quiet --no-data-dir --dirs --dirs-depth 1 --no-version-check"
        " --cl-config {params.names:q} --filename multiqc.html --outdir {params.folder:q}"
        " --file-list {output.listed:q} > {log:q} 2>&1"
