import json
import re
import shlex
import shutil
import sys
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.workflow.digest import source_digest
from scripts.workflow.environment import put_own_python_first, shell_prefix
from scripts.inputs.controls import read_controls
from scripts.inputs.samples import read_samples
from scripts.inputs.settings import check_files, read_settings
from scripts.inputs.simulation import simulated_fastqs
from scripts.inputs.yaml_text import check_yaml
from scripts.workflow.interrupt import handle_sigterm_aside
from scripts.workflow.outdated import remove_outdated, unneeded_temporary_files
from scripts.inputs.clinical import ClinicalKind, read_clinical
from scripts.inputs.drug_response import Role, read_drug_response
from scripts.patient.timepoints import (
    earlier_samples,
    samples_by_patient,
    timepoint_ranks,
)
from scripts.workflow.versions import FAMILIES, tools_in_use
from snakemake import __version__ as snakemake_version
from snakemake.settings.types import DeploymentMethod

put_own_python_first()
shell.prefix(shell_prefix())

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
    SAMPLES = read_samples(
        Path(SETTINGS.samples), made_later=simulated_fastqs(SETTINGS.simulation)
    )
    RANKS = timepoint_ranks(SAMPLES, source=SETTINGS.samples)
    EARLIER = earlier_samples(SAMPLES, source=SETTINGS.samples)
    PATIENTS = samples_by_patient(SAMPLES)
    CLINICAL = read_clinical(SETTINGS.clinical, PATIENTS)
    PLATES = read_drug_response(SETTINGS.drug_response, PATIENTS)
    CONTROLS = read_controls(SETTINGS.controls.samples, SAMPLES)
except UserError as error:
    # The user's mistake is one line, without the line of this file that found it.
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_status)


# Patients are enrolled in a trial: its tables are made, and shown in the report of the cohort.
IN_TRIAL = any(row.kind is ClinicalKind.ENROLMENT for row in CLINICAL)


def out(path):
    """A path in the output folder; may hold wildcards."""
    return f"{SETTINGS.output}/{path}"


def one_of(names):
    """A pattern for a wildcard that is one of these names; of no names, one that never fits."""
    return "|".join(map(re.escape, names)) or "(?!)"


GENOME = out("work/reference/genome.fa")
GENOME_INDEX = out("work/reference/genome.fa.fai")
GENE_MODELS = out("work/reference/gene_models.gtf")
BWA_INDEX = multiext(GENOME, ".amb", ".ann", ".bwt", ".pac", ".sa")
GIVEN_AS_FASTQ = one_of(name for name, sample in SAMPLES.items() if sample.lanes)
# Assays that answer nothing of the panel. bwa takes neither long reads nor spliced ones, so their
# FASTQ go to flt3itd as they are.
FLT3_ALONE = (Assay.LONG, Assay.RNA)
WITHOUT_PANEL = one_of(name for name, s in SAMPLES.items() if s.assay in FLT3_ALONE)
TRIMMED_LANES = {
    name: sample.lanes
    for name, sample in SAMPLES.items()
    if sample.lanes and sample.assay not in FLT3_ALONE
}
ALIGNED_HERE = one_of(TRIMMED_LANES)
SPREAD_OVER_LANES = one_of(
    name
    for name, sample in SAMPLES.items()
    if len(sample.lanes) > 1 and name not in TRIMMED_LANES
)
PAIRED = one_of(
    name for name, lanes in TRIMMED_LANES.items() if lanes[0].fq2 is not None
)
SINGLE = one_of(name for name, lanes in TRIMMED_LANES.items() if lanes[0].fq2 is None)
GIVEN_AS_BAM = one_of(name for name, sample in SAMPLES.items() if sample.bam)
PREFLIGHT = out("work/preflight.json")
ANNOTATION_CHECKED = out("work/annotation_checked.json")
VERSIONS = out("work/versions.json")
CONTROL_TABLES = ("flt3_background", "kmt2a_dosage")


wildcard_constraints:
    sample=one_of(SAMPLES),
    lane=r"L\d+",
    patient=one_of(PATIENTS),
    control=one_of(CONTROLS),
    assay="capture|amplicon",


onstart:
    handle_sigterm_aside()
    if not workflow.touch:
        remove_outdated(
            path for job in workflow.dag.needrun_jobs() for path in job.output
        )


onsuccess:
    if not workflow.storage_settings.notemp:
        remove_outdated(unneeded_temporary_files(workflow.dag))


def log_of(rule_name, wildcard="sample"):
    """The log file of a rule that runs once for every sample."""
    return out(f"logs/{rule_name}/{{{wildcard}}}.log")


def benchmark_of(rule_name, wildcard="sample"):
    """The benchmark file of a rule that runs once for every sample."""
    return out(f"benchmarks/{rule_name}/{{{wildcard}}}.tsv")


def in_use(*tools):
    """The versions of programs, so that another version runs again what the old one made.

    Where conda provides the programs, Snakemake itself runs again what another environment made.
    """
    deployed = workflow.deployment_settings.deployment_method
    return "conda" if DeploymentMethod.CONDA in deployed else tools_in_use(tools)


