localrules:
    take_identity_snps,


rule take_identity_snps:
    """The common SNPs fit the genome: told before anything is aligned, as of `check_annotation`."""
    input:
        snps=SETTINGS.panel.identity_snps or [],
        fasta=GENOME,
        index=GENOME_INDEX,
        preflight=PREFLIGHT,
    output:
        IDENTITY_SNPS,
    log:
        out("logs/take_identity_snps.log"),
    benchmark:
        out("benchmarks/take_identity_snps.tsv")
    priority: 100
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(15),
    params:
        build=SETTINGS.reference.build,
        sources=source_digest("scripts.identity.take_snps"),
    shell:
        "python -m scripts.identity.take_snps --snps {input.snps:q} --build {params.build}"
        " --fasta {input.fasta:q} --out {output:q} 2> >(keep_log {log:q})"


rule compare_identity:
    """Whether each sample is whose the sheet says: all samples against each other.

    The list goes through a file: thousands do not fit the command line of a program.
    """
    input:
        counts=expand(out("{sample}/identity.tsv"), sample=SAMPLES),
        coverage=expand(out("{sample}/coverage.tsv"), sample=SAMPLES),
        earlier=[
            one.file(name)
            for one in EARLIER_RUNS.values()
            if one.has("identity.tsv")
            for name in ("identity.tsv", "coverage.tsv")
        ],
    output:
        json=IDENTITY,
        pairs=out("cohort/identity.tsv"),
    log:
        out("logs/compare_identity/cohort.log"),
    benchmark:
        out("benchmarks/compare_identity/cohort.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        tubes=tubes_as_json(),
        sources=source_digest("scripts.identity.write"),
    shell:
        "python -m scripts.identity.write --tubes <(printf '%s' {params.tubes:q})"
        " --json {output.json:q} --pairs {output.pairs:q} 2> >(keep_log {log:q})"
