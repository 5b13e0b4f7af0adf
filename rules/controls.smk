rule take_control_bam:
    """A control is checked, then linked and indexed like the BAM of a sample."""
    input:
        bam=lambda wildcards: CONTROLS[wildcards.control].bam,
        genome=GENOME,
        genome_index=GENOME_INDEX,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        bam=out("work/controls/{control}/aligned.bam"),
        bai=out("work/controls/{control}/aligned.bam.bai"),
    log:
        log_of("take_control_bam", "control"),
    benchmark:
        benchmark_of("take_control_bam", "control")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(30),
    params:
        sources=source_digest("scripts.inputs.given_bam"),
    shell:
        "python -m scripts.inputs.given_bam --bam {input.bam:q} --genome {input.genome:q}"
        " --targets {input.targets:q} --link {output.bam:q} --index {output.bai:q}"
        " 2> >(keep_log {log:q})"


rule flt3_background:
    """What errors alone make of each codon of the kinase domain, from the controls of an assay."""
    input:
        bams=control_bams,
        bais=lambda wildcards: [f"{bam}.bai" for bam in control_bams(wildcards)],
        genome=GENOME,
        index=GENOME_INDEX,
        preflight=PREFLIGHT,
        primers=lambda wildcards: (
            SETTINGS.panel.primers if has_primers(wildcards.assay) else []
        ),
    output:
        out("controls/flt3_background.{assay}.tsv"),
    log:
        log_of("flt3_background", "assay"),
    benchmark:
        benchmark_of("flt3_background", "assay")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
    params:
        primers=lambda wildcards, input: "--primers" if input.primers else "",
        sources=source_digest("flt3itd.commands.background"),
    shell:
        "python -m flt3itd background --bam {input.bams:q} --reference {input.genome:q}"
        " --assay {wildcards.assay} {params.primers} {input.primers:q} --out {output:q}"
        " 2> >(keep_log {log:q})"
