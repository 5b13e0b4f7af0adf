"""Writing the results of one sample: table, JSON and VCF, all of them or none."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flt3itd.common.errors import UserError, why
from flt3itd.common.filters import Flt3Filter
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import replace_all, unfinished_folder
from flt3itd.common.vcf import (
    GENOTYPE,
    STRUCTURAL,
    Field,
    Header,
    Record,
    genotype,
    protein_text,
    structural,
    vcf_text,
    write_compressed,
)
from flt3itd.one_allele import by_allele, kinds_of_molecules, together
from flt3itd.records import FLT3_SCHEMA_VERSION, EventKind, FltEvent, FltResult, Status

if TYPE_CHECKING:
    from flt3itd.junction_records import JunctionPileup


@dataclass(frozen=True)
class OutputPaths:
    """Where the files of a sample go: PREFIX.name, or PREFIX/name when the prefix ends in /."""

    vcf: Path
    index: Path
    table: Path
    json: Path
    junctions: Path | None = None
    """Where the reads over the junctions go, if they are wanted."""

    @classmethod
    def of(
        cls, prefix: str, *, json: Path | None = None, junctions: Path | None = None
    ) -> OutputPaths:
        """The paths for a prefix as given on the command line; `json` may lie elsewhere."""
        stem = prefix if prefix.endswith("/") else f"{prefix}."
        vcf = Path(f"{stem}itd.vcf.gz")
        return cls(
            vcf,
            Path(f"{vcf}.tbi"),
            Path(f"{stem}flt3.tsv"),
            json or Path(f"{stem}flt3.json"),
            junctions,
        )

    def all(self) -> tuple[Path, ...]:
        """The four files, and the fifth where it is wanted."""
        four = self.vcf, self.index, self.table, self.json
        return four if self.junctions is None else (*four, self.junctions)

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


def write_results(
    result: FltResult,
    paths: OutputPaths,
    contig_length: int,
    junctions: Sequence[JunctionPileup] = (),
) -> None:
    """Write everything into a temporary folder beside the target, then rename file by file.

    Of the files, none is there when one of them cannot be written.

    Raises:
        UserError: the folder cannot be made or written.
    """
    folder = paths.table.parent
    try:
        with unfinished_folder(paths.table, *paths.all()) as made:
            compressed = made / "itd.vcf.gz"
            index = write_compressed(compressed, itd_vcf(result, contig_length))
            table = made / "flt3.tsv"
            events = (*result.itd.events, *result.tkd.events)
            write_table(table, FltEvent, events, result.provenance.build)
            document = made / "flt3.json"
            document.write_text(json_text(result), "utf-8")
            files = [compressed, index, table, document]
            if paths.junctions is not None:
                files.append(made / "junctions.json")
                files[-1].write_text(junctions_text(junctions), "utf-8")
            replace_all(files, paths.all())
    except OSError as error:
        raise UserError(f"{folder}: the results cannot be written: {why(error)}") from error


def json_text(result: FltResult) -> str:
    """The whole result as JSON; an infinite number is null."""
    document = {"schema_version": FLT3_SCHEMA_VERSION, **dataclasses.asdict(result)}
    return json.dumps(_finite(document), indent=1, allow_nan=False) + "\n"


def junctions_text(junctions: Sequence[JunctionPileup]) -> str:
    """The reads over the junctions as JSON."""
    return json.dumps({"junctions": [dataclasses.asdict(pile) for pile in junctions]}) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def itd_vcf(result: FltResult, contig_length: int) -> str:
    """The insertions as VCF, sorted by position; kinase domain mutations are in the table.

    An allele has one record, whatever stands far beside it on a part of its molecules.
    """
    made = result.provenance
    header = Header(
        sample=result.sample,
        contigs={made.contig: contig_length},
        info=_INFO,
        values=_VALUES,
        filters=[one for one in Flt3Filter if one.applies != "TKD"],
        build=made.build,
        command=made.command,
        counted_unit=result.counted_unit,
        assumption=result.assumption,
    )
    events = sorted(result.itd.events, key=lambda event: (event.pos, event.ref, event.alt))
    return vcf_text(header, map(_itd_record, by_allele(events)))


def _itd_record(events: Sequence[FltEvent]) -> Record:
    """The record of an allele from its events, most often one."""
    event = together(events)
    return Record(
        contig=event.chrom,
        position=event.pos,
        ref=event.ref,
        alt=event.alt,
        filter=event.filter,
        info={
            "SVLEN": event.length_bp,
            **structural(event.pos, event.ref, event.alt),
            "KIND": event.event.value,
            "FILLER": event.filler if event.event is EventKind.ITD else "",
            "HGVSC": event.hgvs_c,
            "HGVSP": protein_text(event.hgvs_p),
            "CIS": tuple(filter(None, event.on_same_molecules.split(";"))),
            "WHOLE": event.whole_hgvs_c,
            "HAPLOTYPES": kinds_of_molecules(events) if len(events) > 1 else (),
        },
        values={
            "GT": genotype(
                assessable=event.status is not Status.NOT_ASSESSABLE,
                has_wild_type=math.isfinite(event.ar),
            ),
            "AD": (event.wildtype_fragments, event.mutant_fragments),
            "DP": event.informative_fragments,
            "AF": event.vaf,
            "AFCI": (event.vaf_low, event.vaf_high),
            "AR": event.ar,
        },
    )


_INFO = (
    *STRUCTURAL,
    Field("KIND", "1", "String", "ITD or insertion"),
    Field("FILLER", "1", "String", "Bases between the two copies"),
    Field("HGVSC", "1", "String", "Name on the transcript"),
    Field("HGVSP", "1", "String", "Name on the protein"),
    Field("CIS", ".", "String", "Small changes on the same molecules, on the transcript"),
    Field("WHOLE", "1", "String", "All changes of these molecules as one replacement"),
    Field(
        "HAPLOTYPES",
        ".",
        "String",
        "VAF of each kind of molecules with it: the changes beside it, joined by &, or none",
    ),
)
_VALUES = (
    GENOTYPE,
    Field("AD", "R", "Integer", "Wild-type and mutant fragments"),
    Field("DP", "1", "Integer", "Informative fragments"),
    Field("AF", "A", "Float", "VAF: mutant / all molecules"),
    Field("AFCI", "2", "Float", "95% interval of AF"),
    Field("AR", "A", "Float", "Allelic ratio: mutant / wild-type molecules"),
)


def event_lines(events: Sequence[FltEvent]) -> list[str]:
    """One line in words for each event, for the terminal."""
    return [
        f"{event.event.value} {event.hgvs_c} {event.length_bp} bp VAF {event.vaf:.4g} "
        f"[{event.vaf_low:.4g}-{event.vaf_high:.4g}] {_ratio_text(event)} {event.filter}"
        for event in events
    ]


def _ratio_text(event: FltEvent) -> str:
    if math.isinf(event.ar):
        return f"no wild type seen, AR above {event.ar_low:.4g}"
    return f"AR {event.ar:.4g}"
