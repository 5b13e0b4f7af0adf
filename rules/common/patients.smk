import json

from scripts.earlier.sheet import by_patient
from scripts.inputs.drug_response import Role


def patient_files(path):
    """A file of every sample of a patient, in the order of the sheet."""
    return lambda wildcards: [
        out(path.format(sample=sample.name)) for sample in PATIENTS[wildcards.patient]
    ]


def ranks_of(wildcards):
    """The place in time of each sample of a patient, as JSON."""
    members = [*PATIENTS[wildcards.patient], *earlier_runs_of(wildcards.patient)]
    return json.dumps({s.name: RANKS[s.name] for s in members})


def earlier_runs_of(patient):
    """The samples of a patient whose reads are in earlier runs."""
    return by_patient(EARLIER_RUNS, patient)


def earlier_files(name):
    """A file of every earlier run's sample of a patient, or of a sample's patient."""
    return lambda wildcards: [
        one.file(name)
        for one in earlier_runs_of(
            wildcards.patient
            if "patient" in wildcards.keys()
            else SAMPLES[wildcards.sample].patient
        )
    ]


def earlier_itds(wildcards):
    """The ITDs of the same patient at earlier timepoints, as they were called."""
    return [
        (
            EARLIER_RUNS[name].file("itd.vcf.gz")
            if name in EARLIER_RUNS
            else out(f"work/{name}/called/itd.vcf.gz")
        )
        for name in EARLIER[wildcards.sample]
    ]


def clinical_of(wildcards):
    """The rows of clinical.tsv for a patient, as JSON."""
    rows = [row for row in CLINICAL if row.patient == wildcards.patient]
    return json.dumps([row.model_dump(mode="json") for row in rows])


CONTROL_PLATES = [plate for plate in PLATES if plate.role is Role.CONTROL]


def plates_of(patient):
    """The plates of the cells of a patient."""
    return [
        plate
        for plate in PLATES
        if plate.role is Role.PATIENT and plate.patient == patient
    ]


def files_of(plates):
    """The files of some plates."""
    return [path for plate in plates for path in (plate.plate, plate.map) if path]


def rows_of(plates):
    """Some plates as rows of the sheet, as JSON."""
    return json.dumps([plate.model_dump(mode="json") for plate in plates])


def drug_response_of(wildcards):
    """The drug response of a patient who has plates; nothing for others."""
    tested = plates_of(wildcards.patient)
    return out(f"patients/{wildcards.patient}/drug_response.json") if tested else []
