"""Panels that are compared with a genome, and one build with another."""

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.hgvs.transcript import Fetch
from scripts.panel_data.check_targets import (
    ListedProtein,
    Panel,
    differences,
    introns,
    listed_protein,
    main,
    protein_faults,
    read_panel,
    splice_faults,
)
from tests.shared_data import SHARED, needs_shared, shared_sequence

PANEL = Path(__file__).parents[2] / "panels" / "myeloid54"
RESIDUES = 60


class Build:
    """A small genome with one gene of two exons, its models and its targets."""

    def __init__(self, folder: Path, name: str, *, spacer: int, minus: bool = False) -> None:
        self.fasta, self.gtf, self.bed = (
            folder / f"{name}.{kind}" for kind in ("fa", "gtf", "bed")
        )
        rng = random.Random(3)
        codons = sorted(codon for codon, residue in CODON_TABLE.items() if residue not in "*X")
        self.coding = "ATG" + "".join(rng.choices(codons, k=RESIDUES - 1)) + "TGA"
        first, second = self.coding[:100], self.coding[100:]
        intron = "GT" + "".join(rng.choices("ACGT", k=50 + spacer)) + "AG"
        flank = "".join(rng.choices("ACGT", k=80))
        self.genome = flank + first + intron + second + flank
        start = len(flank) + len(first) + len(intron)
        self.exons = [(80, 180), (start, start + len(second))]
        self.minus = minus
        if minus:
            size = len(self.genome)
            self.genome = reverse_complement(self.genome)
            self.exons = [(size - end, size - low) for low, end in self.exons]
        self.write()

    def write(self, named: tuple[str, str] = ("G|exon1", "G|exon2"), moved: int = 0) -> None:
        self.fasta.write_text(f">chr1\n{self.genome}\n")
        Path(f"{self.fasta}.fai").unlink(missing_ok=True)
        pysam.faidx(str(self.fasta))
        strand = "-" if self.minus else "+"
        self.gtf.write_text(
            "".join(
                f'chr1\tX\t{kind}\t{low + 1}\t{end}\t.\t{strand}\t.\tgene_name "G"; '
                f'transcript_id "ENST1.1"; protein_id "ENSP1.1"; exon_number "{number}";\n'
                for number, (low, end) in enumerate(self.exons, start=1)
                for kind in ("exon", "CDS")
            )
        )
        self.bed.write_text(
            "".join(
                f"chr1\t{low + moved}\t{end}\t{name}\n"
                for name, (low, end) in zip(named, self.exons, strict=True)
            )
        )


def check(*builds: Build, more: tuple[str, ...] = ()) -> int:
    arguments = []
    for option, name in (("--fasta", "fasta"), ("--gene-models", "gtf"), ("--targets", "bed")):
        arguments += [option, *(str(getattr(build, name)) for build in builds)]
    try:
        main([*arguments, *more])
    except SystemExit as error:
        return int(error.code or 0)
    return 0


@pytest.mark.parametrize("minus", [False, True])
def test_builds_with_another_intron_have_the_same_proteins_and_targets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], minus: bool
) -> None:
    old = Build(tmp_path, "old", spacer=0, minus=minus)
    new = Build(tmp_path, "new", spacer=7, minus=minus)
    listed = tmp_path / "proteins.tsv"
    assert check(old, more=("--write-proteins", str(listed))) == 0
    (row,) = read_table(listed, ListedProtein)
    protein = "".join(CODON_TABLE[old.coding[i : i + 3]] for i in range(0, 3 * RESIDUES, 3))
    digest = hashlib.sha256(protein.encode()).hexdigest()
    assert row == ListedProtein("G", "ENSP1.1", RESIDUES, digest)
    assert check(old, new, more=("--proteins", str(listed))) == 0
    out = capsys.readouterr().out
    assert "new.fa: 1 gene translated, 1 of them compared" in out
    assert out.endswith("all as it should be\n")


