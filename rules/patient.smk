PATIENT_SOURCES = [
    *REPORT_SOURCES,
    "scripts/clinical.py",
    "scripts/patient_model.py",
    "scripts/patient_words.py",
    "scripts/samples.py",
    "scripts/sheet.py",
]


rule build_patient:
    """Every alteration of a patient over the timepoints, for machines."""
    input:
        patient_reports,
    output:
        json=out("patients/{patient}/report.json"),
        tsv=out("patients/{patient}/followup.tsv"),
    log:
        log_of("build_patient", "patient"),
    benchmark:
        benchmark_of("build_patient", "patient")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        folder=lambda wildcards, output: output.tsv.removesuffix("followup.tsv"),
        ranks=ranks_of,
        clinical=clinical_of,
        sources=source_digest(
            *PATIENT_SOURCES,
            "scripts/build_patient.py",
            "scripts/build_report.py",
            "scripts/follow.py",
            "scripts/panel_limits.py",
            "flt3itd/statistics.py",
        ),
    shell:
        "python -m scripts.build_patient --patient {wildcards.patient:q} --ranks {params.ranks:q}"
        " --clinical {params.clinical:q} --out {params.folder:q} {input:q} 2> >(tee {log:q} >&2)"


rule render_patient:
    """The same for people: one page that needs no network."""
    input:
        out("patients/{patient}/report.json"),
    output:
        report(
            out("patients/{patient}/report.html"),
            caption="captions/patient.rst",
            category="Patients",
            labels={"patient": "{patient}"},
        ),
    log:
        log_of("render_patient", "patient"),
    benchmark:
        benchmark_of("render_patient", "patient")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest(
            *PATIENT_SOURCES,
            *PAGE_SOURCES,
            "scripts/patient_drawing.py",
            "scripts/render_patient.py",
        ),
    shell:
        "python -m scripts.render_patient --report {input:q} --out {output:q} 2> >(tee {log:q} >&2)"
