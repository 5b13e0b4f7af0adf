"""ITDs of samples on one run, with their fragments."""

import dataclasses

from flt3itd.records import FltEvent, FltResult
from scripts.carry_over.alleles import AlleleKind, SeenAllele
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)

SHARE = 0.005
PARAMETERS = {"itd": {"minimum_mutant_fragments": 3, "minimum_depth": 30}}


def counted(mutant: int, informative: int, **changes: object) -> FltEvent:
    """A passing ITD with these fragments."""
    event = itd_event(vaf=mutant / informative)
    event = dataclasses.replace(
        event,
        mutant_fragments=mutant,
        wildtype_fragments=informative - mutant,
        informative_fragments=informative,
    )
    return dataclasses.replace(event, **changes)  # type: ignore[arg-type]


def result(sample: str, *events: FltEvent) -> FltResult:
    made = flt3_result(itd=itd_result(*events), sample=sample)
    provenance = dataclasses.replace(made.provenance, parameters=PARAMETERS)
    return dataclasses.replace(made, provenance=provenance)


def seen(
    sample: str, patient: str, mutant: int, informative: int, run: str = "R1", **changes: object
) -> SeenAllele:
    row = SeenAllele(
        run, sample, patient, AlleleKind.ITD, "chr13", 28_034_104, "A", "ACCGT",
        mutant, informative, mutant / informative, True, False,
    )  # fmt: skip
    return dataclasses.replace(row, **changes)  # type: ignore[arg-type]