def test_an_exon_that_is_moved_by_a_base_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = Build(tmp_path, "old", spacer=0), Build(tmp_path, "new", spacer=7)
    listed = tmp_path / "proteins.tsv"
    check(old, more=("--write-proteins", str(listed)))
    new.exons[1] = new.exons[1][0] + 1, new.exons[1][1] + 1
    new.write()
    assert check(new) == 1
    assert "new.fa: G ENST1.1: the coding sequence does not run from start" in (
        capsys.readouterr().out
    )
    # Out of place by a whole codon on both sides of the junction: only the residues tell.
    shifted = Build(tmp_path, "shifted", spacer=0)
    shifted.exons[0] = shifted.exons[0][0], shifted.exons[0][1] - 3
    shifted.exons[1] = shifted.exons[1][0] - 3, shifted.exons[1][1]
    shifted.write()
    assert check(shifted, more=("--proteins", str(listed))) == 1
    assert "G ENST1.1: " in capsys.readouterr().out


def test_another_residue_or_target_in_the_other_build_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = Build(tmp_path, "old", spacer=0), Build(tmp_path, "new", spacer=7)
    place = old.exons[0][0] + 3 * 9
    codon = "TGG" if old.coding[27:30] != "TGG" else "AAA"
    new.genome = new.genome[:place] + codon + new.genome[place + 3 :]
    new.write(moved=4)
    assert check(old, new) == 1
    out = capsys.readouterr().out
    before, after = CODON_TABLE[old.coding[27:30]], CODON_TABLE[codon]
    assert f"G: other residues: {before}10{after}\n" in out
    assert "G|exon1: holds c. 1 to 100 in old.fa, c. 5 to 100 in new.fa" in out


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("sites", "faulty"),
    [("GTAG", False), ("GCAG", False), ("ATAC", False), ("GTAC", True), ("GAAG", True)],
)
def test_an_intron_has_splice_sites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], minus: bool, sites: str, faulty: bool
) -> None:
    build = Build(tmp_path, "one", spacer=0, minus=minus)
    genome = reverse_complement(build.genome) if minus else build.genome
    end = 180 + 54
    genome = genome[:180] + sites[:2] + genome[182 : end - 2] + sites[2:] + genome[end:]
    build.genome = reverse_complement(genome) if minus else genome
    build.write()
    assert check(build) == int(faulty)
    out = capsys.readouterr().out
    assert "2 targets; 1 introns\n" in out
    told = f"G ENST1.1: the intron behind exon 1 is {sites[:2]}...{sites[2:]}, which is no splice"
    assert (told in out) is faulty


