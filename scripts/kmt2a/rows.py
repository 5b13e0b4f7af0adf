"""The rows of kmt2a_ptd.tsv and of the table of controls, and what all parts know of KMT2A.

Exons are numbered as on the MANE Select transcript, which has 36. In this numbering the
partial tandem duplications of acute myeloid leukaemia repeat exons 2 to 8, 2 to 9 or 2 to 10:
all of them in frame (3654, 3786 and 3900 bases), with the junctions e8/e2, e9/e2 and e10/e2.
Older papers count otherwise: "exons 2-6" and "2-8" of Strout et al. (PNAS 1998, 95:2390) are 2-8
and 2-10 here; e9/e3, e10/e3 and e11/e3 of Schnittger et al. (Cancer Res 2000, 60:1796) are e8/e2,
e9/e2 and e10/e2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flt3itd.common.assay import Assay
from flt3itd.hgvs.transcript import Transcript
from flt3itd.records import Status

GENE = "KMT2A"
_NAMES = (GENE, "MLL")
_TRANSCRIPTS = ("NM_001197104", "ENST00000534358")

OUTSIDE = "KMT2A is not in the targets"


@dataclass(frozen=True)
class Kmt2aPtd:
    """The row of kmt2a_ptd.tsv: one for a sample.

    `basis` says what a detected duplication rests on: dosage, junction or both. `ratio` is the
    depth of the exons in `exons` over that of `reference_exons`, as a multiple of the same in the
    controls; `vaf` is what exceeds 1, which is the fraction of alleles with a duplication if these
    have one extra copy. `exons` are the first and the last, as 2-8, on NM_001197104. `exon_ratios`
    has it for every exon, as ``number:ratio``. `limit_of_detection` is the VAF that dosage finds
    with probability 95 %, None where dosage is not assessable; `reason` then says why. Intervals
    are 95 % intervals. `counted_unit` is what depth and `junction_fragments` count
    (`flt3itd.common.counted`).
    """

    sample: str
    status: Status
    basis: str
    reason: str
    exons: str
    vaf: float | None
    vaf_low: float | None
    vaf_high: float | None
    limit_of_detection: float | None
    dosage_status: Status
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    reference_exons: str
    controls: int
    exon_ratios: str
    junction: str
    junction_hgvs_g: str
    junction_fragments: int
    junction_fraction: float | None
    remark: str
    counted_unit: str = ""


@dataclass(frozen=True)
class ControlExon:
    """One row of kmt2a_dosage.<assay>.tsv: the depth of one exon part in one control.

    `start` and `end` are 1-based inclusive, `mean` is the mean depth in fragments. A control
    that is not `used` is left out of the comparison, as `remark` says.
    """

    assay: Assay
    control: str
    exon: int
    chrom: str
    start: int
    end: int
    mean: float
    used: bool
    remark: str


def kmt2a_transcript(transcripts: Iterable[Transcript]) -> Transcript | None:
    """KMT2A among the transcripts of the targets; None where the targets do not touch it."""
    return next((one for one in transcripts if one.gene in _NAMES), None)


def is_mane(transcript: Transcript) -> bool:
    """Whether the exons are numbered as this module needs them."""
    return transcript.accession.partition(".")[0] in _TRANSCRIPTS
