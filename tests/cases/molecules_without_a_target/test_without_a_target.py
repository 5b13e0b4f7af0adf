"""A deletion of a whole exon whose ends lie beside the target was never found: of molecules without
the target no read lies over it (164 bases of KIT at 0.25, 263 of CBL at 0.40: no row)."""

from pathlib import Path

import pysam
import pytest

from scripts.panel import long_events
from scripts.panel.alleles import Allele
from scripts.panel.long_events import read_events
from tests.builders import Read, random_sequence, write_bam, write_fasta

REFERENCE = random_sequence(3000, seed=22)
CONTIG, START, END, LENGTH = "chr1", 1400, 1563, 100
MUTANT = REFERENCE[:START] + REFERENCE[END:]
DELETION = Allele(CONTIG, START - 1, REFERENCE[START - 1 : END], REFERENCE[START - 1])


def _reads() -> list[Read]:
    """Five of the wild type at each fourth place and two of the mutant, clipped at its ends."""
    found = [
        Read(f"w{p}_{n}", CONTIG, p, f"{LENGTH}M", REFERENCE[p : p + LENGTH])
        for p in range(1000, 2000, 4)
        for n in range(5)
    ]
    for p in range(START - LENGTH + 12, START - 12, 4):
        before, text = START - p, MUTANT[p : p + LENGTH]
        after = LENGTH - before
        on_left = before > after
        cigar = f"{before}M{after}S" if on_left else f"{before}S{after}M"
        found += [Read(f"m{p}_{n}", CONTIG, p if on_left else END, cigar, text) for n in range(2)]
    return found


def _events(tmp_path: Path, *targets: tuple[int, int], assay: str = "capture") -> list[Allele]:
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, _reads())
    fasta = write_fasta(tmp_path / "genome.fa", {CONTIG: REFERENCE})
    pysam.faidx(str(fasta))
    lines = "".join(f"{CONTIG}\t{start}\t{end}\n" for start, end in targets)
    (tmp_path / "targets.bed").write_text(lines)
    options = ["--bam", bam, "--fasta", fasta, "--targets", tmp_path / "targets.bed"]
    options += ["--out", tmp_path / "long.vcf", "--clips", tmp_path / "clips.bed"]
    options += ["--sample", "S1", "--assay", assay, "--minimum-vaf", "0.005"]
    long_events.main([*map(str, options), "--minimum-mapping-quality", "20"])
    return [event.allele for event in read_events(tmp_path / "long.vcf")]


@pytest.mark.parametrize(
    "targets",
    [
        [(START + 20, END - 20)],
        [(START + 20, START + 60), (END - 60, END - 20)],  # two exons
        [(START + 100, END - 5)],
        [(START + 5, END - 100)],
    ],
)
def test_a_deletion_around_a_target_is_found(
    tmp_path: Path, targets: list[tuple[int, int]]
) -> None:
    assert _events(tmp_path, *targets) == [DELETION]


@pytest.mark.parametrize("target", [(START + 101, END - 5), (START + 5, END - 101)])
def test_ends_farther_from_a_target_are_not_looked_at(
    tmp_path: Path, target: tuple[int, int]
) -> None:
    assert _events(tmp_path, target) == []


def test_what_lies_beside_a_target_is_no_event_of_it(tmp_path: Path) -> None:
    assert _events(tmp_path, (START - 100, START - 30)) == []
    assert _events(tmp_path, (END + 30, END + 100)) == []


@pytest.mark.parametrize("target", [(START + 20, END - 20), (START + 101, END - 5)])
def test_a_product_without_its_target_is_found_by_either_end(
    tmp_path: Path, target: tuple[int, int]
) -> None:
    assert _events(tmp_path, target, assay="amplicon") == [DELETION]
