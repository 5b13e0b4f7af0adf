import dataclasses
import json


localrules:
    summarize,


rule build_report:
    """Everything that is known of a sample, for machines."""
    input:
        flt3=out("{sample}/flt3.json"),
        junctions=out("work/{sample}/junctions.json"),
        panel=out("{sample}/panel.tsv"),
        coverage=out("{sample}/coverage.tsv"),
        hotspots=out("{sample}/hotspots.tsv"),
        kmt2a=out("{sample}/kmt2a_ptd.tsv"),
        stats=out("work/{sample}/stats.txt"),
        fastp=fastp_reports,
        preflight=PREFLIGHT,
        versions=VERSIONS,
    output:
        out("{sample}/report.json"),
    log:
        log_of("build_report"),
    benchmark:
        benchmark_of("build_report")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        cells=cells_of,
        settings=json.dumps(
            {
                "panel": SETTINGS.panel.name,
                **(
                    {"primers": SETTINGS.panel.primers}
                    if SETTINGS.panel.primers
                    else {}
                ),
                **dataclasses.asdict(SETTINGS.thresholds),
            }
        ),
        sources=source_digest("scripts.report.build"),
    shell:
        "python -m scripts.report.build --cells {params.cells:q} --parameters {params.settings:q}"
        " --flt3 {input.flt3:q} --junctions {input.junctions:q} --panel {input.panel:q} --coverage {input.coverage:q}"
        " --hotspots {input.hotspots:q} --kmt2a {input.kmt2a:q}"
        " --stats {input.stats:q} --preflight {input.preflight:q} --versions {input.versions:q}"
        " --out {output:q} --fastp {input.fastp:q} 2> >(tee {log:q} >&2)"


rule render_report:
    """The same for people: one page that needs no network."""
    input:
        out("{sample}/report.json"),
    output:
        report(
            out("{sample}/report.html"),
            caption="captions/sample.rst",
            category="Samples",
            labels={"sample": "{sample}"},
        ),
    log:
        log_of("render_report"),
    benchmark:
        benchmark_of("render_report")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.report.render"),
    shell:
        "python -m scripts.report.render --report {input:q} --out {output:q} 2> >(tee {log:q} >&2)"


rule tabulate_report:
    """The tables of a report as a workbook."""
    input:
        out("{sample}/report.json"),
    output:
        out("{sample}/report.xlsx"),
    log:
        log_of("tabulate_report"),
    benchmark:
        benchmark_of("tabulate_report")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.report.tabulate"),
    shell:
        "python -m scripts.report.tabulate --report {input:q} --out {output:q}"
        " 2> >(tee {log:q} >&2)"


rule summarize:
    """One row for each sample, in the order of the sheet."""
    input:
        expand(out("{sample}/report.json"), sample=SAMPLES),
    output:
        out("summary.tsv"),
    log:
        out("logs/summarize/summary.log"),
    benchmark:
        out("benchmarks/summarize/summary.tsv")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.cohort.summarize"),
    shell:
        "python -m scripts.cohort.summarize --out {output:q} {input:q} 2> >(tee {log:q} >&2)"
