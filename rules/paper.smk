rule print_report:
    """A page as PDF beside it, where the configuration asks for it. Chromium is that of PATH."""
    input:
        out("{page}.html"),
    output:
        out("{page}.pdf"),
    log:
        log_of("print_report", "page"),
    benchmark:
        benchmark_of("print_report", "page")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        sources=source_digest("scripts.report.paper"),
    shell:
        "python -m scripts.report.paper --page {input:q} --pdf {output:q} 2> >(keep_log {log:q})"