def test_an_exon_that_keeps_the_frame_out_of_place_is_told_by_its_introns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No protein is listed: both exons are moved by a codon, and one by one over the intron."""
    build = Build(tmp_path, "one", spacer=0)
    (first, second), (start, end) = build.exons
    build.exons = [(first, second - 3), (start - 3, end)]
    build.write()
    check(build)
    assert "the intron behind exon 1 is " in capsys.readouterr().out


def test_unknown_bases_are_no_protein(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = Build(tmp_path, "one", spacer=0)
    build.genome = build.genome[:90] + "N" + build.genome[91:]
    build.write()
    assert check(build) == 1
    assert "the genome has unknown bases in the coding sequence" in capsys.readouterr().out


def test_mistakes_of_the_user_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = Build(tmp_path, "one", spacer=0)
    build.write(named=("G|exon1", "G|exon1"))
    with pytest.raises(UserError, match=r"chr1:\d+-\d+ is called 'G\|exon1', but .* no such exon"):
        check(build)
    other = Build(tmp_path, "other", spacer=0)
    other.fasta.write_text(other.fasta.read_text().replace("chr1", "1"))
    Path(f"{other.fasta}.fai").unlink()
    with pytest.raises(UserError, match=r"other.fa: cannot be read with .* same names"):
        check(other)
    with pytest.raises(UserError, match="one file for each build"):
        main(["--fasta", "a", "b", "--gene-models", "a", "--targets", "a"])


def without_sequence(_: str) -> Fetch:
    return lambda start, end: "N" * (end - start)


@pytest.mark.parametrize("name", ["targets", "all_coding"])
def test_targets_hold_the_same_bases_of_the_same_exons_in_both_builds(name: str) -> None:
    panels = [
        read_panel(
            PANEL / f"genes.{build}.gtf", PANEL / f"{name}.{build}.bed", without_sequence, build
        )
        for build in ("GRCh38", "GRCh37")
    ]
    assert len(panels[0].transcripts) == 54
    assert panels[0].held == panels[1].held
    lengths = [{g: t.coding_length for g, t in p.transcripts.items()} for p in panels]
    assert lengths[0] == lengths[1]


@needs_shared
def test_the_genes_of_grch38_are_those_of_the_list_and_of_mane() -> None:
    """Through the targets of every coding exon: 51 genes, whose sequence is here."""
    _, of_contig = shared_sequence()
    panel = read_panel(
        PANEL / "genes.GRCh38.gtf", PANEL / "all_coding.GRCh38.bed", of_contig, "GRCh38"
    )
    rows = read_table(PANEL / "proteins.tsv", ListedProtein)
    faults = list(protein_faults(panel, {row.gene: row for row in rows}))
    without = {fault.split()[1] for fault in faults if "unknown bases" in fault}
    assert len(faults) == 3
    assert without == {"BCORL1", "SMC1A", "SMC3"}
    assert {row.gene for row in rows} == panel.transcripts.keys() - without
    assert list(splice_faults(panel)) == []
    read = [ends for t in panel.transcripts.values() for ends in introns(t) if all(ends[:2])]
    assert sum("N" not in one + other for one, other, _ in read) > 600
    for record in (SHARED / "models" / "panel_protein.fa").read_text().split(">")[1:]:
        header, *lines = record.split("\n")
        gene, accession, _ = header.split()
        assert panel.protein(gene) == "".join(lines) + "*", gene
        assert listed_protein(gene, accession, panel.protein(gene)) in rows, gene


@needs_shared
def test_the_offsets_between_the_builds_are_those_of_another_annotation() -> None:
    panels = [
        read_panel(
            PANEL / f"genes.{build}.gtf", PANEL / f"all_coding.{build}.bed", without_sequence, build
        )
        for build in ("GRCh38", "GRCh37")
    ]
    offsets = json.loads((SHARED / "models" / "hg19_minus_hg38.json").read_text())
    assert len(offsets) == 47
    for gene, offset in offsets.items():
        exons = [panel.transcripts[gene].exons for panel in panels]
        shifts = {new.start - old.start for old, new in zip(*exons, strict=True)}
        assert shifts == {offset}, gene


@needs_shared
def test_flt3_on_grch37_translates_from_the_reads_of_patients() -> None:
    """No other sequence of GRCh37 is here; residue 227 is a common polymorphism (T227M)."""
    files = [SHARED / "realdata" / f"P0{number}_FLT3.bam" for number in (1, 2, 3, 4)]
    bams = [pysam.AlignmentFile(str(path)) for path in files]

    def of_contig(contig: str) -> Fetch:
        def consensus(start: int, end: int) -> str:
            if contig != "chr13":
                return "N" * (end - start)
            counts = [bam.count_coverage(contig, start, end, quality_threshold=20) for bam in bams]
            seen = [
                {base: sum(count[i][j] for count in counts) for i, base in enumerate("ACGT")}
                for j in range(end - start)
            ]
            return "".join(max(one, key=lambda base: one[base]) for one in seen)

        return consensus

    def flt3_of(build: str, sequence_of: Callable[[str], Fetch]) -> Panel:
        panel = read_panel(
            PANEL / f"genes.{build}.gtf", PANEL / f"targets.{build}.bed", sequence_of, build
        )
        held = {name: held for name, held in panel.held.items() if held[0] == "FLT3"}
        return Panel(build, {"FLT3": panel.transcripts["FLT3"]}, held)

    newer = flt3_of("GRCh38", shared_sequence()[1])
    assert list(differences(newer, flt3_of("GRCh37", of_contig))) == ["FLT3: other residues: T227M"]
