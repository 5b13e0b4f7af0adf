"""UMIs in the sheet: in bases (amplicon, duplex), in the tag of a BAM; and a ready consensus."""

from __future__ import annotations

from array import array
from pathlib import Path

import pysam
import pytest

from flt3itd.locus.flt3 import flt3_locus
from tests.umi_builders import READ, UmiLibrary, UmiPair, other_strand, write_bam, write_fastq
from tests.workflow.conftest import Run, Workplace, copy_of_workflow

LOCUS = flt3_locus()
EXON = LOCUS.exon(14)
WILD_TYPE = LOCUS.sequence[EXON.start - 20 : EXON.end + 20]
ITD = WILD_TYPE[:70] + WILD_TYPE[40:]
WILD_TYPES, MUTANTS = 90, 30
AMPLICON, DUPLEX, TAGGED, CONSENSUS = "umi_amplicon", "umi_duplex", "umi_tagged", "umi_consensus"
AS_FGBIO: dict[str, str | int | float | array[int]] = {
    "MI": "7",
    "cD": 4,
    "cM": 3,
    "cE": 0.01,
    "aD": 2,
    "aM": 1,
    "aE": 0.0,
    "bD": 2,
    "bM": 2,
}
"""Tags of a duplex consensus; fgbio writes arrays by base beside them."""


def molecules(parts: int) -> list[UmiPair]:
    """Molecules of the amplicon, their UMIs of one part or of two."""
    library = UmiLibrary()
    fragments = [WILD_TYPE] * WILD_TYPES + [ITD] * MUTANTS
    return [
        UmiPair(one, tuple(library.bases(12 // parts) for _ in range(parts))) for one in fragments
    ]


def fastq(folder: Path, name: str, pairs: list[UmiPair]) -> dict[str, str]:
    """Columns fq1 and fq2."""
    place = folder / name
    place.mkdir()
    first, second = write_fastq(place, pairs)
    return {"fq1": str(first), "fq2": str(second)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Run]:
    """FLT3 called in four samples of the same molecules, each read twice or on both strands."""
    workplace = copy_of_workflow(tmp_path_factory.mktemp("umis") / "checkout")
    folder = workplace.folder
    with pysam.FastaFile(str(folder / "panels" / "example" / "reference.fa")) as genome:
        lengths = dict(zip(genome.references, genome.lengths, strict=True))
        (name,) = (one for one in lengths if one.startswith("chr13_"))
        sequence = genome.fetch(name).upper()
    contig = name, lengths[name]
    one_part, two_parts = molecules(1), molecules(2)
    both_strands = [*two_parts, *map(other_strand, two_parts)]
    tagged = write_bam(folder / "rx.bam", sequence, one_part * 2, contig=contig, contigs=lengths)
    as_fgbio = AS_FGBIO | {"cd": array("h", [4] * READ), "ce": array("h", [0] * READ)}
    ready = write_bam(
        folder / "mi.bam", sequence, one_part,
        contig=contig, contigs=lengths, tags=as_fgbio,
    )  # fmt: skip
    sheet = [
        {"umi": "12M+T +T", **fastq(folder, AMPLICON, one_part * 2)},
        {"umi": "6M+T 6M+T", **fastq(folder, DUPLEX, both_strands)},
        {"umi": "RX", "bam": str(tagged)},
        {"umi": "", "bam": str(ready)},
    ]
    names = (AMPLICON, DUPLEX, TAGGED, CONSENSUS)
    rows = [
        {"sample": sample, "patient": sample, "assay": "amplicon", **cells}
        for sample, cells in zip(names, sheet, strict=True)
    ]
    option = workplace.configure("umis", rows)
    called = [f"umis/work/{sample}/called/flt3.json" for sample in names]
    return workplace, workplace.successful(option, *called)


def test_only_what_has_umis_is_put_into_families(run: tuple[Workplace, Run]) -> None:
    jobs = run[1].jobs
    assert jobs["extract_umis"] == 2
    assert jobs["take_bam_with_umis"] == jobs["take_bam"] == 1
    assert jobs["consensus"] == jobs["align_consensus"] == 3
    assert jobs["call_flt3"] == 4


@pytest.mark.parametrize("sample", [AMPLICON, DUPLEX, TAGGED, CONSENSUS])
def test_each_molecule_counts_once(run: tuple[Workplace, Run], sample: str) -> None:
    found = run[0].json(f"umis/work/{sample}/called/flt3.json")
    assert found["counted_unit"] == "molecules"
    (event,) = (one for one in found["itd"]["events"] if one["filter"] == "PASS")
    assert (event["mutant_fragments"], event["wildtype_fragments"]) == (MUTANTS, WILD_TYPES)
    assert event["hgvs_c"] == "NM_004119.3:c.1789_1818dup"


@pytest.mark.parametrize(("sample", "duplex"), [(AMPLICON, 0), (DUPLEX, 120), (TAGGED, 0)])
def test_the_families_are_told(run: tuple[Workplace, Run], sample: str, duplex: int) -> None:
    told = run[0].json(f"umis/work/{sample}/families.json")
    assert told["families"] == WILD_TYPES + MUTANTS
    assert told["duplex_families"] == duplex
    assert [one["read_pairs"] for one in told["families_by_size"]] == [2]
