COHORT_SOURCES = [*PATIENT_SOURCES, "scripts/cohort_model.py", "scripts/summarize.py"]


rule build_cohort:
    """All samples and patients side by side, for machines."""
    input:
        reports=expand(out("{sample}/report.json"), sample=SAMPLES),
        patients=expand(out("patients/{patient}/report.json"), patient=PATIENTS),
    output:
        json=out("cohort/report.json"),
        tsv=out("cohort/cohort.tsv"),
    log:
        out("logs/build_cohort/cohort.log"),
    benchmark:
        out("benchmarks/build_cohort/cohort.tsv")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        folder=lambda wildcards, output: output.tsv.removesuffix("cohort.tsv"),
        sources=source_digest(
            *COHORT_SOURCES, "scripts/build_cohort.py", "scripts/render_patient.py"
        ),
    shell:
        "python -m scripts.build_cohort --out {params.folder:q} --reports {input.reports:q}"
        " --patients {input.patients:q} 2> >(tee {log:q} >&2)"


rule render_cohort:
    """The same for people: one page that needs no network."""
    input:
        out("cohort/report.json"),
    output:
        report(
            out("cohort/report.html"),
            caption="captions/cohort.rst",
            category="Cohort",
        ),
    log:
        out("logs/render_cohort/cohort.log"),
    benchmark:
        out("benchmarks/render_cohort/cohort.tsv")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest(
            *COHORT_SOURCES,
            *PAGE_SOURCES,
            "scripts/cohort_drawing.py",
            "scripts/patient_drawing.py",
            "scripts/render_cohort.py",
        ),
    shell:
        "python -m scripts.render_cohort --report {input:q} --out {output:q} 2> >(tee {log:q} >&2)"
