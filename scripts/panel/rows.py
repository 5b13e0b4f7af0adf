"""The rows of panel.tsv and panel.unresolved.tsv: what reports read of the panel stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelVariant:
    """One row of panel.tsv; coordinates are 1-based on the contig of the reference.

    `known` says what is known of the variant, `hotspot` which hotspot codon it changes, `legacy`
    its residue in older numbering, `rescued` the filters that were lifted because it is known,
    `origin` whether the VAF looks germline. Events of the same molecules have the same
    `phase_set`, the first position of any of them. `codon_vaf` is the VAF of all changes of a codon
    that several clones change. `counted_unit` is what `depth` and `alternate_fragments` count
    (`flt3itd.common.counted`). `carry_over` names the sample of another patient on the same run
    that it can have come from. `remark` says what else is to be minded (`scripts.panel.remarks`).
    Empty text stands for what does not apply.
    """

    sample: str
    gene: str
    transcript: str
    exon: str
    hgvs_g: str
    hgvs_c: str
    hgvs_p: str
    consequence: str
    vaf: float
    vaf_low: float
    vaf_high: float
    depth: int
    alternate_fragments: int
    quality: float
    filter: str
    chrom: str
    pos: int
    ref: str
    alt: str
    known: str = ""
    hotspot: str = ""
    legacy: str = ""
    rescued: str = ""
    origin: str = ""
    population_frequency: float | None = None
    clinvar: str = ""
    cosmic: str = ""
    tier: str = ""
    phase_set: int | None = None
    codon_vaf: float | None = None
    counted_unit: str = ""
    carry_over: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Unresolved:
    """A row of the table of what is not resolved.

    `pos` (1-based) is the last base that the reads share with the reference. On the `side` of it
    they go on otherwise, with `bases` (plus strand). `vaf` is their share of the fragments over
    the place, without those that no aligner placed.
    """

    sample: str
    gene: str
    chrom: str
    pos: int
    side: str
    fragments: int
    depth: int
    vaf: float
    bases: str
