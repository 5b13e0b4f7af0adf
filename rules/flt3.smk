rule call_flt3:
    """FLT3 internal tandem duplications and kinase domain mutations.

    ITDs of the patient's earlier timepoints are counted whatever the thresholds.
    """
    input:
        bam=sample_bam,
        bai=sample_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        preflight=PREFLIGHT,
        known=earlier_itds,
        primers=primers_of,
        background=control_table("flt3_background", SETTINGS.controls.flt3_background),
    output:
        vcf=out("{sample}/itd.vcf.gz"),
        tbi=out("{sample}/itd.vcf.gz.tbi"),
        tsv=out("{sample}/flt3.tsv"),
        json=out("{sample}/flt3.json"),
    log:
        log_of("call_flt3"),
    benchmark:
        benchmark_of("call_flt3")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        prefix=lambda wildcards, output: output.tsv.removesuffix("flt3.tsv"),
        assay=assay_of,
        mutant_fragments=SETTINGS.flt3.minimum_mutant_fragments,
        itd_depth=SETTINGS.flt3.minimum_itd_depth,
        tkd_depth=SETTINGS.flt3.minimum_tkd_depth,
        primers=lambda wildcards, input: "--primers" if input.primers else "",
        known=lambda wildcards, input: "--known" if input.known else "",
        background=lambda wildcards, input: ("--background" if input.background else ""),
        sources=source_digest("flt3itd.commands.call"),
    shell:
        "python -m flt3itd call --bam {input.bam:q} --reference {input.genome:q}"
        " --sample {wildcards.sample:q} --assay {params.assay} --out {params.prefix:q}"
        " --min-mutant-fragments {params.mutant_fragments} --min-depth {params.itd_depth}"
        " --min-tkd-depth {params.tkd_depth} {params.primers} {input.primers:q}"
        " {params.known} {input.known:q} {params.background} {input.background:q}"
        " 2> >(tee {log:q} >&2)"


rule pile_up_junctions:
    """The reads over the junction of each ITD, for a picture in the report."""
    input:
        bam=sample_bam,
        bai=sample_bai,
        vcf=out("{sample}/itd.vcf.gz"),
        tbi=out("{sample}/itd.vcf.gz.tbi"),
        genome=GENOME,
        index=GENOME_INDEX,
    output:
        out("work/{sample}/junctions.json"),
    log:
        log_of("pile_up_junctions"),
    benchmark:
        benchmark_of("pile_up_junctions")
    conda:
        "../envs/flt3itd.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        assay=assay_of,
        sources=source_digest("scripts.report.junction_reads"),
    shell:
        "python -m scripts.report.junction_reads --bam {input.bam:q} --vcf {input.vcf:q}"
        " --reference {input.genome:q} --assay {params.assay} --out {output:q}"
        " 2> >(tee {log:q} >&2)"
