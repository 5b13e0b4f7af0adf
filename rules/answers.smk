import shlex


rule measure_sample:
    """What the reads over each gene are like, and what they show at common SNPs.

    The first decides what the reads can carry; by the second a later run can compare persons.
    """
    input:
        bam=whole_short_reads,
        bai=whole_short_reads_bai,
        panel_bam=panel_bam,
        panel_bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
        snps=IDENTITY_SNPS if SETTINGS.panel.identity_snps else [],
        preflight=PREFLIGHT,
        annotation_checked=ANNOTATION_CHECKED if ANNOTATION_SOURCES else [],
    output:
        reads=out("work/{sample}/target_reads.json"),
        snps=out("{sample}/identity.tsv") if SETTINGS.panel.identity_snps else [],
    log:
        log_of("measure_sample"),
    benchmark:
        benchmark_of("measure_sample")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        assay=assay_of,
        snps=lambda wildcards, input, output: (
            shlex.join(["--snps", str(input.snps), "--snp-table", str(output.snps)])
            if input.snps
            else ""
        ),
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        base_quality=SETTINGS.thresholds.minimum_base_quality,
        sources=source_digest("scripts.answers.measure"),
    shell:
        "python -m scripts.answers.measure --sample {wildcards.sample:q} --assay {params.assay}"
        " --bam {input.bam:q} --panel-bam {input.panel_bam:q}"
        " --fasta {input.genome:q} --gene-models {input.gene_models:q} --targets {input.targets:q}"
        " {params.snps} --minimum-mapping-quality {params.mapping_quality}"
        " --minimum-base-quality {params.base_quality} --out {output.reads:q}"
        " 2> >(keep_log {log:q})"


rule judge_sample:
    """Three states for every exon, hotspot codon, KMT2A-PTD and FLT3-ITD, and what is drawn of them.

    Calls and depths are there: here is asked what only judges them, and nothing is called again.
    """
    input:
        depth=out("work/{sample}/depth.tsv"),
        bases=(
            out("work/{sample}/hotspot_bases.vcf") if SETTINGS.panel.hotspots else []
        ),
        panel=out("{sample}/panel.tsv"),
        flt3=out("work/{sample}/flt3.json"),
        reads=out("work/{sample}/target_reads.json"),
        controls=control_table("kmt2a_dosage", SETTINGS.controls.kmt2a_dosage),
        raw_depth=families_of("work/{sample}/depth_with_copies.tsv"),
        bam=whole_short_reads,
        bai=whole_short_reads_bai,
        panel_bam=panel_bam,
        panel_bai=panel_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        gene_models=GENE_MODELS,
        targets=SETTINGS.panel.targets,
        hotspots=SETTINGS.panel.hotspots or [],
    output:
        coverage=out("{sample}/coverage.tsv"),
        hotspots=out("{sample}/hotspots.tsv"),
        kmt2a=out("{sample}/kmt2a_ptd.tsv"),
        flt3=out("{sample}/flt3.json"),
        pictures=out("work/{sample}/pictures.json"),
    log:
        log_of("judge_sample"),
    benchmark:
        benchmark_of("judge_sample")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        build=SETTINGS.reference.build,
        assay=assay_of,
        given=lambda wildcards, input: " ".join(
            f"--{name.replace('_', '-')} {shlex.quote(str(input[name]))}"
            for name in ("hotspots", "bases", "controls", "raw_depth")
            if input[name]
        ),
        depth=SETTINGS.thresholds.minimum_depth,
        itd_depth=SETTINGS.flt3.minimum_itd_depth,
        vaf=SETTINGS.thresholds.minimum_vaf,
        fragments=SETTINGS.thresholds.minimum_alternate_fragments,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        base_quality=SETTINGS.thresholds.minimum_base_quality,
        sources=source_digest("scripts.answers.judge"),
    shell:
        "python -m scripts.answers.judge --sample {wildcards.sample:q} --assay {params.assay}"
        " --build {params.build} --bam {input.bam:q} --panel-bam {input.panel_bam:q}"
        " --depth {input.depth:q} --panel {input.panel:q}"
        " --flt3 {input.flt3:q} --reads {input.reads:q} --fasta {input.genome:q}"
        " --gene-models {input.gene_models:q} --targets {input.targets:q} {params.given} --minimum-depth {params.depth}"
        " --minimum-itd-depth {params.itd_depth} --minimum-vaf {params.vaf}"
        " --minimum-alternate-fragments {params.fragments}"
        " --minimum-mapping-quality {params.mapping_quality}"
        " --minimum-base-quality {params.base_quality} --pictures {output.pictures:q}"
        " --coverage-table {output.coverage:q} --hotspot-table {output.hotspots:q}"
        " --kmt2a-table {output.kmt2a:q} --flt3-judged {output.flt3:q} 2> >(keep_log {log:q})"
