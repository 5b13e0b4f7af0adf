from pathlib import Path


rule list_run:
    """What the samples of a sequencing run show, for a look at each other."""
    input:
        flt3=run_files("work/{sample}/called/flt3.json"),
        panels=run_files("work/{sample}/called/panel.tsv"),
        families=families_of_run,
    output:
        out("work/runs/{run}.tsv"),
    log:
        log_of("list_run", "run"),
    benchmark:
        benchmark_of("list_run", "run")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        patients=lambda wildcards: [
            sample.patient for sample in samples_of_run(wildcards.run)
        ],
        sources=source_digest("scripts.carry_over.list_run"),
    shell:
        "python -m scripts.carry_over.list_run --run {wildcards.run:q}"
        " --patients {params.patients:q} --flt3 {input.flt3:q} --panels {input.panels:q}"
        " --families {input.families:q} --out {output:q} 2> >(keep_log {log:q})"


rule hold_back_carry_over:
    """The results of a sample, in which molecules of other patients on its run are held back.

    Calls are compared, and nothing is called again. What the patient's other samples have by
    themselves is the patient's own.
    """
    input:
        flt3=same_patient("work/{sample}/called/flt3.json"),
        panels=same_patient("work/{sample}/called/panel.tsv"),
        earlier_panels=earlier_files("panel.tsv"),
        tables=tables_of_runs,
        itd_vcf=out("work/{sample}/called/itd.vcf.gz"),
        panel_vcf=out("work/{sample}/called/panel.vcf.gz"),
    output:
        vcf=out("{sample}/itd.vcf.gz"),
        tbi=out("{sample}/itd.vcf.gz.tbi"),
        tsv=out("{sample}/flt3.tsv"),
        json=out("work/{sample}/flt3.json"),
        panel_vcf=out("{sample}/panel.vcf.gz"),
        panel_tbi=out("{sample}/panel.vcf.gz.tbi"),
        panel=out("{sample}/panel.tsv"),
    log:
        log_of("hold_back_carry_over"),
    benchmark:
        benchmark_of("hold_back_carry_over")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        folder=lambda wildcards, output: str(Path(output.tsv).parent),
        patient=lambda wildcards: SAMPLES[wildcards.sample].patient,
        samples=lambda wildcards: [one.name for one in patient_of(wildcards)],
        runs=runs_of_patient,
        share=SETTINGS.molecules.carry_over_share,
        sources=source_digest("scripts.carry_over.mark"),
    shell:
        "python -m scripts.carry_over.mark --sample {wildcards.sample:q}"
        " --patient {params.patient:q} --samples {params.samples:q} --runs-of {params.runs:q}"
        " --flt3 {input.flt3:q} --panels {input.panels:q}"
        " --earlier-panels {input.earlier_panels:q} --tables {input.tables:q}"
        " --share {params.share} --itd-vcf {input.itd_vcf:q} --panel-vcf {input.panel_vcf:q}"
        " --out-flt3 {output.json:q} --out {params.folder:q} 2> >(keep_log {log:q})"
