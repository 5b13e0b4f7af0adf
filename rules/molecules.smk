import shlex

from scripts.coverage.base_depth import depth_options


rule extract_umis:
    """The UMI of each read goes into its comment, before anything is trimmed."""
    input:
        checked=out("work/{sample}/fastq_checked.json"),
        fq1=lambda wildcards: SAMPLES[wildcards.sample].lane(wildcards.lane).fq1,
        fq2=lambda wildcards: SAMPLES[wildcards.sample].lane(wildcards.lane).fq2,
    output:
        fq1=temp(out("work/{sample}/{lane}_R1.umi.fastq.gz")),
        fq2=temp(out("work/{sample}/{lane}_R2.umi.fastq.gz")),
    log:
        log_of("extract_umis", "sample", "lane"),
    benchmark:
        benchmark_of("extract_umis", "sample", "lane")
    wildcard_constraints:
        sample=PAIRED,
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(300),
        runtime=growing(60),
    params:
        umi=lambda wildcards: SAMPLES[wildcards.sample].umi,
        given=lambda wildcards, input: shlex.join([input.fq1, input.fq2]),
        written=lambda wildcards, output: shlex.join([output.fq1, output.fq2]),
        sources=source_digest("scripts.inputs.extract_umis"),
    shell:
        "python -m scripts.inputs.extract_umis --umi {params.umi:q} --fastq {params.given}"
        " --out {params.written} 2> >(keep_log {log:q})"


use rule extract_umis as extract_umis_of_single_reads with:
    input:
        checked=out("work/{sample}/fastq_checked.json"),
        fq1=lambda wildcards: SAMPLES[wildcards.sample].lane(wildcards.lane).fq1,
    output:
        fq1=temp(out("work/{sample}/{lane}_R1.umi.fastq.gz")),
    log:
        log_of("extract_umis_of_single_reads", "sample", "lane"),
    benchmark:
        benchmark_of("extract_umis_of_single_reads", "sample", "lane")
    wildcard_constraints:
        sample=SINGLE,
    params:
        umi=lambda wildcards: SAMPLES[wildcards.sample].umi,
        given=lambda wildcards, input: shlex.quote(input.fq1),
        written=lambda wildcards, output: shlex.quote(output.fq1),
        sources=source_digest("scripts.inputs.extract_umis"),


use rule merge_lanes as merge_lanes_with_umis with:
    output:
        bam=temp(out("work/{sample}/with_copies.bam")),
        bai=temp(out("work/{sample}/with_copies.bam.bai")),
        copies=temp(out("work/{sample}/copies_by_umi.txt")),
    log:
        log_of("merge_lanes_with_umis"),
    benchmark:
        benchmark_of("merge_lanes_with_umis")
    wildcard_constraints:
        sample=one_of(set(WITH_UMIS) & set(TRIMMED_LANES)),
    params:
        tools=in_use("samtools"),
        duplicates="cat",


use rule take_bam as take_bam_with_umis with:
    output:
        bam=temp(out("work/{sample}/with_copies.bam")),
        bai=temp(out("work/{sample}/with_copies.bam.bai")),
    log:
        log_of("take_bam_with_umis"),
    benchmark:
        benchmark_of("take_bam_with_umis")
    wildcard_constraints:
        sample=one_of(set(WITH_UMIS) - set(TRIMMED_LANES)),


rule consensus:
    """One consensus pair for each molecule: families of reads with the same ends and UMI."""
    input:
        bam=out("work/{sample}/with_copies.bam"),
        bai=out("work/{sample}/with_copies.bam.bai"),
        primers=primers_of_families,
    output:
        bam=temp(out("work/{sample}/consensus.bam")),
        json=out("work/{sample}/families.json"),
    log:
        log_of("consensus"),
    benchmark:
        benchmark_of("consensus")
    wildcard_constraints:
        sample=one_of(WITH_UMIS),
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
    params:
        umi=umi_of_alignment,
        assay=assay_of,
        least=SETTINGS.molecules.minimum_family_burden,
        primers=lambda wildcards, input: "--primers" if input.primers else "",
        sources=source_digest("flt3itd.commands.consensus"),
    shell:
        "python -m flt3itd consensus --umi {params.umi:q} --bam {input.bam:q} --assay {params.assay}"
        " {params.primers} {input.primers:q} --min-family-size {params.least} --threads {threads}"
        " --no-base-tags --sample {wildcards.sample:q} --out {output.bam:q} --json {output.json:q}"
        " 2> >(keep_log {log:q})"


rule align_consensus:
    """Molecules are aligned like reads, with their tags; none is marked as a copy afterwards."""
    input:
        reads=out("work/{sample}/consensus.bam"),
        genome=GENOME,
        index=BWA_INDEX,
    output:
        bam=out("work/{sample}/aligned.bam"),
        bai=out("work/{sample}/aligned.bam.bai"),
    log:
        log_of("align_consensus"),
    benchmark:
        benchmark_of("align_consensus")
    wildcard_constraints:
        sample=one_of(WITH_UMIS),
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 4
    resources:
        mem_mb=growing(10000),
        runtime=growing(240),
    params:
        tools=in_use("bwa", "samtools"),
        read_group=lambda wildcards: read_group_of(wildcards.sample, "consensus"),
    shell:
        "( samtools fastq -T RX,MI,cD,cM,cE,aD,bD {input.reads:q}"
        " | bwa mem -p -C -Y -K 100000000 -t {threads} -R {params.read_group:q} {input.genome:q} -"
        " | samtools fixmate -u -m - -"
        " | samtools sort -@ {threads} -m 500M -T {output.bam:q}.sorting --write-index"
        " -o {output.bam:q}##idx##{output.bai:q} - ) 2> {log:q}"


rule depth_with_copies:
    """Fragments over every base of the targets before families were joined: the raw depth."""
    input:
        bam=out("work/{sample}/with_copies.bam"),
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        out("work/{sample}/depth_with_copies.tsv"),
    log:
        log_of("depth_with_copies"),
    benchmark:
        benchmark_of("depth_with_copies")
    wildcard_constraints:
        sample=one_of(WITH_UMIS),
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(30),
    params:
        tools=in_use("samtools"),
        counted=lambda wildcards: depth_options(assay_of(wildcards)),
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
    shell:
        "samtools depth {params.counted} -Q {params.mapping_quality} -b {input.targets:q}"
        " -o {output:q} {input.bam:q} 2> {log:q}"
