import shlex


localrules:
    take_genome,
    preflight,
    cut_gene_models,
    check_annotation,
    tool_versions,
    collect_versions,


rule take_genome:
    """The genome, linked and indexed in the output folder; its own folder is not touched."""
    input:
        SETTINGS.reference.fasta,
    output:
        fasta=GENOME,
        index=GENOME_INDEX,
    log:
        out("logs/take_genome.log"),
    benchmark:
        out("benchmarks/take_genome.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(15),
    params:
        sources=source_digest("scripts.inputs.given_genome"),
    shell:
        "python -m scripts.inputs.given_genome --fasta {input:q} --link {output.fasta:q}"
        " --index {output.index:q} 2> >(keep_log {log:q})"


rule preflight:
    """Reference, targets and gene models fit together, and the genome holds the FLT3 locus."""
    input:
        fasta=GENOME,
        index=GENOME_INDEX,
        gene_models=SETTINGS.reference.gene_models,
        targets=SETTINGS.panel.targets,
        genes=SETTINGS.panel.genes or [],
        known=SETTINGS.panel.known_variants or [],
    output:
        PREFLIGHT,
    log:
        out("logs/preflight.log"),
    benchmark:
        out("benchmarks/preflight.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        build=SETTINGS.reference.build,
        name=SETTINGS.reference.fasta,
        genes="--genes" if SETTINGS.panel.genes else "",
        known="--known" if SETTINGS.panel.known_variants else "",
        sources=source_digest("scripts.inputs.preflight"),
    shell:
        "python -m scripts.inputs.preflight --fasta {input.fasta:q} --name {params.name:q}"
        " --build {params.build} --gene-models {input.gene_models:q} --targets {input.targets:q}"
        " {params.genes} {input.genes:q} {params.known} {input.known:q} --out {output:q}"
        " 2> >(tell_log {log:q})"


rule cut_gene_models:
    """The gene models on the targets, once for all samples; those of a genome are a large file."""
    input:
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=SETTINGS.reference.gene_models,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        GENE_MODELS,
    log:
        out("logs/cut_gene_models.log"),
    benchmark:
        out("benchmarks/cut_gene_models.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(15),
    params:
        sources=source_digest("scripts.genome.cut_gene_models"),
    shell:
        "python -m scripts.genome.cut_gene_models --gene-models {input.gene_models:q}"
        " --targets {input.targets:q} --fasta {input.genome:q} --out {output:q}"
        " 2> >(keep_log {log:q})"


rule check_annotation:
    """The VCF files that annotate variants fit the genome: told before anything is aligned.

    Alignments wait for it, by `ancient`: another annotation is checked, but aligns nothing anew.
    Without such files its output is there all the same: reads would else be aligned once one is
    named.
    """
    input:
        **SETTINGS.annotation.sources,
        fasta=GENOME,
        index=GENOME_INDEX,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        ANNOTATION_CHECKED,
    log:
        out("logs/check_annotation.log"),
    benchmark:
        out("benchmarks/check_annotation.tsv")
    priority: 100
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        given=" ".join(
            f"--{name} {shlex.quote(path)}"
            for name, path in SETTINGS.annotation.sources.items()
        ),
        field=SETTINGS.annotation.population_field,
        sources=source_digest("scripts.inputs.annotation_check"),
    shell:
        (
            "python -m scripts.inputs.annotation_check --fasta {input.fasta:q}"
            " --targets {input.targets:q} {params.given} --population-field {params.field:q}"
            " --out {output:q} 2> >(tell_log {log:q})"
            if SETTINGS.annotation.sources
            else "echo '{{\"warnings\": []}}' > {output:q} 2> {log:q}"
        )


rule index_genome_for_bwa:
    """An index beside the user's genome is linked; only where there is none, one is made."""
    input:
        genome=GENOME,
        preflight=PREFLIGHT,
    output:
        BWA_INDEX,
    log:
        out("logs/index_genome_for_bwa.log"),
    benchmark:
        out("benchmarks/index_genome_for_bwa.tsv")
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(8000),
        runtime=growing(180),
    params:
        sources=source_digest("scripts.inputs.bwa_index"),
    shell:
        "python -m scripts.inputs.bwa_index {input.genome:q} 2> {log:q}"


rule tool_versions:
    output:
        temp(out("work/versions.{family}.json")),
    log:
        out("logs/tool_versions/{family}.log"),
    benchmark:
        out("benchmarks/tool_versions/{family}.tsv")
    wildcard_constraints:
        family="|".join(FAMILIES),
    conda:
        "../envs/{family}.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(200),
        runtime=growing(5),
    params:
        tools=lambda wildcards: in_use(*FAMILIES[wildcards.family]),
        sources=source_digest("scripts.workflow.versions"),
    shell:
        "python -m scripts.workflow.versions ask {wildcards.family} > {output:q} 2> {log:q}"


rule collect_versions:
    input:
        expand(out("work/versions.{family}.json"), family=FAMILIES),
    output:
        VERSIONS,
    log:
        out("logs/collect_versions.log"),
    benchmark:
        out("benchmarks/collect_versions.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(200),
        runtime=growing(5),
    params:
        sources=source_digest("scripts.workflow.versions"),
        snakemake=snakemake_version,
    shell:
        "python -m scripts.workflow.versions collect --snakemake {params.snakemake}"
        " {input:q} > {output:q} 2> {log:q}"
