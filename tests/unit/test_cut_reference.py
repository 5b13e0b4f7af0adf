"""The reference slices that the project carries are what the script cuts."""

from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.locus.flt3 import flt3_locus
from scripts.command import run
from scripts.genome.gtf import GtfFeature, gtf_features
from scripts.panel_data.cut_reference import (
    Region,
    checksum,
    example_files,
    locus_fasta,
    main,
    slice_models,
    slice_of,
    targets_of,
)
from tests.builders import random_sequence, write_fasta
from tests.shared_data import SHARED, needs_shared

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "panels" / "example"
FASTAS = [
    SHARED / "reference" / "flt3_locus.GRCh38.fa",
    SHARED / "reference" / "panel_segments.grch38.fa.gz",
]


@needs_shared
def test_carried_locus_is_what_the_script_cuts() -> None:
    carried = ROOT / "flt3itd" / "data" / "flt3.GRCh38.fa"
    assert locus_fasta(FASTAS) == carried.read_text()


@needs_shared
def test_example_is_what_the_script_cuts() -> None:
    models = list(gtf_features(SHARED / "models" / "panel54_mane.grch38.gtf.gz"))
    files = example_files(FASTAS, models, read_table(EXAMPLE / "regions.tsv", Region))
    for name, content in files.items():
        assert content == (EXAMPLE / name).read_text(), name


def test_example_reference_agrees_with_its_headers_and_the_locus() -> None:
    with pysam.FastxFile(str(EXAMPLE / "reference.fa")) as records:
        found = {r.name: (r.comment, r.sequence) for r in records}
    for name, (comment, sequence) in found.items():
        assert name and comment and sequence
        contig, start, end = name.split("_")
        assert comment.startswith(f"GRCh38 {contig}:{start}-{end} plus strand ")
        assert comment.endswith(f"sha256={checksum(sequence)}")
        assert len(sequence) == int(end) - int(start) + 1
    assert found["chr13_28015001_28037000"][1] == flt3_locus().sequence


def test_example_models_number_flt3_as_the_locus_does() -> None:
    exons = {
        int(feature.attributes()["exon_number"]): feature
        for feature in gtf_features(EXAMPLE / "genes.gtf")
        if feature.gene == "FLT3" and feature.kind == "CDS"
    }
    for exon in flt3_locus().exons:
        feature = exons[exon.number]
        assert (feature.start, feature.end) == (exon.start, exon.end)
        assert int(feature.attributes()["cds_start"]) == exon.cds_start
        assert int(feature.frame) == (1 - exon.cds_start) % 3


def feature(kind: str, span: tuple[int, int], strand: str, attributes: str) -> GtfFeature:
    """A feature of gene G over bases from..to (1-based)."""
    named = f'gene_name "G";{attributes}'
    return GtfFeature("chr1", "x", kind, span[0] - 1, span[1], strand, ".", named, row=1)


def gene(strand: str, *exons: tuple[int, int], coding: tuple[int, int]) -> list[GtfFeature]:
    """A gene G on contig chr1 with exons in transcript order, coding from..to (1-based)."""
    whole = min(start for start, _ in exons), max(end for _, end in exons)
    features = [feature("transcript", whole, strand, "")]
    for number, (start, end) in enumerate(exons, start=1):
        numbered = f' exon_number "{number}";'
        features.append(feature("exon", (start, end), strand, numbered))
        first, last = max(start, coding[0]), min(end, coding[1])
        if first <= last:
            features.append(feature("CDS", (first, last), strand, numbered))
    return features


def value(one: GtfFeature, attribute: str) -> str:
    return one.attributes().get(attribute, "")


def places(features: list[GtfFeature]) -> list[tuple[str, int, int, str, str]]:
    """Kind, first and last base (1-based), number and `cds_start` of each."""
    return [
        (f.kind, f.start + 1, f.end, value(f, "exon_number"), value(f, "cds_start"))
        for f in features
    ]


def test_models_of_a_gene_on_the_minus_strand_keep_their_c_numbers() -> None:
    models = gene("-", (901, 1000), (701, 760), (501, 530), (301, 400), coding=(391, 950))
    assert places(slice_models(models, Region("G", "chr1", 451, 800, "2,3"))) == [
        ("transcript", 51, 310, "", ""),
        ("exon", 251, 310, "2", "51"),
        ("CDS", 251, 310, "2", "51"),
        ("exon", 51, 80, "3", "111"),
        ("CDS", 51, 80, "3", "111"),
    ]


def test_untranslated_ends_are_cut_and_broken_exons_left_out() -> None:
    models = gene("+", (101, 200), (301, 400), (501, 600), coding=(151, 520))
    region = Region("G", "chr1", 350, 560, "3")
    sliced = slice_models(models, region)
    assert places(sliced) == [
        ("transcript", 152, 211, "", ""),
        ("exon", 152, 211, "3", "151"),
        ("CDS", 152, 171, "3", "151"),
    ]
    assert value(sliced[0], "partial") == "true"
    assert targets_of(sliced, region) == ["chr1_350_560\t141\t181\tG|exon3\t0\t+\n"]
    with pytest.raises(UserError, match="does not hold the coding part of exon '2'"):
        targets_of(sliced, Region("G", "chr1", 350, 560, "2,3"))


def test_a_whole_gene_is_not_called_partial() -> None:
    models = gene("+", (101, 200), (301, 400), coding=(151, 350))
    whole = slice_models(models, Region("G", "chr1", 101, 400, "1"))[0]
    assert value(whole, "partial") == ""


def test_slices_come_from_whole_contigs_and_from_named_slices(tmp_path: Path) -> None:
    sequence = random_sequence(500, 3)
    whole = write_fasta(tmp_path / "whole.fa", {"1": sequence.lower(), "2": "ACGT"})
    named = write_fasta(tmp_path / "named.fa", {"G|chr1:101-300|strand=-": sequence[100:300]})
    for fasta in (whole, named):
        assert slice_of([fasta], "chr1", 150, 250) == sequence[149:250]
    with pytest.raises(UserError, match="no record holds chr1:90-250"):
        slice_of([named], "chr1", 90, 250)


def test_command_reports_a_mistake_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fasta = write_fasta(tmp_path / "a.fa", {"chr1": "ACGT"})
    arguments = ["cut_reference", "locus", "--fasta", str(fasta), "--out", f"{tmp_path}/out.fa"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        run(main)
    assert ended.value.code == 2
    assert "no record holds chr13:28015001-28037000" in capsys.readouterr().err
    assert not (tmp_path / "out.fa").exists()
