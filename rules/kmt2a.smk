rule kmt2a_dosage:
    """The depth of the KMT2A exons in the controls of an assay."""
    input:
        bams=control_panel_bams,
        bais=lambda wildcards: [f"{bam}.bai" for bam in control_panel_bams(wildcards)],
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        out("controls/kmt2a_dosage.{assay}.tsv"),
    log:
        log_of("kmt2a_dosage", "assay"),
    benchmark:
        benchmark_of("kmt2a_dosage", "assay")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        names=lambda wildcards: [
            control.name
            for control in CONTROLS.values()
            if control.assay == wildcards.assay
        ],
        depth=SETTINGS.thresholds.minimum_depth,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        sources=source_digest("scripts.kmt2a.controls"),
    shell:
        "python -m scripts.kmt2a.controls --names {params.names:q} --bams {input.bams:q}"
        " --assay {wildcards.assay} --fasta {input.genome:q}"
        " --gene-models {input.gene_models:q} --targets {input.targets:q}"
        " --minimum-depth {params.depth} --minimum-mapping-quality {params.mapping_quality}"
        " --out {output:q} 2> >(keep_log {log:q})"
