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
        sources=source_digest("scripts.cohort.build"),
    shell:
        "python -m scripts.cohort.build --out {params.folder:q} --reports {input.reports:q}"
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
        sources=source_digest("scripts.cohort.render"),
    shell:
        "python -m scripts.cohort.render --report {input:q} --out {output:q} 2> >(tee {log:q} >&2)"


rule multiqc_sections:
    """Our own sections of the MultiQC report."""
    input:
        out("cohort/report.json"),
    output:
        flt3=out("work/multiqc/flt3_mqc.json"),
        coverage=out("work/multiqc/coverage_mqc.json"),
    log:
        out("logs/multiqc_sections/cohort.log"),
    benchmark:
        out("benchmarks/multiqc_sections/cohort.tsv")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.cohort.multiqc_sections"),
    shell:
        "python -m scripts.cohort.multiqc_sections --report {input:q} --out {output.flt3:q}"
        " {output.coverage:q} 2> >(tee {log:q} >&2)"


rule multiqc:
    """Trimming, alignment and our sections over all samples, where MultiQC is available.

    The files of a sample have the same names as those of others: the folder tells them apart.
    """
    input:
        sections=rules.multiqc_sections.output,
        stats=expand(out("work/{sample}/stats.txt"), sample=SAMPLES),
        fastp=all_fastp_reports(),
    output:
        out("cohort/multiqc.html"),
    log:
        out("logs/multiqc/cohort.log"),
    benchmark:
        out("benchmarks/multiqc/cohort.tsv")
    conda:
        "../envs/multiqc.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        folder=lambda wildcards, output: output[0].removesuffix("multiqc.html"),
        names='extra_fn_clean_exts: [" | stats"]',
    shell:
        "multiqc --force --quiet --no-data-dir --dirs --dirs-depth 1 --no-version-check"
        " --cl-config {params.names:q} --filename multiqc.html --outdir {params.folder:q}"
        " {input:q} > {log:q} 2>&1"
