from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


include: "rules/common.smk"
include: "rules/reference.smk"
include: "rules/simulate.smk"
include: "rules/align.smk"
include: "rules/qc.smk"
include: "rules/primers.smk"
include: "rules/controls.smk"
include: "rules/flt3.smk"
include: "rules/panel.smk"
include: "rules/carry_over.smk"
include: "rules/coverage.smk"
include: "rules/molecules.smk"
include: "rules/kmt2a.smk"
include: "rules/answers.smk"
include: "rules/identity.smk"
include: "rules/report.smk"
include: "rules/exchange.smk"
include: "rules/run_quality.smk"
include: "rules/patient.smk"
include: "rules/cohort.smk"
include: "rules/paper.smk"


rule all:
    input:
        all_reports(),
