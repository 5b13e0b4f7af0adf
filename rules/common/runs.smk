RUNS = dict.fromkeys(sample.run for sample in SAMPLES.values() if sample.run)


wildcard_constraints:
    run=one_of(RUNS),


def samples_of_run(run):
    """The samples that were sequenced together, in the order of the sheet."""
    return [sample for sample in SAMPLES.values() if sample.run == run]


def run_files(path):
    """A file of every sample of a run, in the order of the sheet."""
    return lambda wildcards: [
        out(path.format(sample=sample.name)) for sample in samples_of_run(wildcards.run)
    ]


def families_of_run(wildcards):
    """What was told of the families of the samples of a run with UMIs."""
    names = [sample.name for sample in samples_of_run(wildcards.run)]
    return [out(f"work/{name}/families.json") for name in names if name in WITH_UMIS]


def patient_of(wildcards):
    """The samples of a patient, or of the patient of a sample, in the order of the sheet.

    Of a patient on no run a sample stands alone: nothing is compared, and no sample waits for others.
    """
    if "patient" in wildcards.keys():
        return PATIENTS[wildcards.patient]
    sample = SAMPLES[wildcards.sample]
    all_samples = PATIENTS[sample.patient]
    return all_samples if any(one.run for one in all_samples) else [sample]


def runs_of_patient(wildcards):
    """The run of each of these samples; - where the sheet names none."""
    return [sample.run or "-" for sample in patient_of(wildcards)]


def same_patient(path):
    """A file of every sample of the patient of a sample, in the order of the sheet."""
    return lambda wildcards: [
        out(path.format(sample=sample.name)) for sample in patient_of(wildcards)
    ]


def tables_of_runs(wildcards):
    """The tables of the runs that a patient's samples are on."""
    runs = dict.fromkeys(sample.run for sample in patient_of(wildcards) if sample.run)
    return [out(f"work/runs/{run}.tsv") for run in runs]
