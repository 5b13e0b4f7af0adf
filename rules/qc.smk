import shlex

from flt3itd.reads.alignment import skipped_flags
from scripts.coverage.base_depth import depth_options


rule alignment_stats:
    """What samtools says of the alignment: statistics, depth at each base of the targets, reads there.

    `on_target` has two numbers: reads that touch a target, and all that are mapped; secondary
    records and copies aside. Long reads and RNA in FASTQ have statistics only.
    """
    input:
        unpack(flt3_reads),
        panel_bam=panel_bam,
        panel_bai=panel_bai,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        stats=out("work/{sample}/stats.txt"),
        depth=out("work/{sample}/depth.tsv"),
        on_target=out("work/{sample}/on_target.txt"),
    log:
        log_of("alignment_stats"),
    benchmark:
        benchmark_of("alignment_stats")
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
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
        counted=lambda wildcards: depth_options(assay_of(wildcards)),
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        no_read=skipped_flags("capture", unmapped=True),
    shell:
        "( {params.command} > {output.stats:q}"
        " && samtools depth {params.counted} -Q {params.mapping_quality} -b {input.targets:q}"
        " -o {output.depth:q} {input.panel_bam:q}"
        " && samtools view -c -F {params.no_read} -L {input.targets:q} {input.panel_bam:q} > {output.on_target:q}"
        " && samtools view -c -F {params.no_read} {input.panel_bam:q} >> {output.on_target:q} ) 2> {log:q}"
