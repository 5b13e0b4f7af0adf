import shlex

from flt3itd.reads.alignment import Flag, skipped_flags

# VCF files of the user, by the option that takes them.
ANNOTATION_SOURCES = SETTINGS.annotation.sources
ANNOTATED = ".annotated" if ANNOTATION_SOURCES else ""
PANEL_TABLES = {
    name: path
    for name, path in (
        ("genes", SETTINGS.panel.genes),
        ("hotspots", SETTINGS.panel.hotspots),
        ("known", SETTINGS.panel.known_variants),
        ("tiers", SETTINGS.panel.tiers),
    )
    if path
}


localrules:
    split_targets,


rule split_targets:
    """The targets and the bases beside them, in parts of about equally many bases."""
    input:
        targets=SETTINGS.panel.targets,
        index=GENOME_INDEX,
        preflight=PREFLIGHT,
    output:
        out("work/targets/{chunk}.bed"),
    log:
        log_of("split_targets", "chunk"),
    benchmark:
        benchmark_of("split_targets", "chunk")
    wildcard_constraints:
        chunk=r"\d+",
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(200),
        runtime=growing(5),
    params:
        chunks=SETTINGS.panel.chunks,
        sources=source_digest("scripts.genome.targets"),
    shell:
        "python -m scripts.genome.targets --targets {input.targets:q}"
        " --genome-index {input.index:q} --chunks {params.chunks}"
        " --chunk {wildcards.chunk} --out {output:q} 2> {log:q}"


rule call_panel:
    """Small variants of one part of the targets, down to half of the VAF that passes.

    --pooled-continuous: a tumour's VAF may be anything, so no genotype is assumed.
    --haplotype-length 1: changes inside one codon stay one event, in phase; others are apart.
    --harmonic-indel-quality, where primers are hidden: else the least quality beside a gap counts,
    and a deletion right before a primer has none.
    """
    input:
        bam=panel_bam,
        bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        targets=out("work/targets/{chunk}.bed"),
    output:
        temp(out("work/{sample}/panel.{chunk}.vcf")),
    log:
        log_of("call_panel", "sample", "chunk"),
    benchmark:
        benchmark_of("call_panel", "sample", "chunk")
    wildcard_constraints:
        chunk=r"\d+",
    conda:
        "../envs/panel.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
    params:
        tools=in_use("freebayes"),
        fraction=SETTINGS.thresholds.minimum_vaf / 2,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        base_quality=SETTINGS.thresholds.minimum_base_quality,
        duplicates=lambda wildcards: (
            ""
            if skipped_flags(assay_of(wildcards)) & Flag.DUPLICATE
            else "--use-duplicate-reads"
        ),
        beside_primers=lambda wildcards: (
            "--harmonic-indel-quality" if has_primers(assay_of(wildcards)) else ""
        ),
    shell:
        "freebayes --fasta-reference {input.genome:q} --targets {input.targets:q}"
        " --pooled-continuous --haplotype-length 1 --strict-vcf"
        " --min-alternate-fraction {params.fraction} --min-alternate-count 3"
        " --min-mapping-quality {params.mapping_quality} --min-base-quality {params.base_quality}"
        " {params.duplicates} {params.beside_primers} {input.bam:q} > {output:q} 2> {log:q}"


rule gather_panel:
    """All parts in the order of the genome; one alternate allele in a record, left-aligned."""
    input:
        calls=expand(
            out("work/{sample}/panel.{chunk}.vcf"),
            chunk=PANEL_CHUNKS,
            allow_missing=True,
        ),
        genome=GENOME,
        index=GENOME_INDEX,
    output:
        out("work/{sample}/panel.calls.vcf"),
    log:
        log_of("gather_panel"),
    benchmark:
        benchmark_of("gather_panel")
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
    shell:
        "(bcftools concat {input.calls:q}"
        " | bcftools norm --fasta-ref {input.genome:q} --multiallelics -any"
        " | bcftools norm --fasta-ref {input.genome:q} --rm-dup exact"
        " | bcftools sort --output-type v --output {output:q}) 2> {log:q}"


