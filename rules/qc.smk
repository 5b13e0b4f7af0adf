rule alignment_stats:
    input:
        bam=sample_bam,
        bai=sample_bai,
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
    shell:
        "samtools stats {input.bam:q} > {output:q} 2> {log:q}"
