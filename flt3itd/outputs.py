"""Writing the results of one sample: table, JSON and VCF, all of them or none."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysam

from flt3itd.common.errors import UserError
from flt3itd.common.filters import Flt3Filter, header_lines
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import replace_all, unfinished_folder
from flt3itd.records import FLT3_SCHEMA_VERSION, EventKind, FltEvent, FltResult


@dataclass(frozen=True)
class OutputPaths:
    """Where the files of a sample go: PREFIX.name, or PREFIX/name when the prefix ends in /."""

    vcf: Path
    index: Path
    table: Path
    json: Path

    @classmethod
    def of(cls, prefix: str) -> OutputPaths:
        """The paths for a prefix as given on the command line."""
        stem = prefix if prefix.endswith("/") else f"{prefix}."
        vcf = Path(f"{stem}itd.vcf.gz")
        return cls(vcf, Path(f"{vcf}.tbi"), Path(f"{stem}flt3.tsv"), Path(f"{stem}flt3.json"))

    def all(self) -> tuple[Path, ...]:
        """The four files."""
        return self.vcf, self.index, self.table, self.json

    def remove(self) -> None:
        """Remove results of an earlier run, which must not be taken for an answer of this one.

        Raises:
            UserError: one of them cannot be removed.
        """
        for path in self.all():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise UserError(f"{path}: cannot be replaced: {error.strerror}") from error


def write_results(result: FltResult, paths: OutputPaths, contig_length: int) -> None:
    """Write everything into a temporary folder beside the target, then rename file by file.

    Raises:
        UserError: the folder cannot be made or written.
    """
    folder = paths.table.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished_folder(paths.table) as made:
            vcf = made / "itd.vcf"
            vcf.write_text(vcf_text(result, contig_length), "utf-8")
            compressed = made / "itd.vcf.gz"
            pysam.tabix_compress(str(vcf), str(compressed))
            pysam.tabix_index(str(compressed), preset="vcf")
            table = made / "flt3.tsv"
            write_table(table, FltEvent, (*result.itd.events, *result.tkd.events))
            document = made / "flt3.json"
            document.write_text(json_text(result), "utf-8")
            index = compressed.with_name("itd.vcf.gz.tbi")
            replace_all([compressed, index, table, document], paths.all())
    except OSError as error:
        raise UserError(f"{folder}: the results cannot be written: {error.strerror}") from error


def json_text(result: FltResult) -> str:
    """The whole result as JSON; an infinite number is null."""
    document = {"schema_version": FLT3_SCHEMA_VERSION, **dataclasses.asdict(result)}
    return json.dumps(_finite(document), indent=1, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def vcf_text(result: FltResult, contig_length: int) -> str:
    """The insertions as VCF 4.3, sorted by position; kinase domain mutations are in the table."""
    events = sorted(result.itd.events, key=lambda event: (event.pos, event.ref, event.alt))
    lines = [
        *_vcf_header(result, contig_length),
        *(_vcf_record(event) for event in events),
    ]
    return "\n".join(lines) + "\n"


def _vcf_header(result: FltResult, contig_length: int) -> list[str]:
    made = result.provenance
    return [
        "##fileformat=VCFv4.3",
        f"##source=flt3itd {made.version}",
        f"##reference={made.build}",
        f"##contig=<ID={made.contig},length={contig_length}>",
        *header_lines(one for one in Flt3Filter if one.applies != "TKD"),
        '##INFO=<ID=SVLEN,Number=A,Type=Integer,Description="Net inserted bases">',
        '##INFO=<ID=KIND,Number=1,Type=String,Description="ITD or insertion">',
        '##INFO=<ID=FILLER,Number=1,Type=String,Description="Bases between the two copies">',
        '##INFO=<ID=HGVSC,Number=1,Type=String,Description="Name on the transcript">',
        '##INFO=<ID=HGVSP,Number=1,Type=String,Description="Name on the protein">',
        '##FORMAT=<ID=AF,Number=A,Type=Float,Description="VAF: mutant / all molecules">',
        "##FORMAT=<ID=AR,Number=A,Type=Float,"
        'Description="Allelic ratio: mutant / wild-type molecules">',
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Wild-type and mutant fragments">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Informative fragments">',
        '##FORMAT=<ID=AFCI,Number=2,Type=Float,Description="95 % interval of AF">',
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{result.sample}",
    ]


def _vcf_record(event: FltEvent) -> str:
    info = [f"SVLEN={event.length_bp}", f"KIND={event.event.value}"]
    if event.filler and event.event is EventKind.ITD:
        info.append(f"FILLER={event.filler}")
    info += [
        f"{key}={_escaped(name)}"
        for key, name in (("HGVSC", event.hgvs_c), ("HGVSP", event.hgvs_p))
        if name
    ]
    values = (
        _number(event.vaf),
        _number(event.ar),
        f"{event.wildtype_fragments},{event.mutant_fragments}",
        str(event.informative_fragments),
        f"{_number(event.vaf_low)},{_number(event.vaf_high)}",
    )
    columns = (
        event.chrom,
        str(event.pos),
        ".",
        event.ref,
        event.alt,
        ".",
        event.filter,
        ";".join(info),
        "AF:AR:AD:DP:AFCI",
        ":".join(values),
    )
    return "\t".join(columns)


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else "."


def _escaped(text: str) -> str:
    """Percent-encode what has a meaning in an INFO value (VCF 4.3, section 1.2)."""
    for character in "%;=, ":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def event_lines(events: Sequence[FltEvent]) -> list[str]:
    """One line in words for each event, for the terminal."""
    return [
        f"{event.event.value} {event.hgvs_c} {event.length_bp} bp VAF {event.vaf:.4g} "
        f"[{event.vaf_low:.4g}-{event.vaf_high:.4g}] AR {event.ar:.4g} {event.filter}"
        for event in events
    ]
