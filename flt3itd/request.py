"""One analysis: what is asked for, what comes back, and what is kept of how it was made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flt3itd import __version__
from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.installed import versions
from flt3itd.common.sampling import Sampling, molecules_of
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.kinase.tkd import TkdParameters
from flt3itd.locus.flt3 import Locus
from flt3itd.reads.coordinates import Placement
from flt3itd.records import BackgroundUsed, FltResult, Provenance

if TYPE_CHECKING:  # what most requests do not ask for is not loaded
    from flt3itd.junction_records import JunctionPileup
    from flt3itd.kinase.background import Background
    from flt3itd.molecules.umi import UmiSource

METHOD = (
    "VAF_i = x_i / sum(x), AR_i = x_i / x_wildtype; abundances x maximise the likelihood of "
    "y_w ~ Poisson(sum_h x_h g_hw): y_w fragments show window w, g_hw placements on haplotype h "
    "show it; adjusted profile likelihood intervals (95%)"
)


@dataclass(frozen=True)
class Parameters:
    """All thresholds of one analysis."""

    itd: ItdParameters = field(default_factory=ItdParameters)
    tkd: TkdParameters = field(default_factory=TkdParameters)

    def of_molecules(self) -> Parameters:
        """Those for families of reads that were told apart by UMIs."""
        return replace(self, tkd=self.tkd.of_molecules())


@dataclass(frozen=True)
class Request:
    """What to analyse: one BAM, or one or two FASTQ files."""

    sample: str
    inputs: tuple[Path, ...]
    assay: Assay
    reference: Path | None
    command: str
    parameters: Parameters
    primers: Path | None = None
    known: tuple[Path, ...] = ()
    background: Path | None = None
    pile_up: bool = False
    """Whether the reads over the junctions are wanted, for pictures."""
    build: str | None = None
    """GRCh37 or GRCh38, where the reads do not tell it: FASTQ, transcripts, slices of a genome."""
    input_ng: float | None = None
    """Nanograms of DNA that went into the library."""
    umi: UmiSource | None = None
    """Where the UMIs of the reads are: then families of reads are counted."""
    least_family: int = 1
    """Reads that a family needs to be counted."""
    families: Path | None = None
    """What `flt3itd consensus --json` told of the families of a consensus."""
    as_aligned: bool = False
    """Whether a BAM is known to hold all reads as the aligner wrote them."""

    def sampling(self, unit: CountedUnit, hidden: float = 0.0) -> Sampling:
        """What counts of this unit were drawn from; UMIs hide such a share of the molecules."""
        most = None if self.input_ng is None else molecules_of(self.input_ng)
        return Sampling(unit, most, hidden)


@dataclass(frozen=True)
class Analysis:
    """A result, the length of the contig that its positions are on, and reads for pictures."""

    result: FltResult
    contig_length: int
    junctions: tuple[JunctionPileup, ...] = ()


def provenance(
    request: Request, locus: Locus, placement: Placement, background: Background | None
) -> Provenance:
    """How a result was made, with checksums of the reference and the table of controls."""
    return Provenance(
        version=__version__,
        command=request.command,
        inputs=tuple(str(path) for path in request.inputs),
        build=placement.build,
        contig=placement.contig,
        reference_sha256=locus.sha256,
        assay=request.assay,
        parameters=asdict(request.parameters),
        libraries=versions(("pysam", "numpy", "dnaio", "edlib")),
        method=METHOD,
        background=None
        if background is None
        else BackgroundUsed(background.path, background.sha256, background.controls),
    )
