"""Transcripts from GTF files, and the names they give."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import GenomicNumbering, name_change
from flt3itd.hgvs.protein import translate
from flt3itd.hgvs.transcript import Transcript
from flt3itd.locus.flt3 import ENSEMBL_TRANSCRIPT, PROTEIN, TRANSCRIPT
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import PanelGene, Scope
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from tests.shared_data import CHECKOUT, SHARED, needs_shared, shared_sequence

EXAMPLE = CHECKOUT / "panels" / "example"

#         5' UTR  exon 1            intron              exon 2
GENOME = "TTTTTTTTTTCCCCATGGCTGATCCAGAGGTAAGTCCCTTTTTTCAGAAGTGGTAAGCCTT"


def gtf(rows: list[tuple[str, int, int]], strand: str = "+", extra: str = "") -> str:
    """Lines for one transcript; intervals 1-based inclusive, exons numbered in this order."""
    lines, number = [], 0
    for feature, start, end in rows:
        number += feature == "exon"
        lines.append(
            f'chr1\tX\t{feature}\t{start}\t{end}\t.\t{strand}\t.\tgene_name "G"; '
            f'transcript_id "ENST1.1"; protein_id "ENSP1.1"; exon_number "{number}"; {extra}\n'
        )
    return "".join(lines)


def only_transcript(
    tmp_path: Path, text: str, genome: str = GENOME, genes: Iterable[PanelGene] = ()
) -> Transcript:
    path = tmp_path / "genes.gtf"
    path.write_text(text)
    (transcript,) = read_transcripts(
        path,
        {"chr1": [(0, len(genome))]},
        lambda contig: lambda start, end: genome[start:end],
        genes,
    )
    return transcript


WITH_STOP = [("exon", 11, 29), ("CDS", 15, 29), ("exon", 48, 59), ("CDS", 48, 56)]
WITHOUT_STOP = [("exon", 11, 29), ("CDS", 15, 29), ("exon", 48, 59), ("CDS", 48, 53)]


@pytest.mark.parametrize("rows", [WITH_STOP, WITHOUT_STOP, [*WITHOUT_STOP, ("stop_codon", 54, 56)]])
def test_the_stop_codon_may_be_in_the_cds_beside_it_or_nowhere(
    tmp_path: Path, rows: list[tuple[str, int, int]]
) -> None:
    transcript = only_transcript(tmp_path, gtf(rows))
    assert transcript.coding_length == 24
    assert translate(transcript.spliced[:24]) == "MADPEKW*"
    assert [exon.first for exon in transcript.exons] == [-4, 15]


def test_a_minus_strand_gene_is_the_mirror_image(tmp_path: Path) -> None:
    size = len(GENOME)
    rows = [(kind, size + 1 - end, size + 1 - start) for kind, start, end in WITHOUT_STOP]
    transcript = only_transcript(tmp_path, gtf(rows, "-"), reverse_complement(GENOME))
    assert transcript.coding_length == 24
    assert translate(transcript.spliced[:24]) == "MADPEKW*"


def test_mane_select_is_preferred_to_a_longer_transcript(tmp_path: Path) -> None:
    short = [("exon", 11, 29), ("CDS", 15, 29)]
    mane = gtf(short, extra='tag "basic"; tag "MANE_Select";').replace("ENST1", "ENST2")
    path = tmp_path / "genes.gtf"
    path.write_text(gtf(WITH_STOP) + mane)
    (transcript,) = read_transcripts(
        path, {"chr1": [(0, 60)]}, lambda contig: lambda start, end: GENOME[start:end]
    )
    assert transcript.accession == "ENST2.1"


def panel_gene(ensembl: str) -> PanelGene:
    return PanelGene(
        "G", "chr1", "+", ensembl, "NM_1.2", "NP_1.3", 7, Scope.FULL, "all", "all", "", "",
        None, None, "", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("references", "listed", "pair"),
    [
        ("", "", ("ENST1.1", "ENSP1.1")),
        ('db_xref "RefSeq:NM_1.2"; db_xref "RefSeq:NP_1.3";', "", ("NM_1.2", "NP_1.3")),
        # Without the protein of RefSeq, both names stay with those of the file.
        ('db_xref "RefSeq:NM_1.2";', "", ("ENST1.1", "ENSP1.1")),
        ('db_xref "RefSeq:NM_1.2";', "ENST9.1", ("NM_1.2", "NP_1.3")),
        ("", "ENST1.1", ("NM_1.2", "NP_1.3")),
        # Another version of a transcript may be another sequence.
        ("", "ENST1.2", ("ENST1.1", "ENSP1.1")),
    ],
)
def test_transcript_and_protein_have_accessions_of_one_kind(
    tmp_path: Path, references: str, listed: str, pair: tuple[str, str]
) -> None:
    genes = [panel_gene(listed)] if listed else []
    transcript = only_transcript(tmp_path, gtf(WITH_STOP, extra=references), genes=genes)
    assert (transcript.accession, transcript.protein_accession) == pair


def test_a_version_may_stand_apart_as_in_files_of_ensembl(tmp_path: Path) -> None:
    versions = 'transcript_version "4"; protein_version "5";'
    text = gtf(WITH_STOP, extra=versions).replace("T1.1", "T1").replace("P1.1", "P1")
    transcript = only_transcript(tmp_path, text)
    assert (transcript.accession, transcript.protein_accession) == ("ENST1.4", "ENSP1.5")


def test_flt3_is_named_as_the_package_names_it(tmp_path: Path) -> None:
    text = gtf(WITH_STOP).replace("ENST1.1", f"{ENSEMBL_TRANSCRIPT}.9")
    transcript = only_transcript(tmp_path, text)
    assert (transcript.accession, transcript.protein_accession) == (TRANSCRIPT, PROTEIN)


def test_every_gene_of_the_example_is_named_in_refseq(tmp_path: Path) -> None:
    fasta = shutil.copy(EXAMPLE / "reference.fa", tmp_path)
    transcripts = read_transcripts(
        EXAMPLE / "genes.gtf",
        merged_targets(EXAMPLE / "targets.bed"),
        sequence_reader(Path(fasta)),
        read_table(CHECKOUT / "panels" / "myeloid54" / "genes.tsv", PanelGene),
    )
    assert len(transcripts) == 9
    whole = {t.gene for t in transcripts if t.begins and t.ends}
    # Of the others some exons lie outside their slices.
    assert whole == {"CEBPA"}
    for transcript in transcripts:
        assert transcript.accession.startswith("NM_"), transcript
        assert transcript.protein_accession.startswith("NP_"), transcript


def test_an_exon_without_a_number_is_the_users_error(tmp_path: Path) -> None:
    text = gtf(WITH_STOP).replace("exon_number", "exon_id")
    with pytest.raises(UserError, match=r"genes.gtf: an exon of G at chr1:11 has no exon_number"):
        only_transcript(tmp_path, text)


@pytest.mark.parametrize(
    ("contig", "build", "accession", "shift"),
    [
        ("chr13", "GRCh38", "NC_000013.11", 1),
        ("13", "GRCh37", "NC_000013.10", 1),
        ("chrX", "GRCh38", "NC_000023.11", 1),
        ("Y", "GRCh37", "NC_000024.9", 1),
        ("chr13_28015001_28037000", "GRCh38", "NC_000013.11", 28_015_001),
        ("chrUn_KI270302v1", "GRCh38", "chrUn_KI270302v1", 1),
        ("chr23", "GRCh38", "chr23", 1),
    ],
)
def test_contigs_are_numbered_as_their_chromosomes(
    contig: str, build: str, accession: str, shift: int
) -> None:
    assert numbering_of(contig, build) == GenomicNumbering(accession, shift)


@pytest.mark.parametrize(
    ("gene", "contig", "pos", "ref", "alt", "hgvs_c", "hgvs_p"),
    [
        ("DNMT3A", "chr2_25233601_25235000", 773, "C", "T", "2645G>A", "Arg882His"),
        ("NPM1", "chr5_171409901_171411100", 639, "C", "CTCTG", "860_863dup", "Trp288CysfsTer12"),
        ("FLT3", "chr13_28015001_28037000", 3505, "C", "A", "2503G>T", "Asp835Tyr"),
        ("TP53", "chr17_7669101_7677100", 5120, "C", "T", "743G>A", "Arg248Gln"),
        ("IDH2", "chr15_90088101_90089200", 602, "C", "T", "419G>A", "Arg140Gln"),
    ],
)
def test_names_on_the_parts_of_transcripts_that_the_example_holds(
    tmp_path: Path,
    gene: str,
    contig: str,
    pos: int,
    ref: str,
    alt: str,
    hgvs_c: str,
    hgvs_p: str,
) -> None:
    # A copy: reading a FASTA makes its index.
    fasta = shutil.copy(EXAMPLE / "reference.fa", tmp_path)
    transcripts = read_transcripts(
        EXAMPLE / "genes.gtf",
        merged_targets(EXAMPLE / "targets.bed"),
        sequence_reader(Path(fasta)),
    )
    transcript = next(t for t in transcripts if t.gene == gene)
    names = name_change(transcript, pos - 1, ref, alt, numbering_of(contig, "GRCh38"))
    assert names.hgvs_c == f"{transcript.accession}:c.{hgvs_c}"
    assert names.hgvs_p.endswith(f":p.({hgvs_p})")


@needs_shared
def test_known_variants_of_the_panel_have_their_names_and_proteins_their_sequence() -> None:
    regions, of_contig = shared_sequence()
    models = SHARED / "models" / "panel54_mane.grch38.gtf.gz"
    transcripts = {t.gene: t for t in read_transcripts(models, regions, of_contig)}
    proteins = {}
    for record in (SHARED / "models" / "panel_protein.fa").read_text().split(">")[1:]:
        header, *lines = record.split("\n")
        proteins[header.split()[0]] = "".join(lines)
    assert len(transcripts) == len(proteins) == 51
    for gene, transcript in transcripts.items():
        # WT1 begins with CTG, which starts translation with methionine.
        protein = translate(transcript.spliced[: transcript.coding_length])
        assert "M" + protein[1:-1] == proteins[gene], gene
    # Two names of the list are not by the rules: an inversion, and an insertion not moved 3'.
    better = {"c.1615_1616delinsTT": "c.1615_1616inv", "c.5838_5839insA": "c.5844dup"}
    with (SHARED / "hotspots" / "known_variants.grch38.tsv").open(newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert len(rows) == 331
    for row in rows:
        transcript = transcripts[row["gene"]]
        numbering = numbering_of(row["chrom"], "GRCh38")
        names = name_change(transcript, int(row["pos"]) - 1, row["ref"], row["alt"], numbering)
        listed = row["c_hgvs"].split(":")[1]
        assert names.hgvs_c.split(":")[1] == better.get(listed, listed), row
