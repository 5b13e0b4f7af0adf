"""What the counts of a report are counts of, and how many molecules they can stand for."""

from __future__ import annotations

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import GENOME_PICOGRAMS
from flt3itd.records import FltResult
from scripts.inputs.sample_cells import SampleCells

UNIT_WORDS = {
    CountedUnit.MOLECULES: "Counts are molecules: reads with one UMI count once.",
    CountedUnit.FRAGMENTS: (
        "Counts are fragments: those with the same two ends count once, as copies of one molecule."
    ),
    CountedUnit.READS: (
        "Counts are fragments as they were read: copies made by PCR are among them, and nothing "
        "tells them from molecules."
    ),
}


def counted_sentences(flt3: FltResult) -> list[str]:
    """What was counted, and what intervals and limits rest on."""
    said = [UNIT_WORDS[flt3.counted_unit]]
    if flt3.assumption:
        said.append(
            f"Every interval and limit of detection holds {flt3.assumption}: how many molecules "
            "there were is not known (no UMI, and no input_ng in the sample sheet)."
        )
    if flt3.most_molecules is not None:
        said.append(
            f"{flt3.input_ng:g} ng of DNA hold {flt3.most_molecules:,.0f} haploid genomes of "
            f"{GENOME_PICOGRAMS} pg: intervals and limits of detection assume no more molecules."
        )
    return said


def burden_sentence(cells: SampleCells) -> str:
    """The blasts beside the burden; empty where none were given."""
    if cells.blast_percent is None:
        return ""
    return (
        f"Blasts: {cells.blast_percent:g}%, as given in the sample sheet. VAF and allelic ratio "
        "are of all cells of the sample, and are not corrected for it."
    )
