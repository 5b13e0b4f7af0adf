"""Reads of the panel seen whole: synthetic samples, and the small BAMs beside the checkout."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import parse_event
from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.panel_counts import align
from scripts.benchmark.panel_stage import StageInputs, run_stage
from scripts.panel.rows import PanelVariant
from tests.builders import random_sequence
from tests.shared_data import SHARED, needs_shared

CONTIG = "chr21"
REFERENCE = random_sequence(8000, 77)
PALINDROME = "GGCGAGCGCTCGCCGC"  # of RUNX1 exon 9
REFERENCE = REFERENCE[:4000] + PALINDROME + REFERENCE[4016:]


def substituted(at: int) -> str:
    return "CGTA"["ACGT".index(REFERENCE[at])]


@dataclass(frozen=True)
class Event:
    """Bases [start, end) that become others, and the VAF that should come out."""

    start: int
    end: int
    new: str
    vaf: float

    def written(self) -> str:
        if self.start == self.end:
            return f"{CONTIG}:{self.start}-{self.start + 1}ins{self.new}"
        span = f"{CONTIG}:{self.start + 1}-{self.end}"
        return f"{span}delins{self.new}" if self.new else f"{span}del"


LOST = Event(600, 610, "TTTACCAGCAGCTGTC", 0.2)
IN_FRAME = Event(1500, 1509, "GATCGAGTGCTTCTC", 0.2)
FIRST_DELETION, SECOND_DELETION = Event(2400, 2403, "", 0.2), Event(2402, 2408, "", 0.15)
COPY = Event(3219, 3219, REFERENCE[3200:3219], 0.2)
COMPLEX = Event(4000, 4016, "CGAGAGAAAGCAT", 0.2)
TWO_BASES = Event(4900, 4902, substituted(4900) + substituted(4901), 0.2)
ONE_OF_THEM = Event(4901, 4902, substituted(4901), 0.15)
POLYMORPHISM = Event(5800, 5801, substituted(5800), 0.5)
BESIDE = Event(5802, 5803, substituted(5802), 0.2)
CLONES = {
    "A": (0.2, (LOST, IN_FRAME, FIRST_DELETION, COPY, COMPLEX, TWO_BASES, POLYMORPHISM, BESIDE)),
    "B": (0.15, (SECOND_DELETION, ONE_OF_THEM)),
    "C": (0.3, (POLYMORPHISM,)),
}
EXPECTED = sorted(
    {event for _, events in CLONES.values() for event in events}, key=lambda e: (e.start, e.end)
)
GTF = "".join(
    f"{CONTIG}\tx\t{kind}\t201\t7700\t.\t+\t.\t"
    'gene_name "G"; transcript_id "ENST1.1"; exon_number "1"; tag "MANE_Select";\n'
    for kind in ("transcript", "exon", "CDS")
)


def fetch(start: int, end: int) -> str:
    return REFERENCE[max(0, start) : end]


def key(start: int, ref: str, alt: str) -> tuple[int, int, str]:
    change = normalise_on_plus(fetch, start, ref, alt)
    return change.start, change.end, change.alternate


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[PanelVariant]:
    """A sample of all events at 600x, aligned and called."""
    folder = tmp_path_factory.mktemp("molecules")
    fasta, bed, gtf = (folder / name for name in ("genome.fa", "targets.bed", "genes.gtf"))
    fasta.write_text(f">{CONTIG}\n{REFERENCE}\n")
    pysam.faidx(str(fasta))
    bed.write_text(f"{CONTIG}\t400\t6400\tG|exon1\n")
    gtf.write_text(GTF)
    clones = tuple(
        MutantHaplotype(name, vaf, tuple(parse_event(event.written()) for event in events))
        for name, (vaf, events) in CLONES.items()
    )
    design = SampleDesign("molecules", clones, Depths(600), Library())
    reads = [folder / f"R{mate}.fastq.gz" for mate in (1, 2)]
    target = Stretch(CONTIG, 400, 6400, "G|exon1", 0.0)
    write_simulation(simulate(design, {CONTIG: REFERENCE}, [target], 5), reads[0], reads[1], None)
    align(fasta, reads, folder / "aligned.bam")
    return run_stage(folder / "aligned.bam", folder / "stage", StageInputs(fasta, gtf, bed))


def test_all_events_pass_once_and_nothing_else(rows: list[PanelVariant]) -> None:
    passing = [key(row.pos - 1, row.ref, row.alt) for row in rows if row.filter == "PASS"]
    assert passing == [key(e.start, fetch(e.start, e.end), e.new) for e in EXPECTED]


def test_their_vafs_are_those_of_their_molecules(rows: list[PanelVariant]) -> None:
    for row, event in zip([r for r in rows if r.filter == "PASS"], EXPECTED, strict=True):
        deviation = (event.vaf * (1 - event.vaf) / row.depth) ** 0.5
        assert abs(row.vaf - event.vaf) < 3.5 * deviation, event
        assert row.depth > 300


def test_phase_and_codons_are_told(rows: list[PanelVariant]) -> None:
    found = {row.pos - 1: row for row in rows if row.filter == "PASS"}
    snp, mutation = found[POLYMORPHISM.start], found[BESIDE.start]
    assert snp.phase_set == mutation.phase_set == POLYMORPHISM.start + 1
    both, alone = found[TWO_BASES.start], found[ONE_OF_THEM.start]
    assert both.phase_set is None
    assert both.codon_vaf == alone.codon_vaf == pytest.approx(both.vaf + alone.vaf)


CASES = {
    "1_FLT3_complex_lost": (
        ("chr13", 28070481, 28070622), [(28070513, "CCCACTGATG", "TTTACCAGCAGCTGTC", 0.2)],
    ),
    "2_PTEN_complex_wrong_name": (
        ("chr10", 87952108, 87952269), [(87952177, "TCATCTGGA", "GATCGAGTGCTTCTC", 0.1)],
    ),
    "4_TET2_two_overlapping_deletions_VAF": (
        ("chr4", 105259609, 105259779),
        [(105259653, "ACCT", "A", 0.24), (105259655, "CTGTGGT", "C", 0.24)],
    ),
    "7_CEBPA_19dup_plus_false_178del": (
        ("chr19", 33301000, 33302430), [(33302265, "C", "CTCCGGGGCGGCAGGTGGGG", 0.2)],
    ),
    "9_RUNX1_complex_plus_false_329ins": (
        ("chr21", 34791900, 34792620),
        [(34792304, "GGCGAGCGCTCGCCGC", "CGAGAGAAAGCAT", 0.2)],
    ),
}  # fmt: skip


_BESIDE = 5000


def segment(contig: str, first: int, last: int) -> str:
    """GRCh38 from `first` to `last` (1-based), N outside the known segments."""
    bases = ["N"] * (last - first + 1)
    with gzip.open(SHARED / "reference" / "panel_segments.grch38.fa.gz", "rt") as handle:
        records = handle.read().split(">")[1:]
    for record in records:
        head, *lines = record.split("\n")
        name, start, _ = re.split("[:-]", head.split("|")[1])
        sequence = "".join(lines)
        if name == contig:
            low, high = max(first, int(start)), min(last, int(start) + len(sequence) - 1)
            bases[low - first : max(0, high - first + 1)] = sequence[
                low - int(start) : max(0, high - int(start) + 1)
            ]
    return "".join(bases)


def sliced(bam: Path, out: Path, contig: str, first: int, length: int) -> None:
    """A BAM on a slice of its contig, which is called by its place."""
    name = f"{contig}_{first}_{first + length - 1}"
    header = {"HD": {"SO": "coordinate"}, "SQ": [{"SN": name, "LN": length}]}
    header["RG"] = [{"ID": "S1", "SM": "S1"}]
    with (
        pysam.AlignmentFile(str(bam)) as reads,
        pysam.AlignmentFile(str(out), "wb", header=header) as file,
    ):
        for read in reads:
            fields = read.to_dict()
            fields["ref_name"], fields["next_ref_name"] = name, "="
            for place in ("ref_pos", "next_ref_pos"):
                fields[place] = str(max(1, int(fields[place]) - first + 1))
            fields["tags"] = ["RG:Z:S1"]
            file.write(pysam.AlignedSegment.from_dict(fields, file.header))
    pysam.index(str(out))


@needs_shared
@pytest.mark.parametrize("case", CASES)
def test_small_inputs_on_which_the_panel_was_wrong(tmp_path: Path, case: str) -> None:
    (contig, first, last), expected = CASES[case]
    start, length = first - _BESIDE, last - first + 2 * _BESIDE
    name = f"{contig}_{start}_{start + length - 1}"
    fasta, bed, gtf = (tmp_path / file for file in ("genome.fa", "targets.bed", "genes.gtf"))
    fasta.write_text(f">{name}\n{segment(contig, start, start + length - 1)}\n")
    pysam.faidx(str(fasta))
    bed.write_text(f"{name}\t{first - start}\t{last - start + 1}\tX|exon1\n")
    gtf.write_text(GTF.replace(CONTIG, name))
    source = SHARED / "cases" / "panel" / f"{case}.bam"
    sliced(source, tmp_path / "reads.bam", contig, start, length)
    inputs = StageInputs(fasta, gtf, bed)
    rows = run_stage(tmp_path / "reads.bam", tmp_path / "stage", inputs)
    passing = [row for row in rows if row.filter == "PASS"]
    assert [(row.pos + start - 1, row.ref, row.alt) for row in passing] == [
        one[:3] for one in expected
    ]
    for row, (*_, vaf) in zip(passing, expected, strict=True):
        assert row.vaf_low <= vaf <= row.vaf_high
