import shlex


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
        " --out {output:q} 2> >(tee {log:q} >&2)"


rule kmt2a_ptd:
    """Partial tandem duplications of KMT2A: more depth than in controls, or their junction."""
    input:
        coverage=out("{sample}/coverage.tsv"),
        controls=control_table("kmt2a_dosage", SETTINGS.controls.kmt2a_dosage),
        bam=sample_bam,
        bai=sample_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
    output:
        out("{sample}/kmt2a_ptd.tsv"),
    log:
        log_of("kmt2a_ptd"),
    benchmark:
        benchmark_of("kmt2a_ptd")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        build=SETTINGS.reference.build,
        assay=assay_of,
        controls=lambda wildcards, input: (
            f"--controls {shlex.quote(str(input.controls))}" if input.controls else ""
        ),
        depth=SETTINGS.thresholds.minimum_depth,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        sources=source_digest("scripts.kmt2a.ptd"),
    shell:
        "python -m scripts.kmt2a.ptd --coverage {input.coverage:q} {params.controls}"
        " --bam {input.bam:q} --fasta {input.genome:q}"
        " --gene-models {input.gene_models:q} --targets {input.targets:q}"
        " --build {params.build} --assay {params.assay} --sample {wildcards.sample:q}"
        " --minimum-depth {params.depth} --minimum-mapping-quality {params.mapping_quality}"
        " --out {output:q} 2> >(tee {log:q} >&2)"
