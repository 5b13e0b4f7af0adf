from scripts.inputs.simulation import FASTQ_FOLDER, simulated_names

if SETTINGS.simulation is not None:

    rule simulate_reads:
        """Ordinary FASTQ files of a sample whose haplotypes are known."""
        input:
            reference=SETTINGS.reference.fasta,
            simulation=SETTINGS.simulation,
            targets=SETTINGS.panel.targets,
        output:
            fq1=f"{FASTQ_FOLDER}/{{sample}}_R1.fastq.gz",
            fq2=f"{FASTQ_FOLDER}/{{sample}}_R2.fastq.gz",
            truth=f"{FASTQ_FOLDER}/{{sample}}_truth.tsv",
        log:
            log_of("simulate_reads"),
        benchmark:
            benchmark_of("simulate_reads")
        wildcard_constraints:
            sample=one_of(simulated_names(SETTINGS.simulation)),
        conda:
            "../envs/flt3itd.yaml"
        container:
            IMAGE
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(10),
        params:
            seed=1,
            umi=simulated_umi,
            sources=source_digest("flt3itd.commands.simulate"),
        shell:
            "python -m flt3itd simulate --reference {input.reference:q}"
            " --simulation {input.simulation:q} --sample {wildcards.sample:q}"
            " --targets {input.targets:q} --seed {params.seed} {params.umi}"
            " --out1 {output.fq1:q} --out2 {output.fq2:q} --truth {output.truth:q}"
            " 2> >(keep_log {log:q})"
