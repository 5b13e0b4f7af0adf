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
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.panel.primer_sites"),
    shell:
        "python -m scripts.panel.primer_sites --primers {input.primers:q} --fasta {input.genome:q}"
        " --targets {input.targets:q} --out {output:q} 2> >(tee {log:q} >&2)"


rule cut_primers:
    """Amplicon reads without the bases of their own primers: those are the oligonucleotide's.

    A read loses a primer that it begins with (read 2 the right one), or reaches at its other end.
    --hard-clip: a clipped base would still be compared with haplotypes.
    """
    input:
        bam=sample_bam,
        bai=sample_bai,
        primers=out("work/primers.bed"),
    output:
        bam=temp(out("work/{sample}/without_primers.bam")),
        bai=temp(out("work/{sample}/without_primers.bam.bai")),
    log:
        log_of("cut_primers"),
    benchmark:
        benchmark_of("cut_primers")
    conda:
        "../envs/align.yaml"
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        tools=in_use("samtools"),
    shell:
        "( samtools ampliconclip --strand --both-ends --hard-clip -u -b {input.primers:q}"
        " {input.bam:q}"
        " | samtools collate -u -O - {output.bam:q}.collating"
        " | samtools fixmate -u - -"
        " | samtools sort -@ {threads} -m 500M -T {output.bam:q}.sorting --write-index"
        " -o {output.bam:q}##idx##{output.bai:q} - ) 2> {log:q}"


use rule cut_primers as cut_control_primers with:
    input:
        bam=out("work/controls/{control}/aligned.bam"),
        bai=out("work/controls/{control}/aligned.bam.bai"),
        primers=out("work/primers.bed"),
    output:
        bam=temp(out("work/controls/{control}/without_primers.bam")),
        bai=temp(out("work/controls/{control}/without_primers.bam.bai")),
    log:
        log_of("cut_control_primers", "control"),
    benchmark:
        benchmark_of("cut_control_primers", "control")
