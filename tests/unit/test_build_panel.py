"""The files of the 54-gene panel, and the script that builds them."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.hgvs.protein import translate
from flt3itd.locus.flt3 import GRCH37_SHIFT, flt3_locus
from flt3itd.locus.residue_classes import HOTSPOTS as KINASE_CODONS
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import (
    GeneDefinition,
    Hotspot,
    KnownVariant,
    PanelGene,
    Scope,
    numbers_in,
)
from scripts.panel_data import build_panel
from scripts.panel_data.build_panel import (
    Model,
    gtf_lines,
    hotspot_rows,
    known_rows,
    read_models,
    target_parts,
)
from tests.shared_data import SHARED, needs_shared, shared_sequence

PANEL = Path(__file__).parents[2] / "panels" / "myeloid54"
BUILDS = ("GRCh38", "GRCh37")


def model(strand: str = "+") -> Model:
    """Two coding parts of 4 and 5 bases; the second lies 2 bases further on GRCh37."""
    coding = {2: (101, 104), 3: (201, 205)} if strand == "+" else {2: (202, 205), 3: (101, 105)}
    exons = (
        ((1, 9), (98, 104), (201, 210)) if strand == "+" else ((301, 309), (202, 209), (99, 105))
    )
    offsets = {span: 2 * (number == 3) for number, span in coding.items()}
    return Model("G", "chr1", strand, "E.1", "P.1", "NM_1.1", "NP_1.1", 2, exons, coding, offsets)


def definition(exons: str = "all", residues: str = "") -> GeneDefinition:
    return GeneDefinition("G", Scope.EXONS, exons, exons, "", residues, None, None, "", "")


def bed(path: Path) -> dict[str, tuple[str, int, int]]:
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    named = {row[3]: (row[0], int(row[1]), int(row[2])) for row in rows}
    assert len(named) == len(rows)
    return named


@pytest.mark.parametrize(
    ("strand", "parts"),
    [("+", [(2, (104, 104)), (3, (201, 202))]), ("-", [(2, (202, 202)), (3, (104, 105))])],
)
def test_a_codon_may_be_split_between_exons(
    strand: str, parts: list[tuple[int, tuple[int, int]]]
) -> None:
    assert model(strand).codons(2, 2) == parts
    assert target_parts(definition(residues="2-2"), model(strand)) == parts


def test_each_coding_part_has_its_own_offset_between_the_builds() -> None:
    lines = [line.split("\t") for line in gtf_lines([model()], "GRCh37").splitlines()]
    assert [(row[2], int(row[3]), int(row[4]), row[7]) for row in lines] == [
        ("transcript", 1, 212, "."),
        ("exon", 1, 9, "."),
        ("exon", 98, 104, "."),
        ("CDS", 101, 104, "0"),
        ("exon", 203, 212, "."),
        ("CDS", 203, 207, "2"),
    ]


def test_an_exon_without_coding_bases_is_no_target() -> None:
    with pytest.raises(UserError, match="G: MANE exon 1 has no coding bases"):
        target_parts(definition("1-2"), model())


def test_models_that_differ_between_the_builds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "models.tsv"
    path.write_text(
        "gene\tGRCh38_exons(1-based,transcript order)\tGRCh38_CDS(incl. stop)\tGRCh37_CDS\n"
        "G\t1-9\t2-7\t12-18\n"
    )
    with pytest.raises(UserError, match=r"models.tsv: G: the coding parts are not equally long"):
        read_models(path)


def test_a_hotspot_whose_bases_are_another_codon_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codons.tsv"
    path.write_text("gene\taa\tres\tgenomic_positions(codon order)\nG\t2\tV\t104,201,203\n")
    with pytest.raises(UserError, match=r"codons.tsv: G 2: found \[104, 201, 203\]"):
        hotspot_rows(path, {"G": model()}, {"G": definition()})


def test_both_builds_have_the_same_targets_in_equal_length() -> None:
    for name in ("targets", "all_coding"):
        one, other = (bed(PANEL / f"{name}.{build}.bed") for build in BUILDS)
        assert one.keys() == other.keys()
        for target, (contig, start, end) in one.items():
            there = other[target]
            assert (there[0], there[2] - there[1]) == (contig, end - start), target
    hotspots, everything = (bed(PANEL / f"{n}.GRCh38.bed") for n in ("targets", "all_coding"))
    assert hotspots.keys() < everything.keys()
    assert {name.split("|")[0] for name in everything} == {
        gene.gene for gene in read_table(PANEL / "genes.tsv", PanelGene)
    }
    assert {n for n in hotspots if n.startswith("FLT3")} == {
        "FLT3|exon14", "FLT3|exon15", "FLT3|exon20"
    }  # fmt: skip


def test_flt3_lies_where_the_carried_locus_has_it() -> None:
    locus = flt3_locus()
    for build, shift in zip(BUILDS, (0, GRCH37_SHIFT), strict=True):
        targets = bed(PANEL / f"all_coding.{build}.bed")
        for number in range(12, 22):
            exon = locus.exon(number)
            start = locus.to_grch38(exon.start) - 1 + shift
            assert targets[f"FLT3|exon{number}"] == ("chr13", start - 10, start + len(exon) + 10)


def test_hotspots_and_known_variants_are_on_coding_exons_of_both_builds() -> None:
    coding = {build: bed(PANEL / f"all_coding.{build}.bed") for build in BUILDS}

    def exons(build: str, gene: str, contig: str, start: int, end: int) -> list[str]:
        return [
            name
            for name, (c, low, high) in coding[build].items()
            if name.startswith(f"{gene}|") and c == contig and low < start and end <= high
        ]

    hotspots = read_table(PANEL / "hotspots.tsv", Hotspot)
    assert len({(h.gene, h.residue) for h in hotspots}) == len(hotspots) == 84
    flt3 = {h.residue for h in hotspots if h.gene == "FLT3"}
    assert set(KINASE_CODONS) <= flt3  # what one table answers, the other does too
    for h in hotspots:
        newer = exons("GRCh38", h.gene, h.chrom, h.start_grch38, h.end_grch38)
        older = exons("GRCh37", h.gene, h.chrom, h.start_grch37, h.end_grch37)
        assert newer == older != [], h
    known = read_table(PANEL / "known_variants.tsv", KnownVariant)
    for v in known:
        newer = exons("GRCh38", v.gene, v.chrom, v.pos_grch38, v.pos_grch38)
        older = exons("GRCh37", v.gene, v.chrom, v.pos_grch37, v.pos_grch37)
        assert newer == older != [], v
    legacy = {(h.gene, h.residue): h.legacy for h in hotspots}
    assert legacy["MYD88", 252] == "L265"
    assert legacy["RUNX1", 201] == "R174"
    assert legacy["EZH2", 646] == "Y641"
    assert legacy["FLT3", 835] == ""


@needs_shared
def test_the_files_are_what_the_script_makes(tmp_path: Path) -> None:
    build_panel.main(
        [
            "--definition", str(PANEL / "definition.tsv"),
            "--models", str(SHARED / "models" / "panel54_mane_models.tsv"),
            "--hotspots", str(SHARED / "hotspots" / "hotspot_codons.grch38.tsv"),
            "--known", str(SHARED / "hotspots" / "known_variants.grch38.tsv"),
            "--out", str(tmp_path),
        ]
    )  # fmt: skip
    made = sorted(tmp_path.iterdir())
    assert len(made) == 9
    for path in made:
        assert path.read_text() == (PANEL / path.name).read_text(), path.name


@needs_shared
def test_models_translate_and_hotspots_are_the_residues_that_they_say() -> None:
    regions, of_contig = shared_sequence()
    models = PANEL / "genes.GRCh38.gtf"
    proteins = {
        t.gene: translate(t.spliced[: t.coding_length])
        for t in read_transcripts(models, regions, of_contig)
    }
    assert len(proteins) == 51
    for protein in proteins.values():
        assert protein.index("*") == len(protein) - 1
    for hotspot in read_table(PANEL / "hotspots.tsv", Hotspot):
        assert proteins[hotspot.gene][hotspot.residue - 1] == hotspot.amino_acid, hotspot


@needs_shared
def test_the_reference_material_has_the_same_place_in_both_builds() -> None:
    """Positions that a maker prints for GRCh37, beside those found on GRCh38."""
    coding = [bed(PANEL / f"all_coding.{build}.bed") for build in BUILDS]
    with (SHARED / "hotspots" / "HD829_truth.tsv").open(newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    for row in rows:
        places = [int(row["pos_hg38"]), int(row["pos_hg19"])]
        offsets = [
            [
                (name, place - low)
                for name, (contig, low, high) in targets.items()
                if contig == row["chrom"] and low < place <= high
            ]
            for targets, place in zip(coding, places, strict=True)
        ]
        assert offsets[0] == offsets[1] != [], row["change"]


@needs_shared
def test_the_primers_of_the_kit_read_the_exons_of_the_hotspot_list() -> None:
    inserts = defaultdict(list)
    for line in (SHARED / "panels" / "trusight_myeloid.GRCh37.bedpe").read_text().splitlines():
        cells = line.split("\t")
        inserts[cells[0]].append((int(cells[2]), int(cells[4])))
    genes = {gene.gene: gene for gene in read_table(PANEL / "genes.tsv", PanelGene)}
    read, targets = defaultdict(set), defaultdict(set)
    wanted, whole = bed(PANEL / "targets.GRCh37.bed"), {}
    for name, (contig, start, end) in bed(PANEL / "all_coding.GRCh37.bed").items():
        gene, exon = name.split("|exon")
        covered: set[int] = set()
        for low, high in inserts[contig]:
            covered |= set(range(max(low, start + 10), min(high, end - 10)))
        if covered:
            read[gene].add(int(exon))
        if name in wanted and wanted[name] == (contig, start, end):
            whole[name] = len(covered) / (end - start - 20)
    for name in wanted:
        gene, exon = name.split("|exon")
        targets[gene].add(int(exon))
    for gene, exons in targets.items():
        assert exons - read[gene] == set(numbers_in(genes[gene].unread_by_kit)), gene
    # All coding bases of the others lie between primers, but for these; so no exon of GRCh37 is
    # out of place by more than the room that amplicons have around it.
    partly = {name for name, share in whole.items() if 0 < share < 1}
    assert partly == {
        "KMT2A|exon5", "KMT2A|exon6", "KMT2A|exon7", "SMC3|exon13", "SMC3|exon25", "STAG2|exon6"
    }  # fmt: skip
    # Amplicons that reach into a neighbour, and three of KMT2A that the maker does not print.
    assert {gene: read[gene] - exons for gene, exons in targets.items() if read[gene] - exons} == {
        "FLT3": {13}, "GNAS": {10}, "KMT2A": {1, 3, 27}
    }  # fmt: skip


@needs_shared
def test_known_variants_keep_one_row_for_one_name() -> None:
    models = read_models(SHARED / "models" / "panel54_mane_models.tsv")
    rows = known_rows(SHARED / "hotspots" / "known_variants.grch38.tsv", models)
    names = {(row.gene, row.hgvs_c) for row in rows}
    assert len(names) == len(rows) == 330
    assert ("JAK2", "c.1615_1616inv") in names