def growing(amount):
    """A resource that doubles with every attempt, so that a retry can succeed."""
    return lambda wildcards, attempt: amount * 2 ** (attempt - 1)


def sample_bam(wildcards):
    """The coordinate-sorted BAM of a sample, whether aligned here or given."""
    return out(f"work/{wildcards.sample}/aligned.bam")


def sample_bai(wildcards):
    """The index of `sample_bam`."""
    return out(f"work/{wildcards.sample}/aligned.bam.bai")


def has_primers(assay):
    """Whether reads begin with primers that are known: these are hidden from the panel."""
    return assay == "amplicon" and SETTINGS.panel.primers is not None


def panel_reads(sample, folder="work"):
    """The BAM of a sample or control in which the panel's variants and bases are counted.

    Long reads and RNA answer nothing of the panel: theirs is empty (`without_panel_reads`).
    """
    if sample.assay in FLT3_ALONE:
        return out(f"{folder}/{sample.name}/no_reads.bam")
    name = "primers_hidden" if has_primers(sample.assay) else "aligned"
    return out(f"{folder}/{sample.name}/{name}.bam")


def panel_bam(wildcards):
    """`panel_reads` of the sample of a job."""
    return panel_reads(SAMPLES[wildcards.sample])


def panel_bai(wildcards):
    """The index of `panel_bam`."""
    return f"{panel_bam(wildcards)}.bai"


def whole_short_reads(wildcards):
    """The BAM of a sample with primers and all, in which KMT2A and mapping are judged.

    Of long reads, and of RNA in FASTQ, it is empty, as `panel_reads`.
    """
    sample = SAMPLES[wildcards.sample]
    if sample.assay is Assay.LONG or is_read_as_given(sample):
        return panel_reads(sample)
    return sample_bam(wildcards)


def whole_short_reads_bai(wildcards):
    """The index of `whole_short_reads`."""
    return f"{whole_short_reads(wildcards)}.bai"


def is_read_as_given(sample):
    """Whether the FASTQ files of a sample go to flt3itd as they are."""
    return bool(sample.lanes) and sample.name not in TRIMMED_LANES


def given_fastqs(sample):
    """The FASTQ files of a sample that is read as it is: of read 1, and of read 2 of pairs."""
    first = sample.lanes[0]
    if len(sample.lanes) == 1:
        return first.files
    mates = range(1, 1 + len(first.files))
    return [out(f"work/{sample.name}/all_R{mate}.fastq.gz") for mate in mates]


def flt3_reads(wildcards):
    """What FLT3 is called from: the alignment; of long reads or RNA in FASTQ the files, checked."""
    sample = SAMPLES[wildcards.sample]
    if is_read_as_given(sample):
        return {
            "fastq": given_fastqs(sample),
            "checked": out("work/{sample}/fastq_checked.json"),
        }
    return {"bam": sample_bam(wildcards), "bai": sample_bai(wildcards)}


def assay_of(wildcards):
    """How the library of a sample was made (`flt3itd.common.assay`)."""
    return SAMPLES[wildcards.sample].assay


def marks_copies(sample):
    """Whether fragments of a sample that is aligned here are told apart by both of their ends."""
    paired = all(lane.fq2 is not None for lane in sample.lanes)
    return sample.assay == "capture" and paired


def earlier_itds(wildcards):
    """The ITDs of the same patient at earlier timepoints."""
    return [out(f"{name}/itd.vcf.gz") for name in EARLIER[wildcards.sample]]


def primers_of(wildcards):
    """The primers of an amplicon sample, where the configuration names them."""
    return SETTINGS.panel.primers if has_primers(assay_of(wildcards)) else []


def control_bams(wildcards):
    """The BAMs of the controls of an assay, in the order of their sheet."""
    return [
        out(f"work/controls/{control.name}/aligned.bam")
        for control in CONTROLS.values()
        if control.assay == wildcards.assay
    ]


def control_panel_bams(wildcards):
    """`panel_reads` of the controls of an assay, in the order of their sheet."""
    return [
        panel_reads(control, "work/controls")
        for control in CONTROLS.values()
        if control.assay == wildcards.assay
    ]


def control_table(name, given):
    """What a sample takes from the controls of its assay: a table that is built from them, or
    that the configuration names; none where there are no controls of this assay.
    """

    def table(wildcards):
        assay = assay_of(wildcards)
        if any(control.assay == assay for control in CONTROLS.values()):
            return out(f"controls/{name}.{assay}.tsv")
        return given.get(assay) or []

    return table


def all_control_tables():
    """The tables of every assay that has controls; a later run can take them from there."""
    assays = {control.assay for control in CONTROLS.values()}
    return [
        out(f"controls/{name}.{assay}.tsv")
        for name in CONTROL_TABLES
        for assay in sorted(assays)
    ]


