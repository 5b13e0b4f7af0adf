from pathlib import Path


rule write_exchange:
    """A sample's report in open formats, where the configuration asks for them."""
    input:
        report=out("{sample}/report.json"),
        itd=out("{sample}/itd.vcf.gz"),
        panel=out("{sample}/panel.vcf.gz"),
        genome=GENOME,
        index=GENOME_INDEX,
    output:
        [out(f"{{sample}}/exchange/{name}") for name in EXCHANGED],
    log:
        log_of("write_exchange"),
    benchmark:
        benchmark_of("write_exchange")
    conda:
        "../envs/exchange.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        folder=lambda wildcards, output: str(Path(output[0]).parent),
        sources=source_digest("scripts.exchange.write"),
    shell:
        "python -m scripts.exchange.write --report {input.report:q} --itd {input.itd:q}"
        " --panel {input.panel:q} --fasta {input.genome:q} --out {params.folder:q}"
        " 2> >(keep_log {log:q})"


rule describe_run:
    """The results of the run as an RO-Crate. The list goes through a file: it may be long."""
    input:
        results_of_run(),
    output:
        out(CRATE),
    log:
        out("logs/describe_run.log"),
    benchmark:
        out("benchmarks/describe_run.tsv")
    conda:
        "../envs/exchange.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        configuration=CONFIG_FILES,
        sources=source_digest("scripts.exchange.describe_run"),
    shell:
        "python -m scripts.exchange.describe_run --files <(printf '%s\\n' {input:q})"
        ' --results "$(dirname {output:q})" --configuration {params.configuration:q}'
        " --out {output:q} 2> >(keep_log {log:q})"
