import json
import shlex


rule write_report:
    """Everything that is known of a sample: for machines, for people, and as a workbook."""
    input:
        flt3=out("{sample}/flt3.json"),
        junctions=out("work/{sample}/junctions.json"),
        pictures=out("work/{sample}/pictures.json"),
        panel=out("{sample}/panel.tsv"),
        coverage=out("{sample}/coverage.tsv"),
        hotspots=out("{sample}/hotspots.tsv"),
        unresolved=out("work/{sample}/panel.unresolved.tsv"),
        kmt2a=out("{sample}/kmt2a_ptd.tsv"),
        stats=out("work/{sample}/stats.txt"),
        fastp=fastp_reports,
        families=families_of("work/{sample}/families.json"),
        copies=copies_of,
        preflight=PREFLIGHT,
        versions=VERSIONS,
        classifications=CLASSIFICATION_TABLES,
        identity=IDENTITY if SETTINGS.panel.identity_snps else [],
        snps=out("{sample}/identity.tsv") if SETTINGS.panel.identity_snps else [],
        tiers=SETTINGS.panel.tiers or [],
    output:
        json=out("{sample}/report.json"),
        html=report(
            out("{sample}/report.html"),
            caption="captions/sample.rst",
            category="Samples",
            labels={"sample": "{sample}"},
        ),
        workbook=out("{sample}/report.xlsx"),
    log:
        log_of("write_report"),
    benchmark:
        benchmark_of("write_report")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        cells=cells_of,
        families=lambda wildcards, input: "--families" if input.families else "",
        copies=lambda wildcards, input: "--copies" if input.copies else "",
        classifications=(
            f"--classifications {shlex.quote(SETTINGS.panel.classifications)}"
            if SETTINGS.panel.classifications
            else ""
        ),
        identity=lambda wildcards, input: (
            shlex.join(["--identity", input.identity, "--snps", input.snps])
            if input.identity
            else ""
        ),
        settings=json.dumps(
            {
                "panel": SETTINGS.panel.name,
                **(
                    {"primers": SETTINGS.panel.primers}
                    if SETTINGS.panel.primers
                    else {}
                ),
                **SETTINGS.thresholds.model_dump(),
            }
        ),
        tiers=lambda wildcards, input: "--tiers" if input.tiers else "",
        state=SETTINGS.report.state.value,
        comment=lambda wildcards: COMMENTS.get(wildcards.sample, ""),
        links="--outward-links" if SETTINGS.report.links else "",
        sources=source_digest("scripts.report.write"),
    shell:
        "python -m scripts.report.write --cells {params.cells:q} --parameters {params.settings:q}"
        " --flt3 {input.flt3:q} --junctions {input.junctions:q} --panel {input.panel:q}"
        " --pictures {input.pictures:q}"
        " --coverage {input.coverage:q} --hotspots {input.hotspots:q} --kmt2a {input.kmt2a:q}"
        " --unresolved {input.unresolved:q}"
        " --stats {input.stats:q} --preflight {input.preflight:q} --versions {input.versions:q}"
        " {params.classifications} {params.identity} {params.links}"
        " --state {params.state} --comment={params.comment:q}"
        " --json {output.json:q} --html {output.html:q} --workbook {output.workbook:q}"
        " {params.tiers} {input.tiers:q} {params.families} {input.families:q} {params.copies} {input.copies:q}"
        " --fastp {input.fastp:q} 2> >(keep_log {log:q})"


rule write_igv_page:
    """The reads over a sample's variants in IGV, where the configuration asks for it.

    igv-reports is that of PATH.
    """
    input:
        report=out("{sample}/report.json"),
        bam=panel_bam,
        bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        igv_js=SETTINGS.report.igv_js or [],
    output:
        out("{sample}/igv.html"),
    log:
        log_of("write_igv_page"),
    benchmark:
        benchmark_of("write_igv_page")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        sources=source_digest("scripts.report.igv_page"),
    shell:
        "python -m scripts.report.igv_page --report {input.report:q} --bam {input.bam:q}"
        " --fasta {input.genome:q} --igv-js {input.igv_js:q} --out {output:q}"
        " 2> >(keep_log {log:q})"
