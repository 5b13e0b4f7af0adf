from flt3itd.reads.alignment import skipped_flags


localrules:
    hotspot_codons,


rule hotspot_codons:
    """Where the hotspot codons lie that the targets hold."""
    input:
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
        hotspots=SETTINGS.panel.hotspots or [],
        preflight=PREFLIGHT,
    output:
        out("work/hotspot_codons.bed"),
    log:
        out("logs/hotspot_codons.log"),
    benchmark:
        out("benchmarks/hotspot_codons.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.coverage.hotspot_codons"),
    shell:
        "python -m scripts.coverage.hotspot_codons --hotspots {input.hotspots:q} --fasta {input.genome:q}"
        " --gene-models {input.gene_models:q} --targets {input.targets:q} --out {output:q}"
        " 2> >(keep_log {log:q})"


rule hotspot_bases:
    """Bases of good quality at the hotspot codons: what answers and limits of detection rest on.

    bcftools breaks on an empty list of regions, so without codons there is an empty file.
    """
    input:
        bam=panel_bam,
        bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        codons=out("work/hotspot_codons.bed"),
    output:
        out("work/{sample}/hotspot_bases.vcf"),
    log:
        log_of("hotspot_bases"),
    benchmark:
        benchmark_of("hotspot_bases")
    conda:
        "../envs/panel.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        tools=in_use("bcftools"),
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        base_quality=SETTINGS.thresholds.minimum_base_quality,
        skipped=lambda wildcards: skipped_flags(assay_of(wildcards), unmapped=True),
    shell:
        "if [ -s {input.codons:q} ]; then bcftools mpileup --regions-file {input.codons:q}"
        " --fasta-ref {input.genome:q} --min-MQ {params.mapping_quality}"
        " --min-BQ {params.base_quality} --skip-any-set {params.skipped} --count-orphans"
        " --max-depth 1000000 --no-BAQ --skip-indels --annotate FORMAT/AD --output {output:q}"
        " {input.bam:q}; else : > {output:q}; fi 2> {log:q}"
