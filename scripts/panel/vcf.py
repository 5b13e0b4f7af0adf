"""The panel's variants as VCF, compressed and indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.filters import reasons_in
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.unfinished import replace_all, unfinished_folder
from flt3itd.common.vcf import (
    GENOTYPE,
    STRUCTURAL,
    Field,
    Header,
    Record,
    Value,
    genotype,
    protein_text,
    structural,
    vcf_text,
    write_compressed,
)
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant

_INFO = (
    *STRUCTURAL,
    Field("GENE", "1", "String", "Gene"),
    Field("TRANSCRIPT", "1", "String", "Transcript that the names are given on"),
    Field("EXON", "1", "Integer", "Exon of the transcript; absent in introns"),
    Field("HGVSG", "1", "String", "Genomic name (HGVS)"),
    Field("HGVSC", "1", "String", "Coding name (HGVS)"),
    Field("HGVSP", "1", "String", "Predicted protein name (HGVS); p.(Ala5=) as p.(Ala5Ala)"),
    Field("CONSEQUENCE", "1", "String", "Sequence Ontology terms, joined by &"),
    Field("KNOWN", "1", "String", "What is known of the variant: pathogenic or artifact"),
    Field("HOTSPOT", "1", "String", "Hotspot codons that it changes"),
    Field("LEGACY", "1", "String", "Protein name in older numbering"),
    Field("RESCUED", ".", "String", "Filters lifted because the variant is known as pathogenic"),
    Field("ORIGIN", "1", "String", "Whether the VAF looks germline"),
    Field("POPULATION_AF", "1", "Float", "Frequency in the population source"),
    Field("CLINVAR", ".", "String", "Clinical significance in the ClinVar source"),
    Field("COSMIC", ".", "String", "Identifiers in the COSMIC source"),
    Field("REMARK", "1", "String", "What is to be minded: other changes of its molecules, doubts"),
    Field("CODON_AF", "1", "Float", "VAF of all changes of a codon that several clones change"),
)
_TIER = "Tier by the table of tiers"
_VALUES = (
    GENOTYPE,
    Field("AD", "R", "Integer", "Fragments of the wild type and of the mutant"),
    Field("DP", "1", "Integer", "Informative fragments, those with another sequence too"),
    Field(
        "AF",
        "A",
        "Float",
        "VAF: mutant by informative fragments; around indels and of long events by likelihood, "
        "which may differ from AD by DP",
    ),
    Field("AFCI", "2", "Float", "95% interval of AF (Wilson; of long events, likelihood)"),
    Field("PS", "1", "Integer", "Phase set: events of the same molecules"),
)


@dataclass(frozen=True)
class Origin:
    """What the header says of a file: build of the genome, its contigs (name, bases), command.

    `numbered_tiers` says that every tier of the table of tiers is a number; `sampling` is of what
    its counts are.
    """

    build: str
    contigs: Mapping[str, int]
    command: str
    numbered_tiers: bool = True
    sampling: Sampling = EVERY_COUNT


def write_panel_vcf(
    path: Path, variants: Iterable[tuple[PanelVariant, int]], sample: str, origin: Origin
) -> None:
    """Write variants, each with the fragments of its wild type, and the index beside them (.tbi).

    They are sorted by contig and position.
    """
    tier = Field("TIER", "1", "Integer" if origin.numbered_tiers else "String", _TIER)
    header = Header(
        sample=sample,
        contigs=origin.contigs,
        info=(*_INFO, tier),
        values=_VALUES,
        filters=PanelFilter,
        build=origin.build,
        command=origin.command,
        counted_unit=origin.sampling.unit,
        assumption=origin.sampling.assumption,
    )
    text = vcf_text(header, (_record(row, wildtype) for row, wildtype in variants))
    with unfinished_folder(path) as folder:
        compressed = folder / path.name
        index = write_compressed(compressed, text)
        replace_all([index, compressed], [path.with_name(index.name), path])


def _record(row: PanelVariant, wildtype: int) -> Record:
    info: dict[str, Value] = {
        **structural(row.pos, row.ref, row.alt),
        "GENE": row.gene,
        "TRANSCRIPT": row.transcript,
        "EXON": row.exon,
        "HGVSG": row.hgvs_g,
        "HGVSC": row.hgvs_c,
        "HGVSP": protein_text(row.hgvs_p),
        "CONSEQUENCE": row.consequence,
        "KNOWN": row.known,
        "HOTSPOT": row.hotspot,
        "LEGACY": protein_text(row.legacy),
        "RESCUED": _list(row.rescued),
        "ORIGIN": row.origin,
        "POPULATION_AF": row.population_frequency,
        "CLINVAR": _list(row.clinvar),
        "COSMIC": _list(row.cosmic),
        "REMARK": row.remark,
        "CODON_AF": row.codon_vaf,
        "TIER": row.tier,
    }
    return Record(
        contig=row.chrom,
        position=row.pos,
        ref=row.ref,
        alt=row.alt,
        quality=row.quality,
        filter=row.filter,
        info=info,
        values={
            "GT": genotype(
                assessable=PanelFilter.LOW_DEPTH not in reasons_in(row.filter),
                has_wild_type=wildtype > 0,
            ),
            "AD": (wildtype, row.alternate_fragments),
            "DP": row.depth,
            "AF": row.vaf,
            "AFCI": (row.vaf_low, row.vaf_high),
            "PS": row.phase_set,
        },
    )


def _list(text: str) -> list[str]:
    """What a cell of the table lists, separated by semicolons or commas."""
    return text.replace(";", ",").split(",") if text else []
