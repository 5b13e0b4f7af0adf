import json

from scripts.identity.transplantation import transplanted
from scripts.inputs.clinical import sampling_dates


def tubes_as_json():
    """The samples that are compared with each other: what the sheets say, and their tables."""
    return json.dumps(
        [
            {
                "sample": sample.name,
                "patient": sample.patient,
                "assay": sample.assay,
                "earlier": False,
                "rank": RANKS[sample.name],
                "transplanted": transplanted(
                    CLINICAL,
                    sample.patient,
                    sampling_dates(CLINICAL, sample.patient).get(sample.timepoint),
                    RANKS[sample.name],
                    {s.timepoint: RANKS[s.name] for s in PATIENTS[sample.patient]},
                ),
                "counts": out(f"{sample.name}/identity.tsv"),
                "coverage": out(f"{sample.name}/coverage.tsv"),
            }
            for sample in SAMPLES.values()
        ]
    )
