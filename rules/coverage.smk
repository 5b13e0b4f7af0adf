from flt3itd.reads.alignment import skipped_flags
from scripts.coverage.base_depth import depth_options


localrules:
    hotspot_codons,


rule base_depth:
    """Fragments over every base of the targets."""
    input:
        bam=panel_bam,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        out("work/{sample}/depth.tsv"),
    log:
        log_of("base_depth"),
    benchmark:
        benchmark_of("base_depth")
    conda:
        "../envs/align.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(30),
    params:
        tools=in_use("samtools"),
        counted=lambda wildcards: depth_options(assay_of(wildcards)),
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
    shell:
        "samtools depth {params.counted} -Q {params.mapping_quality} -b {input.targets:q}"
        " -o {output:q} {input.bam:q} 2> {log:q}"


rule measure_target_reads:
    """What the reads over the targets are like, gene by gene: it decides what they can carry."""
    input:
        bam=whole_short_reads,
        bai=whole_short_reads_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        out("work/{sample}/target_reads.json"),
    log:
        log_of("measure_target_reads"),
    benchmark:
        benchmark_of("measure_target_reads")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(30),
    params:
        assay=assay_of,
        sources=source_digest("scripts.coverage.target_reads"),
    shell:
        "python -m scripts.coverage.target_reads --bam {input.bam:q} --assay {params.assay}"
        " --fasta {input.genome:q} --gene-models {input.gene_models:q}"
        " --targets {input.targets:q} --out {output:q} 2> >(keep_log {log:q})"


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
