import shlex


rule alignment_stats:
    """Long reads and RNA in FASTQ are counted without an alignment."""
    input:
        unpack(flt3_reads),
    output:
        out("work/{sample}/stats.txt"),
    log:
        log_of("alignment_stats"),
    benchmark:
        benchmark_of("alignment_stats")
    conda:
        "../envs/align.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        tools=in_use("samtools"),
        command=lambda wildcards, input: (
            f"samtools import {unaligned_files(input.fastq)} | samtools stats -"
            if "fastq" in input.keys()
            else f"samtools stats {shlex.quote(input.bam)}"
        ),
    shell:
        "( {params.command} ) > {output:q} 2> {log:q}"
