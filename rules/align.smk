import shlex


rule check_fastq:
    """The files of every lane are whole and pair up: fastp would lose what is damaged silently."""
    input:
        fastq=sample_fastqs,
        preflight=PREFLIGHT,
    output:
        out("work/{sample}/fastq_checked.json"),
    log:
        log_of("check_fastq"),
    benchmark:
        benchmark_of("check_fastq")
    wildcard_constraints:
        sample=GIVEN_AS_FASTQ,
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(300),
        runtime=growing(30),
    params:
        lanes=lambda wildcards: " ".join(
            f"--lane {shlex.join(lane.files)}"
            for lane in SAMPLES[wildcards.sample].lanes
        ),
        sources=source_digest("scripts.inputs.check_fastq"),
    shell:
        "python -m scripts.inputs.check_fastq --out {output:q} {params.lanes} 2> >(keep_log {log:q})"


rule trim_reads:
    """Adapters are cut by their sequence only. Cutting by the overlap of the mates would shorten
    fragments that lie in a tandem duplication, where mates also overlap one copy further on.
    fastp stops without an error at what it cannot read, so what it read is counted.
    """
    input:
        checked=out("work/{sample}/fastq_checked.json"),
        fq1=lane_reads(1),
        fq2=lane_reads(2),
    output:
        fq1=temp(out("work/{sample}/{lane}_R1.trimmed.fastq.gz")),
        fq2=temp(out("work/{sample}/{lane}_R2.trimmed.fastq.gz")),
        json=out("work/{sample}/{lane}.fastp.json"),
    log:
        log_of("trim_reads", "sample", "lane"),
    benchmark:
        benchmark_of("trim_reads", "sample", "lane")
    wildcard_constraints:
        sample=PAIRED,
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        tools=in_use("fastp"),
        mates=lambda wildcards, input, output: (
            f"--in2 {shlex.quote(input.fq2)} --out2 {shlex.quote(output.fq2)}"
            f" --adapter_sequence_r2 {SETTINGS.trimming.adapter_read2}"
            " --overlap_len_require 100000"
        ),
        given=lambda wildcards: shlex.join(
            SAMPLES[wildcards.sample].lane(wildcards.lane).files
        ),
        trimmed=lambda wildcards, output: shlex.join([output.fq1, output.fq2]),
        adapter=SETTINGS.trimming.adapter_read1,
        minimum_length=SETTINGS.trimming.minimum_read_length,
        sources=source_digest("scripts.inputs.trimming"),
    shell:
        "fastp --in1 {input.fq1:q} --out1 {output.fq1:q} --adapter_sequence {params.adapter}"
        " {params.mates} --json {output.json:q} --html /dev/null --thread {threads} --compression 1"
        " --dont_eval_duplication --cut_tail --cut_tail_window_size 4 --cut_tail_mean_quality 15"
        " --length_required {params.minimum_length} 2> {log:q};"
        " python -m scripts.inputs.trimming --checked {input.checked:q} --report {output.json:q}"
        " --fastq {params.given} --trimmed {params.trimmed} 2> >(tell_log -a {log:q})"


use rule trim_reads as trim_single_reads with:
    input:
        checked=out("work/{sample}/fastq_checked.json"),
        fq1=lane_reads(1),
    output:
        fq1=temp(out("work/{sample}/{lane}_R1.trimmed.fastq.gz")),
        json=out("work/{sample}/{lane}.fastp.json"),
    log:
        log_of("trim_single_reads", "sample", "lane"),
    benchmark:
        benchmark_of("trim_single_reads", "sample", "lane")
    wildcard_constraints:
        sample=SINGLE,
    params:
        tools=in_use("fastp"),
        mates="",
        given=lambda wildcards: shlex.join(
            SAMPLES[wildcards.sample].lane(wildcards.lane).files
        ),
        trimmed=lambda wildcards, output: shlex.quote(output.fq1),
        adapter=SETTINGS.trimming.adapter_read1,
        minimum_length=SETTINGS.trimming.minimum_read_length,
        sources=source_digest("scripts.inputs.trimming"),