def sample_fastqs(wildcards):
    """All FASTQ files of a sample, lane by lane."""
    return [path for lane in SAMPLES[wildcards.sample].lanes for path in lane.files]


def trimmed_fastqs(wildcards):
    """The trimmed reads of a lane: of both mates, or single ones."""
    lane = SAMPLES[wildcards.sample].lane(wildcards.lane)
    return [
        out(f"work/{wildcards.sample}/{lane.name}_R{mate}.trimmed.fastq.gz")
        for mate in range(1, 1 + len(lane.files))
    ]


def lane_bams(wildcards):
    """The aligned lanes of a sample."""
    lanes = SAMPLES[wildcards.sample].lanes
    return [out(f"work/{wildcards.sample}/{lane.name}.bam") for lane in lanes]


def fastp_reports(wildcards):
    """The trimming reports of a sample, one for each lane; none where nothing is trimmed."""
    lanes = TRIMMED_LANES.get(wildcards.sample, ())
    return [out(f"work/{wildcards.sample}/{lane.name}.fastp.json") for lane in lanes]


def cells_of(wildcards):
    """The cells of the sample sheet that a report shows, as JSON."""
    sample = SAMPLES[wildcards.sample]
    return json.dumps(
        {
            "sample": sample.name,
            "patient": sample.patient,
            "timepoint": sample.timepoint,
            "order": sample.order,
            "tissue": sample.tissue,
            "cohort": sample.cohort,
            "assay": sample.assay,
        }
    )


def patient_files(path):
    """A file of every sample of a patient, in the order of the sheet."""
    return lambda wildcards: [
        out(path.format(sample=sample.name)) for sample in PATIENTS[wildcards.patient]
    ]


def ranks_of(wildcards):
    """The place in time of each sample of a patient, as JSON."""
    return json.dumps({s.name: RANKS[s.name] for s in PATIENTS[wildcards.patient]})


def plates_of(wildcards):
    """The plates of a patient and of all controls."""
    return [
        plate
        for plate in PLATES
        if plate.role is Role.CONTROL or plate.patient == wildcards.patient
    ]


def plate_files(wildcards):
    """The files of these plates."""
    return [
        path
        for plate in plates_of(wildcards)
        for path in (plate.plate, plate.map)
        if path
    ]


def has_plates(patient):
    """Whether drugs were tested on cells of a patient."""
    return any(
        plate.role is Role.PATIENT and plate.patient == patient for plate in PLATES
    )


def drug_response_of(wildcards):
    """The drug response of a patient who has plates; nothing for others."""
    tested = has_plates(wildcards.patient)
    return out(f"patients/{wildcards.patient}/drug_response.json") if tested else []


def clinical_of(wildcards):
    """The rows of clinical.tsv for a patient, as JSON."""
    rows = [row for row in CLINICAL if row.patient == wildcards.patient]
    return json.dumps([row.model_dump(mode="json") for row in rows])


def read_group(wildcards):
    """The @RG line of a lane, with tabs as bwa wants them written."""
    name, lane = wildcards.sample, wildcards.lane
    return rf"@RG\tID:{name}.{lane}\tSM:{name}\tLB:{name}\tPL:ILLUMINA"


def unaligned_files(paths):
    """FASTQ of single reads, or of both mates, as samtools import wants them."""
    options = ("-0",) if len(paths) == 1 else ("-1", "-2")
    return shlex.join(
        word for pair in zip(options, paths, strict=True) for word in pair
    )


def all_fastp_reports():
    """The trimming reports of all samples that were aligned here."""
    return [
        out(f"work/{name}/{lane.name}.fastp.json")
        for name, lanes in TRIMMED_LANES.items()
        for lane in lanes
    ]


def with_multiqc():
    """Whether MultiQC is there, or can be had from its conda environment."""
    deployed = workflow.deployment_settings.deployment_method
    return DeploymentMethod.CONDA in deployed or shutil.which("multiqc") is not None


def all_reports():
    """The reports of every sample, of every patient and of all together."""
    names = [
        "report.html",
        "report.json",
        "report.xlsx",
        "flt3.tsv",
        "itd.vcf.gz",
        "panel.tsv",
        "coverage.tsv",
        "hotspots.tsv",
        "kmt2a_ptd.tsv",
    ]
    reports = [out(f"{sample}/{name}") for sample in SAMPLES for name in names]
    courses = [
        out(f"patients/{patient}/{name}")
        for patient in PATIENTS
        for name in ("report.html", "report.json", "followup.tsv")
    ]
    cohort = [
        out(f"cohort/{name}") for name in ("report.html", "report.json", "cohort.tsv")
    ]
    if IN_TRIAL:
        cohort += [
            out(f"cohort/{name}")
            for name in (
                "trial.tsv",
                "trial_numbers.tsv",
                "trial_curves.tsv",
                "trial.json",
            )
        ]
    if with_multiqc():
        cohort.append(out("cohort/multiqc.html"))
    return [
        *reports,
        *courses,
        *cohort,
        *all_control_tables(),
        out("summary.tsv"),
    ]
