rule genotype_variants:
    """The panel variants of each sample of a patient, looked for in the others."""
    input:
        panels=patient_files("{sample}/panel.tsv"),
        flt3=patient_files("work/{sample}/flt3.json"),
        reads=patient_files("work/{sample}/target_reads.json"),
        bams=lambda wildcards: map(panel_reads, PATIENTS[wildcards.patient]),
        bais=lambda wildcards: [
            f"{panel_reads(sample)}.bai" for sample in PATIENTS[wildcards.patient]
        ],
        earlier_panels=earlier_files("panel.tsv"),
        earlier_flt3=earlier_files("flt3.json"),
        tables=tables_of_runs,
        genome=GENOME,
        index=GENOME_INDEX,
    output:
        out("patients/{patient}/genotypes.tsv"),
    log:
        log_of("genotype_variants", "patient"),
    benchmark:
        benchmark_of("genotype_variants", "patient")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        samples=lambda wildcards: [s.name for s in PATIENTS[wildcards.patient]],
        assays=lambda wildcards: [s.assay for s in PATIENTS[wildcards.patient]],
        depth=SETTINGS.thresholds.minimum_depth,
        fragments=SETTINGS.thresholds.minimum_alternate_fragments,
        family=SETTINGS.molecules.minimum_family_residual,
        runs=runs_of_patient,
        share=SETTINGS.molecules.carry_over_share,
        mapping_quality=SETTINGS.thresholds.minimum_mapping_quality,
        base_quality=SETTINGS.thresholds.minimum_base_quality,
        sources=source_digest("scripts.patient.genotypes"),
    shell:
        "python -m scripts.patient.genotypes --samples {params.samples:q} --assays {params.assays:q}"
        " --patient {wildcards.patient:q} --runs-of {params.runs:q} --tables {input.tables:q}"
        " --share {params.share} --panels {input.panels:q} --earlier-panels {input.earlier_panels:q}"
        " --earlier-flt3 {input.earlier_flt3:q}"
        " --flt3 {input.flt3:q} --bams {input.bams:q} --reads {input.reads:q} --fasta {input.genome:q}"
        " --minimum-depth {params.depth} --minimum-alternate-fragments {params.fragments}"
        " --minimum-family {params.family} --minimum-mapping-quality {params.mapping_quality}"
        " --minimum-base-quality {params.base_quality} --out {output:q} 2> >(keep_log {log:q})"


rule drug_controls:
    """How the control plates respond to each drug: scored once, for all patients."""
    input:
        files_of(CONTROL_PLATES),
    output:
        out("work/drug_controls.json"),
    log:
        out("logs/drug_controls/controls.log"),
    benchmark:
        out("benchmarks/drug_controls/controls.tsv")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        plates=rows_of(CONTROL_PLATES),
        sources=source_digest("scripts.drug_response.controls"),
    shell:
        "python -m scripts.drug_response.controls --plates {params.plates:q} --out {output:q}"
        " 2> >(keep_log {log:q})"


rule drug_response:
    """Curves, sensitivity and synergy of the drugs that a patient's cells were tested with."""
    input:
        plates=lambda wildcards: files_of(plates_of(wildcards.patient)),
        controls=rules.drug_controls.output if CONTROL_PLATES else [],
    output:
        json=out("patients/{patient}/drug_response.json"),
        tsv=out("patients/{patient}/drug_response.tsv"),
    log:
        log_of("drug_response", "patient"),
    benchmark:
        benchmark_of("drug_response", "patient")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        folder=lambda wildcards, output: output.tsv.removesuffix("drug_response.tsv"),
        plates=lambda wildcards: rows_of(plates_of(wildcards.patient)),
        controls="--controls" if CONTROL_PLATES else "",
        sources=source_digest("scripts.drug_response.write"),
    shell:
        "python -m scripts.drug_response.write --patient {wildcards.patient:q}"
        " --plates {params.plates:q} {params.controls} {input.controls:q}"
        " --out {params.folder:q} 2> >(keep_log {log:q})"


rule write_patient:
    """Every alteration of a patient over the timepoints: for machines, as rows, for people."""
    input:
        reports=patient_files("{sample}/report.json"),
        earlier=earlier_files("report.json"),
        genotypes=out("patients/{patient}/genotypes.tsv"),
        drug_response=drug_response_of,
    output:
        json=out("patients/{patient}/report.json"),
        tsv=out("patients/{patient}/followup.tsv"),
        html=report(
            out("patients/{patient}/report.html"),
            caption="captions/patient.rst",
            category="Patients",
            labels={"patient": "{patient}"},
        ),
    log:
        log_of("write_patient", "patient"),
    benchmark:
        benchmark_of("write_patient", "patient")
    conda:
        "../envs/flt3itd.yaml"
    container:
        IMAGE
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(10),
    params:
        folder=lambda wildcards, output: output.tsv.removesuffix("followup.tsv"),
        ranks=ranks_of,
        clinical=clinical_of,
        drug_response=lambda wildcards, input: (
            "--drug-response" if input.drug_response else ""
        ),
        sources=source_digest("scripts.patient.write"),
    shell:
        "python -m scripts.patient.write --patient {wildcards.patient:q} --ranks {params.ranks:q}"
        " --clinical {params.clinical:q} --genotypes {input.genotypes:q} --out {params.folder:q}"
        " {params.drug_response} {input.drug_response:q}"
        " --reports {input.reports:q} --earlier {input.earlier:q} 2> >(keep_log {log:q})"
