"""The panel's variants as VCF 4.3, compressed and indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pysam

from flt3itd.common.filters import header_lines
from flt3itd.common.tables import format_cell
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant

_INFO = {
    "GENE": ("gene", "Gene"),
    "TRANSCRIPT": ("transcript", "Transcript that the names are given on"),
    "EXON": ("exon", "Exon of the transcript; absent in introns"),
    "HGVSG": ("hgvs_g", "Genomic name (HGVS)"),
    "HGVSC": ("hgvs_c", "Coding name (HGVS)"),
    "HGVSP": ("hgvs_p", "Predicted protein name (HGVS)"),
    "CONSEQUENCE": ("consequence", "Sequence Ontology terms, joined by &"),
    "KNOWN": ("known", "What is known of the variant: pathogenic or artifact"),
    "HOTSPOT": ("hotspot", "Hotspot codons that it changes"),
    "LEGACY": ("legacy", "Protein name in older numbering"),
    "RESCUED": ("rescued", "Filters lifted because the variant is known as pathogenic"),
    "ORIGIN": ("origin", "Whether the VAF looks germline"),
    "POPULATION_AF": ("population_frequency", "Frequency in the population source"),
    "CLINVAR": ("clinvar", "Clinical significance in the ClinVar source"),
    "COSMIC": ("cosmic", "Identifier in the COSMIC source"),
    "TIER": ("tier", "Tier by the table of tiers"),
}
_FORMAT = {
    "AF": ("1", "Float", "VAF: mutant fragments by informative fragments"),
    "AFCI": ("2", "Float", "95 % interval of the VAF (Wilson; of long events, likelihood)"),
    "AD": ("1", "Integer", "Mutant fragments"),
    "DP": ("1", "Integer", "Informative fragments"),
}
_ENCODED = {"%": "%25", ";": "%3B", "=": "%3D", ",": "%2C", " ": "%20"}


def write_panel_vcf(
    path: Path, rows: Iterable[PanelVariant], *, sample: str, contigs: Mapping[str, int]
) -> None:
    """Write rows that are sorted by contig and position, and the index beside them (.tbi).

    `contigs` are the names and lengths (bases) of the genome, in its order.
    """
    lines = ["##fileformat=VCFv4.3", *header_lines(PanelFilter)]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in contigs.items()]
    lines += [
        f'##INFO=<ID={key},Number=1,Type=String,Description="{text}">'
        for key, (_, text) in _INFO.items()
    ]
    lines += [
        f'##FORMAT=<ID={key},Number={number},Type={kind},Description="{text}">'
        for key, (number, kind, text) in _FORMAT.items()
    ]
    lines.append(f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{sample}")
    lines += [_record(row) for row in rows]
    unfinished = path.with_name(f".{path.name}.unfinished")
    index = unfinished.with_name(f"{unfinished.name}.tbi")
    plain = path.with_name(f".{path.name}.unfinished.vcf")
    try:
        plain.write_text("\n".join(lines) + "\n", "utf-8")
        pysam.tabix_compress(str(plain), str(unfinished), force=True)
        pysam.tabix_index(str(unfinished), preset="vcf", index=str(index), force=True)
        index.replace(path.with_name(f"{path.name}.tbi"))
        unfinished.replace(path)
    finally:
        for left in (plain, unfinished, index):
            left.unlink(missing_ok=True)


def _record(row: PanelVariant) -> str:
    information = ";".join(
        f"{key}={_encode(format_cell(getattr(row, name)))}"
        for key, (name, _) in _INFO.items()
        if getattr(row, name) not in ("", None)
    )
    numbers = (
        f"{row.vaf:.6g}:{row.vaf_low:.6g},{row.vaf_high:.6g}:{row.alternate_fragments}:{row.depth}"
    )
    return "\t".join(
        (
            row.chrom,
            str(row.pos),
            ".",
            row.ref,
            row.alt,
            f"{row.quality:.6g}",
            row.filter,
            information,
            ":".join(_FORMAT),
            numbers,
        )
    )


def _encode(text: str) -> str:
    """Text without the characters that separate INFO fields (VCF 4.3, section 1.2)."""
    return "".join(_ENCODED.get(letter, letter) for letter in text)
