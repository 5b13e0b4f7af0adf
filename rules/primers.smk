localrules:
    primer_sites,


rule primer_sites:
    """Where the primers of the amplicon samples lie on the genome."""
    input:
        primers=SETTINGS.panel.primers or [],
        genome=GENOME,
        index=GENOME_INDEX,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        out("work/primers.bed"),
    log:
        out("logs/primer_sites.log"),
    benchmark:
        out("benchmarks/primer_sites.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.panel.primer_sites"),
    shell:
        "python -m scripts.panel.primer_sites --primers {input.primers:q} --fasta {input.genome:q}"
        " --targets {input.targets:q} --out {output:q} 2> >(keep_log {log:q})"


rule hide_primers:
    """Amplicon reads with a base quality of 0 for their own primers: those are the oligonucleotide's.

    Of a read that is the primer that it begins with (read 2 the right one), or reaches at its other
    end. Its bases stay aligned: a change right behind the primer is anchored by them. They are
    kept: a threshold that only judges would have them made again, and all calls with them.
    """
    input:
        bam=sample_bam,
        bai=sample_bai,
        primers=out("work/primers.bed"),
        genome=GENOME,
    output:
        bam=out("work/{sample}/primers_hidden.bam"),
        bai=out("work/{sample}/primers_hidden.bam.bai"),
    log:
        log_of("hide_primers"),
    benchmark:
        benchmark_of("hide_primers")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        sources=source_digest("scripts.panel.hide_primers"),
    shell:
        "python -m scripts.panel.hide_primers --bam {input.bam:q} --primers {input.primers:q}"
        " --fasta {input.genome:q} --out {output.bam:q} --index {output.bai:q}"
        " 2> >(keep_log {log:q})"


use rule hide_primers as hide_control_primers with:
    input:
        bam=out("work/controls/{control}/aligned.bam"),
        bai=out("work/controls/{control}/aligned.bam.bai"),
        primers=out("work/primers.bed"),
        genome=GENOME,
    output:
        bam=temp(out("work/controls/{control}/primers_hidden.bam")),
        bai=temp(out("work/controls/{control}/primers_hidden.bam.bai")),
    log:
        log_of("hide_control_primers", "control"),
    benchmark:
        benchmark_of("hide_control_primers", "control")