rule long_events:
    """Insertions, duplications and deletions of 20 bases or more, from gaps and clips."""
    input:
        bam=panel_bam,
        bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        long=out("work/{sample}/panel.long.vcf"),
        clips=out("work/{sample}/panel.clips.bed"),
    log:
        log_of("long_events"),
    benchmark:
        benchmark_of("long_events")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        assay=assay_of,
        fraction=SETTINGS.thresholds.minimum_vaf / 2,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        sources=source_digest("scripts.panel.long_events"),
    shell:
        "python -m scripts.panel.long_events --bam {input.bam:q} --fasta {input.genome:q}"
        " --targets {input.targets:q} --sample {wildcards.sample:q}"
        " --assay {params.assay} --minimum-vaf {params.fraction}"
        " --minimum-mapping-quality {params.mapping_quality} --out {output.long:q}"
        " --clips {output.clips:q}"
        " 2> >(keep_log {log:q})"


rule annotation_sources:
    """What the VCF files of the user say of the calls, and of the long events."""
    input:
        **ANNOTATION_SOURCES,
        checked=ANNOTATION_CHECKED,
        calls=out("work/{sample}/panel.{kind}.vcf"),
        index=GENOME_INDEX,
    output:
        temp(out("work/{sample}/panel.{kind}.annotated.vcf")),
    log:
        log_of("annotation_sources", "sample", "kind"),
    benchmark:
        benchmark_of("annotation_sources", "sample", "kind")
    wildcard_constraints:
        kind="calls|long",
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
        given=" ".join(
            f"--{name} {shlex.quote(path)}"
            for name, path in ANNOTATION_SOURCES.items()
        ),
        field=SETTINGS.annotation.population_field,
        sources=source_digest("scripts.panel.annotation_sources"),
    shell:
        "python -m scripts.panel.annotation_sources --calls {input.calls:q}"
        " --genome-index {input.index:q} {params.given} --population-field {params.field:q}"
        " --out {output:q} 2> >(keep_log {log:q})"


rule annotate_panel:
    """Fragments counted, names given, filters set: nothing that was called is left out."""
    input:
        **PANEL_TABLES,
        calls=out(f"work/{{sample}}/panel.calls{ANNOTATED}.vcf"),
        flt3=out("work/{sample}/called/flt3.json"),
        long=out(f"work/{{sample}}/panel.long{ANNOTATED}.vcf"),
        clips=out("work/{sample}/panel.clips.bed"),
        reads=out("work/{sample}/target_reads.json"),
        bam=panel_bam,
        bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
    output:
        vcf=out("work/{sample}/called/panel.vcf.gz"),
        tbi=out("work/{sample}/called/panel.vcf.gz.tbi"),
        table=out("work/{sample}/called/panel.tsv"),
        unresolved=out("work/{sample}/panel.unresolved.tsv"),
    log:
        log_of("annotate_panel"),
    benchmark:
        benchmark_of("annotate_panel")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(60),
    params:
        build=SETTINGS.reference.build,
        assay=assay_of,
        depth=SETTINGS.thresholds.minimum_depth,
        vaf=SETTINGS.thresholds.minimum_vaf,
        fragments=SETTINGS.thresholds.minimum_alternate_fragments,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        base_quality=SETTINGS.thresholds.minimum_base_quality,
        population_frequency=SETTINGS.thresholds.maximum_population_frequency,
        tables=" ".join(
            f"--{name} {shlex.quote(path)}" for name, path in PANEL_TABLES.items()
        ),
        sources=source_digest("scripts.panel.annotate"),
    shell:
        "python -m scripts.panel.annotate --calls {input.calls:q} --bam {input.bam:q}"
        " --fasta {input.genome:q} --gene-models {input.gene_models:q}"
        " --targets {input.targets:q} --build {params.build} --sample {wildcards.sample:q}"
        " --assay {params.assay} --minimum-depth {params.depth} --minimum-vaf {params.vaf}"
        " --minimum-alternate-fragments {params.fragments}"
        " --minimum-mapping-quality {params.mapping_quality}"
        " --minimum-base-quality {params.base_quality}"
        " --maximum-population-frequency {params.population_frequency}"
        " --flt3 {input.flt3:q} --long {input.long:q} --clips {input.clips:q}"
        " --reads {input.reads:q} {params.tables}"
        " --vcf {output.vcf:q} --table {output.table:q} --unresolved {output.unresolved:q}"
        " 2> >(keep_log {log:q})"
