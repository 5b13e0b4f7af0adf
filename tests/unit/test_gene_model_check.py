"""Gene models of the target genes: each mistake is one line, and right models say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.hgvs.transcript import Fetch
from scripts.genome.intervals import GenomicInterval
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets
from scripts.inputs.gene_model_check import FEWEST_CODONS_TO_A_STOP, check_gene_models
from scripts.inputs.target_check import MOST_NAMED, genes_of_targets, target_warnings
from tests.builders import write_fasta
from tests.shared_data import SHARED, needs_shared

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "panels" / "example"
LINES = (EXAMPLE / "genes.gtf").read_text("utf-8").splitlines(keepends=True)
TARGETS = merged_targets(EXAMPLE / "targets.bed")
STRAND = re.compile(r"\t\.\t([+-])\t")


@pytest.fixture(scope="module")
def fetch_from(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Fetch]:
    fasta = tmp_path_factory.mktemp("genome") / "genome.fa"
    fasta.write_bytes((EXAMPLE / "reference.fa").read_bytes())
    pysam.faidx(str(fasta))
    return sequence_reader(fasta)


def changed(gene: str, change: Callable[[str], str]) -> str:
    """The gene models of the example with other lines for a gene; all genes if it is empty."""
    return "".join(change(line) if f'"{gene or line}' in f'"{line}' else line for line in LINES)


def flipped(line: str) -> str:
    return STRAND.sub(lambda m: f"\t.\t{'+' if m[1] == '-' else '-'}\t", line)


def without_cds(line: str) -> str:
    return "" if "\tCDS\t" in line else line


def next_frame(line: str) -> str:
    return re.sub(r"(\tCDS\t.*\t)([012])(\t)", lambda m: f"{m[1]}{(int(m[2]) + 1) % 3}{m[3]}", line)


def moved(line: str, by: int) -> str:
    return re.sub(
        r"\t(exon|CDS)\t(\d+)\t(\d+)",
        lambda m: f"\t{m[1]}\t{int(m[2]) + by}\t{int(m[3]) + by}",
        line,
    )


CHANGES: dict[str, tuple[str, Callable[[str], str], str]] = {
    "no CDS at all": ("", without_cds, "none of the 9 genes on the targets has a CDS line"),
    "no CDS of one gene": ("TP53", without_cds, "the gene TP53 on the targets has no CDS line"),
    "all strands": ("", flipped, "row 2: exon 2 of NRAS"),
    "strand of many exons": ("FLT3", flipped, "exon 21 of FLT3 (ENST00000241453.12) follows exon"),
    "strand of one exon": ("IDH1", flipped, "IDH1 (ENST00000345146.7) has 3 stop codons inside"),
    "strand of a GC-rich exon": ("CEBPA", flipped, "begins with TCA in place of ATG and ends"),
    "no strand": ("KIT", lambda one: STRAND.sub("\t.\t.\t", one), "strand: found '.' for KIT"),
    "strand of CDS lines": (
        "KIT",
        lambda one: flipped(one) if "\tCDS\t" in one else one,
        "strand: ENST00000288135.6 of KIT is on - here and on + in row",
    ),
    "no names": ("", lambda one: one.replace("gene_name", "gene"), "has no gene_name"),
    "no transcripts": ("", lambda one: one.replace("transcript_id", "id"), "no transcript_id"),
    "frames": ("", next_frame, "frame: found 1 for a CDS of NRAS (ENST00000369535.5), expected 0"),
    "CDS lines moved": (
        "FLT3",
        lambda one: moved(one, 1) if "\tCDS\t" in one else one,
        "reaches out of its exon",
    ),
    "frame of one gene": ("TP53", next_frame, "for a CDS of TP53"),
    "one base on": ("", lambda one: moved(one, 1), "stop codons inside"),
    "one base back": ("FLT3", lambda one: moved(one, -1), "stop codons inside"),
    "one gene one base on": ("DNMT3A", lambda one: moved(one, 1), "DNMT3A (ENST00000321117.10)"),
    "exon numbers": (
        "FLT3",
        lambda one: re.sub(
            r'exon_number "(\d+)"', lambda m: f'exon_number "{40 - int(m[1])}"', one
        ),
        "the strand or the exon numbers are wrong",
    ),
    "no exon numbers": (
        "FLT3",
        lambda one: re.sub(r'exon_number "\d+"; ', "", one),
        "has no exon_number",
    ),
}


def check(
    path: Path, text: str, fetch_from: Callable[[str], Fetch], regions: Regions = TARGETS
) -> list[str]:
    path.write_text(text, "utf-8")
    return check_gene_models(path, regions, fetch_from, {"TP53"})[1]


def test_the_example_says_nothing(tmp_path: Path, fetch_from: Callable[[str], Fetch]) -> None:
    assert check(tmp_path / "genes.gtf", "".join(LINES), fetch_from) == []


def test_frames_may_be_left_out(tmp_path: Path, fetch_from: Callable[[str], Fetch]) -> None:
    text = re.sub(r"(\tCDS\t.*\t)[012](\t)", r"\1.\2", "".join(LINES))
    assert check(tmp_path / "genes.gtf", text, fetch_from) == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_wrong_model_is_one_line(
    tmp_path: Path, fetch_from: Callable[[str], Fetch], name: str
) -> None:
    gene, change, words = CHANGES[name]
    path = tmp_path / "genes.gtf"
    with pytest.raises(UserError) as caught:
        check(path, changed(gene, change), fetch_from)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert words in text
    assert "use gene models" in text
    assert "\n" not in text


@needs_shared
def test_the_known_file_without_coding_lines(
    tmp_path: Path, fetch_from: Callable[[str], Fetch]
) -> None:
    text = (SHARED / "cases" / "inputs" / "nocds.gtf").read_text("utf-8")
    with pytest.raises(UserError, match="none of the 9 genes on the targets has a CDS line"):
        check(tmp_path / "nocds.gtf", text, fetch_from)


def test_a_gene_beside_the_named_ones_may_have_no_coding_lines(
    tmp_path: Path, fetch_from: Callable[[str], Fetch]
) -> None:
    """It is told unless the file says that it codes for nothing."""
    path = tmp_path / "genes.gtf"
    (warning,) = check(path, changed("KIT", without_cds), fetch_from)
    assert "the gene KIT on the targets has no CDS line: its variants are not named" in warning
    text = changed("KIT", without_cds)
    for kind, told in (("lncRNA", 0), ("protein_coding", 1)):
        typed = text.replace('gene_id "KIT"', f'gene_id "KIT"; gene_type "{kind}"')
        assert len(check(path, typed, fetch_from)) == told


def coding(folder: Path, codons: int, stop_at: int, start: str = "ATG") -> tuple[list[str], str]:
    """A gene of so many codons with a stop codon inside; its warnings, or the error."""
    bases = [start] + ["GCA"] * (codons - 2) + ["TAA"]
    if stop_at:
        bases[stop_at - 1] = "TGA"
    fasta = write_fasta(folder / "one.fa", {"c": "".join(bases)})
    pysam.faidx(str(fasta))
    cells = 'gene_name "G"; transcript_id "T"; exon_number "1";'
    lines = [f"c\tx\t{kind}\t1\t{3 * codons}\t.\t+\t0\t{cells}\n" for kind in ("exon", "CDS")]
    try:
        return check(folder / "g.gtf", "".join(lines), sequence_reader(fasta), {"c": [(0, 9)]}), ""
    except UserError as error:
        return [], str(error)


def test_one_stop_in_a_long_frame_is_a_warning(tmp_path: Path) -> None:
    """Just at and just below the codons that one stop inside a frame needs."""
    assert FEWEST_CODONS_TO_A_STOP == 100
    assert coding(tmp_path, 100, 0) == ([], "")
    (warning,), error = coding(tmp_path, 100, 50)
    assert error == ""
    assert "has a stop codon inside its reading frame, at residue 50" in warning
    _, error = coding(tmp_path, 99, 50)
    assert "has 1 stop codons inside its 99 codons, the first at residue 50" in error


def test_another_start_is_a_warning(tmp_path: Path) -> None:
    (warning,), error = coding(tmp_path, 50, 0, start="GAA")
    assert error == ""
    assert "begins with GAA in place of ATG" in warning


def test_a_start_that_human_genes_have_says_nothing(tmp_path: Path) -> None:
    """That of WT1, for one."""
    assert coding(tmp_path, 50, 0, start="CTG") == ([], "")


def exons(fetch_from: Callable[[str], Fetch], wider: int) -> list[str]:
    """What is said of targets that reach so far over every exon of the example."""
    transcripts, _ = check_gene_models(EXAMPLE / "genes.gtf", TARGETS, fetch_from, ())
    regions: dict[str, list[tuple[int, int]]] = {}
    for transcript in transcripts:
        for exon in transcript.exons:
            regions.setdefault(transcript.contig, []).append((exon.start - wider, exon.end + wider))
    path = Path("targets.bed")
    return target_warnings(path, regions, transcripts, fetch_from)


@pytest.mark.parametrize(("wider", "told"), [(0, True), (1, True), (2, False), (10, False)])
def test_targets_that_stop_at_the_exon_are_named(
    fetch_from: Callable[[str], Fetch], wider: int, told: bool
) -> None:
    warnings = exons(fetch_from, wider)
    if not told:
        assert warnings == []
        return
    (warning,) = warnings
    assert "targets stop at the exon" in warning
    assert "their depth is not judged: NRAS exon 2, NRAS exon 3, " in warning
    assert warning.count(" exon ") == MOST_NAMED
    assert re.search(r"and \d+ more; extend the targets by 2 bases", warning)


def test_targets_inside_exons_or_over_single_exons_say_nothing(
    fetch_from: Callable[[str], Fetch],
) -> None:
    transcripts, _ = check_gene_models(EXAMPLE / "genes.gtf", TARGETS, fetch_from, ())
    cebpa = next(one for one in transcripts if one.gene == "CEBPA")
    (exon,) = cebpa.exons
    for regions in ({cebpa.contig: [(exon.start, exon.end)]}, {cebpa.contig: [(600, 700)]}):
        assert target_warnings(Path("t.bed"), regions, [cebpa], fetch_from) == []


def test_codes_for_several_bases_in_targets_are_refused(tmp_path: Path) -> None:
    """Also in the bases beside a target where variants are called too: 20 in front, 10 behind."""
    sequence = f"{'ACGT' * 5}R{'ACGT' * 6}Y{'ACGT' * 6}"
    fasta = write_fasta(tmp_path / "one.fa", {"c": sequence})
    pysam.faidx(str(fasta))
    reader = sequence_reader(fasta)
    for targets, place in (
        ((0, 11), "R at c:21"),
        ((34, 35), "R at c:21"),
        ((40, 41), "R at c:21, Y at c:46"),
        ((41, 42), "Y at c:46"),
    ):
        with pytest.raises(UserError) as caught:
            target_warnings(Path("t.bed"), {"c": [targets]}, [], reader)
        assert f"t.bed: the genome has codes for several bases in the targets ({place})," in str(
            caught.value
        )
    assert target_warnings(Path("t.bed"), {"c": [(0, 10), (66, 70)]}, [], reader) == []


def test_masked_bases_in_targets_are_told(tmp_path: Path) -> None:
    fasta = write_fasta(tmp_path / "one.fa", {"c": "ACGTACGTNNACGT"})
    pysam.faidx(str(fasta))
    (warning,) = target_warnings(Path("t.bed"), {"c": [(0, 9)]}, [], sequence_reader(fasta))
    assert "1 base of the targets is N in the genome" in warning


def test_genes_that_targets_name(tmp_path: Path) -> None:
    names = ("TP53|exon4", "FLT3|exon14", "amplicon_7", "")
    targets = [GenomicInterval("c", 0, 1, name, 1) for name in names]
    assert genes_of_targets(targets) == {"TP53", "FLT3"}