rule align_lane:
    """Soft clips are kept on supplementary alignments too (-Y); mates know of each other."""
    input:
        reads=trimmed_fastqs,
        genome=GENOME,
        index=BWA_INDEX,
        annotation_checked=ancient(ANNOTATION_CHECKED),
    output:
        temp(out("work/{sample}/{lane}.bam")),
    log:
        log_of("align_lane", "sample", "lane"),
    benchmark:
        benchmark_of("align_lane", "sample", "lane")
    wildcard_constraints:
        sample=ALIGNED_HERE,
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
        read_group=read_group,
        comments=lambda wildcards: "-C" if wildcards.sample in WITH_UMIS else "",
    shell:
        "( bwa mem {params.comments} -Y -K 100000000 -t {threads} -R {params.read_group:q}"
        " {input.genome:q} {input.reads:q}"
        " | samtools fixmate -u -m - -"
        " | samtools sort -@ {threads} -m 500M -T {output:q}.sorting -o {output:q} - ) 2> {log:q}"


rule merge_lanes:
    """One BAM for a sample. Capture fragments that are copies of one molecule are marked;
    amplicon fragments share their ends by design, so marking would throw nearly all away, and
    single reads show one end alone, which at high depth many molecules share. How many copies there
    are, and how many of them are of one cluster on the flow cell, is told in copies.txt.
    """
    input:
        lanes=lane_bams,
    output:
        bam=out("work/{sample}/aligned.bam"),
        bai=out("work/{sample}/aligned.bam.bai"),
        copies=out("work/{sample}/copies.txt"),
    log:
        log_of("merge_lanes"),
    benchmark:
        benchmark_of("merge_lanes")
    wildcard_constraints:
        sample=MERGED_HERE,
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 2
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        tools=in_use("samtools"),
        duplicates=lambda wildcards, output: (
            f"samtools markdup -u -d {OPTICAL_DISTANCE} -s -f {shlex.quote(output.copies)}"
            f" -T {shlex.quote(output.bam)}.marking - -"
            if marks_copies(SAMPLES[wildcards.sample])
            else "cat"
        ),
    shell:
        ": > {output.copies:q};"
        " ( samtools merge -u -c -o - {input.lanes:q} | {params.duplicates}"
        " | samtools view -@ {threads} -b --write-index -o {output.bam:q}##idx##{output.bai:q} - )"
        " 2> {log:q}"


rule take_bam:
    """A BAM that is given is checked, then linked and indexed here; its own folder is not touched."""
    input:
        bam=lambda wildcards: SAMPLES[wildcards.sample].bam,
        genome=GENOME,
        genome_index=GENOME_INDEX,
        targets=SETTINGS.panel.targets,
        preflight=PREFLIGHT,
    output:
        bam=out("work/{sample}/aligned.bam"),
        bai=out("work/{sample}/aligned.bam.bai"),
    log:
        log_of("take_bam"),
    benchmark:
        benchmark_of("take_bam")
    wildcard_constraints:
        sample=GIVEN_AS_BAM,
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


rule join_lanes:
    """Of reads that go to flt3itd as they are, one file for each mate."""
    input:
        checked=out("work/{sample}/fastq_checked.json"),
        fastq=lambda wildcards: [
            lane.files[int(wildcards.mate) - 1]
            for lane in SAMPLES[wildcards.sample].lanes
        ],
    output:
        temp(out("work/{sample}/all_R{mate}.fastq.gz")),
    log:
        log_of("join_lanes", "sample", "mate"),
    benchmark:
        benchmark_of("join_lanes", "sample", "mate")
    wildcard_constraints:
        sample=SPREAD_OVER_LANES,
        mate="[12]",
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(300),
        runtime=growing(60),
    shell:
        "gzip -cdf {input.fastq:q} 2> {log:q} | gzip -1 > {output:q} 2>> {log:q}"


rule without_panel_reads:
    """A BAM of the genome without a record: all that long reads and RNA show to the panel and to
    coverage, and to KMT2A without an alignment. Each says why it has no answer.
    """
    input:
        GENOME_INDEX,
    output:
        bam=out("work/{sample}/no_reads.bam"),
        bai=out("work/{sample}/no_reads.bam.bai"),
    log:
        log_of("without_panel_reads"),
    benchmark:
        benchmark_of("without_panel_reads")
    wildcard_constraints:
        sample=WITHOUT_PANEL,
    conda:
        "../envs/align.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(300),
        runtime=growing(5),
    params:
        tools=in_use("samtools"),
        sample=lambda wildcards: shlex.quote(wildcards.sample),
    shell:
        "( printf '@HD\\tVN:1.6\\tSO:coordinate\\n@RG\\tID:%s\\tSM:%s\\n'"
        " {params.sample} {params.sample};"
        " sed -E 's/^([^\\t]+)\\t([0-9]+).*/@SQ\\tSN:\\1\\tLN:\\2/' {input:q} )"
        " | samtools view -b --write-index -o {output.bam:q}##idx##{output.bai:q} - 2> {log:q}"
