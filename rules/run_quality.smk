rule write_run_quality:
    """The measures of all samples side by side: page, document, table and MultiQC section."""
    input:
        reports=expand(out("{sample}/report.json"), sample=SAMPLES),
        on_target=expand(out("work/{sample}/on_target.txt"), sample=SAMPLES),
    output:
        json=out("cohort/quality.json"),
        html=report(
            out("cohort/quality.html"),
            caption="captions/quality.rst",
            category="Cohort",
        ),
        table=out("cohort/quality.tsv"),
        section=out("work/multiqc/quality_mqc.json"),
    log:
        out("logs/write_run_quality/cohort.log"),
    benchmark:
        out("benchmarks/write_run_quality/cohort.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        limits=SETTINGS.quality.model_dump_json(),
        sources=source_digest("scripts.run_quality.write"),
    shell:
        "python -m scripts.run_quality.write --reports <(printf '%s\\n' {input.reports:q})"
        " --on-target <(printf '%s\\n' {input.on_target:q}) --limits {params.limits:q}"
        " --json {output.json:q} --html {output.html:q} --table {output.table:q}"
        " --section {output.section:q} 2> >(keep_log {log:q})"
