rule call_flt3:
    """FLT3 internal tandem duplications and kinase domain mutations."""
    input:
        bam=sample_bam,
        bai=sample_bai,
        genome=GENOME,
        index=GENOME_INDEX,
        preflight=PREFLIGHT,
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
        sources=source_digest("flt3itd"),
    shell:
        "python -m flt3itd call --bam {input.bam:q} --reference {input.genome:q}"
        " --sample {wildcards.sample:q} --assay {params.assay} --out {params.prefix:q}"
        " 2> >(tee {log:q} >&2)"
