import json

from scripts.identity.transplantation import transplanted
from scripts.inputs.clinical_rows import sampling_dates


def tube(sample, folder, earlier):
    """A sample as it is compared: what the sheets say, and where its tables are."""
    return {
        "sample": sample.name,
        "patient": sample.patient,
        "assay": sample.assay,
        "earlier": earlier,
        "rank": RANKS[sample.name],
        "transplanted": transplanted(
            CLINICAL,
            sample.patient,
            sampling_dates(CLINICAL, sample.patient).get(sample.timepoint),
            RANKS[sample.name],
            {
                one.timepoint: RANKS[one.name]
                for one in (
                    *PATIENTS[sample.patient],
                    *earlier_runs_of(sample.patient),
                )
            },
        ),
        "counts": f"{folder}/identity.tsv",
        "coverage": f"{folder}/coverage.tsv",
    }


def tubes_as_json():
    """The samples that are compared: those of this run, and the earlier ones of its patients."""
    return json.dumps(
        [
            *(tube(one, out(one.name), False) for one in SAMPLES.values()),
            *(
                tube(one, one.folder, True)
                for one in EARLIER_RUNS.values()
                if one.has("identity.tsv")
            ),
        ]
    )
