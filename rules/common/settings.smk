import sys
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.classification.tables import table_files
from scripts.drug_response.plates import check_plates
from scripts.earlier.sheet import read_earlier
from scripts.exchange.packages import require_packages
from scripts.genome.targets import chunk_count
from scripts.inputs.clinical import read_clinical, with_sampling_dates
from scripts.inputs.clinical_rows import ClinicalKind
from scripts.inputs.comments import read_comments
from scripts.inputs.controls import read_controls
from scripts.inputs.drug_response import plates_left_out, read_drug_response
from scripts.inputs.igv_js import check_igv_js, require_igv_reports
from scripts.inputs.samples import blasts_like_fractions, read_samples
from scripts.inputs.settings import check_adapters, check_files, read_settings
from scripts.inputs.simulation import simulated_fastqs
from scripts.inputs.yaml_text import check_yaml
from scripts.patient.timepoints import (
    check_sampling_dates,
    days_unlike_dates,
    earlier_samples,
    enrolments_without_samples,
    samples_by_patient,
    samples_in_time,
    timepoint_ranks,
)
from scripts.report.paper import require_chromium
from scripts.workflow.environment import require_conda
from scripts.workflow.panel_tables import check_panel_tables
from snakemake.settings.types import DeploymentMethod

# A file given with --configfile is a whole configuration: nothing of the example mixes in.
CONFIG_FILES = ", ".join(
    map(str, workflow.overwrite_configfiles or ["config/config.yaml"])
)
WHOLE_CONFIG = (
    workflow.config_settings.overwrite_config
    if workflow.overwrite_configfiles
    else config
)

try:
    for file in workflow.overwrite_configfiles or ["config/config.yaml"]:
        check_yaml(Path(file))
    SETTINGS = read_settings(WHOLE_CONFIG, source=CONFIG_FILES)
    check_files(SETTINGS, source=CONFIG_FILES)
    # Not more parts than the targets can be cut into.
    PANEL_CHUNKS = range(
        chunk_count(Path(SETTINGS.panel.targets), SETTINGS.panel.chunks)
    )
    check_panel_tables(
        SETTINGS.panel,
        SETTINGS.controls,
        SETTINGS.reference.build,
        source=CONFIG_FILES,
    )
    SAMPLES = read_samples(
        Path(SETTINGS.samples),
        made_later=simulated_fastqs(SETTINGS.simulation),
        output=SETTINGS.output,
    )
    if any(lane.fq2 for sample in SAMPLES.values() for lane in sample.lanes):
        check_adapters(SETTINGS.trimming, source=CONFIG_FILES)
    EARLIER_RUNS = read_earlier(
        SETTINGS.earlier,
        {sample.patient for sample in SAMPLES.values()},
        SAMPLES,
        SETTINGS.reference.build,
    )
    TIMED = {**EARLIER_RUNS, **SAMPLES}
    RANKS = timepoint_ranks(TIMED)
    EARLIER = earlier_samples(TIMED)
    PATIENTS = samples_by_patient(SAMPLES)
    CLINICAL = with_sampling_dates(
        read_clinical(SETTINGS.clinical, samples_in_time(TIMED, RANKS)),
        TIMED.values(),
    )
    check_sampling_dates(CLINICAL, TIMED, RANKS)
    if workflow.is_main_process:
        for warning in (
            *days_unlike_dates(CLINICAL, TIMED, RANKS),
            *enrolments_without_samples(CLINICAL, TIMED, RANKS),
            *blasts_like_fractions(SAMPLES.values()),
        ):
            print(f"warning: {warning}", file=sys.stderr)
    PLATES = read_drug_response(SETTINGS.drug_response, PATIENTS)
    # Once: the jobs of a cluster read this file too.
    if workflow.is_main_process:
        check_plates(PLATES)
        if left_out := plates_left_out(SETTINGS.drug_response, PATIENTS):
            print(f"warning: {left_out}", file=sys.stderr)
    COMMENTS = read_comments(SETTINGS.report.comments, SAMPLES)
    CONTROLS = read_controls(SETTINGS.controls.samples, SAMPLES, SETTINGS.output)
    CLASSIFICATION_TABLES = table_files(SETTINGS.panel.classifications)
    deployed = workflow.deployment_settings.deployment_method
    # In an image its own conda is called.
    if (
        DeploymentMethod.CONDA in deployed
        and DeploymentMethod.APPTAINER not in deployed
    ):
        require_conda()
    # Where conda provides the packages, they are in the environment of the rule alone.
    if SETTINGS.exchange and DeploymentMethod.CONDA not in deployed:
        require_packages(f"{CONFIG_FILES}: exchange")
    # Where rules run in an image, Chromium is in that.
    if SETTINGS.report.pdf and DeploymentMethod.APPTAINER not in deployed:
        require_chromium(f"{CONFIG_FILES}: report.pdf")
    if SETTINGS.report.igv_js:
        require_igv_reports(f"{CONFIG_FILES}: report.igv_js")
        check_igv_js(Path(SETTINGS.report.igv_js))
except UserError as error:
    # The user's mistake is one line, without the line of this file that found it.
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_status)

# Patients are enrolled in a trial: its tables are made, and shown in the report of the cohort.
IN_TRIAL = any(row.kind is ClinicalKind.ENROLMENT for row in CLINICAL)

# The image of all rules, beside their conda environments (`--sdm apptainer`); None for none.
IMAGE = SETTINGS.container
