import shlex


rule call_flt3:
    """FLT3 internal tandem duplications and kinase domain mutations.

    Long reads and RNA in FASTQ are read as they are; all others are aligned.
    ITDs of the patient's earlier timepoints are counted whatever the thresholds. Whether there are
    fragments enough for an answer on ITDs is judged later (`judge_sample`): here, one is.
    """
    input:
        unpack(flt3_reads),
        genome=GENOME,
        index=GENOME_INDEX,
        preflight=PREFLIGHT,
        known=earlier_itds,
        primers=primers_of,
        families=families_of("work/{sample}/families.json"),
        background=control_table("flt3_background", SETTINGS.controls.flt3_background),
    output:
        vcf=out("work/{sample}/called/itd.vcf.gz"),
        tbi=out("work/{sample}/called/itd.vcf.gz.tbi"),
        tsv=out("work/{sample}/called/flt3.tsv"),
        json=out("work/{sample}/called/flt3.json"),
        junctions=out("work/{sample}/junctions.json"),
    log:
        log_of("call_flt3"),
    benchmark:
        benchmark_of("call_flt3")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        prefix=lambda wildcards, output: output.tsv.removesuffix("flt3.tsv"),
        assay=assay_of,
        reads=lambda wildcards, input: (
            shlex.join(["--reference", input.genome, "--fastq", *input.fastq])
            if "fastq" in input.keys()
            else shlex.join(
                [
                    "--bam",
                    input.bam,
                    "--reference",
                    input.genome,
                    *as_aligned(wildcards),
                ]
            )
        ),
        mutant_fragments=SETTINGS.flt3.minimum_mutant_fragments,
        tkd_depth=SETTINGS.flt3.minimum_tkd_depth,
        build=SETTINGS.reference.build,
        molecules=input_of,
        family=SETTINGS.molecules.minimum_family_residual,
        primers=lambda wildcards, input: "--primers" if input.primers else "",
        families=lambda wildcards, input: "--families" if input.families else "",
        known=lambda wildcards, input: "--known" if input.known else "",
        background=lambda wildcards, input: ("--background" if input.background else ""),
        sources=source_digest("flt3itd.commands.call"),
    shell:
        "python -m flt3itd call {params.reads}"
        " --build {params.build} --sample {wildcards.sample:q} --assay {params.assay}"
        " {params.molecules} --residual-family-size {params.family} --out {params.prefix:q}"
        " --min-mutant-fragments {params.mutant_fragments} --min-depth 1"
        " --min-tkd-depth {params.tkd_depth} {params.primers} {input.primers:q}"
        " {params.families} {input.families:q}"
        " {params.known} {input.known:q} {params.background} {input.background:q}"
        " --json {output.json:q} --junctions {output.junctions:q}"
        " 2> >(keep_log {log:q})"
