"""RNA of FLT3: reads of whole transcripts of given shares, called from FASTQ."""

from collections.abc import Iterable
from pathlib import Path

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from flt3itd.simulation.sequencing import Library
from tests.builders import read_pairs, write_mates
from tests.itd_builders import Called, call

TEMPLATE = spliced_template(flt3_locus())
TRANSCRIPT = TEMPLATE.sequence
FIRST, LAST = TEMPLATE.exon(14)


def duplicated(start: int, end: int, filler: str = "") -> str:
    """The transcript with an interval of it twice (0-based half-open, plus strand)."""
    return TRANSCRIPT[:end] + filler + TRANSCRIPT[start:]


def call_rna(
    folder: Path,
    transcripts: Iterable[tuple[str, str, float]],
    depth: float = 1000,
    seed: int = 1,
    library: Library | None = None,
) -> Called:
    """What is called of transcripts, each a name, a sequence and its share of the molecules."""
    first, second = write_mates(folder, read_pairs(transcripts, depth, seed, library))
    return call(folder, "--fastq", str(first), str(second), "--assay", "rna")
