"""panel.vcf.gz and itd.vcf.gz as other programs read them: cyvcf2, pysam and bcftools."""

from __future__ import annotations

import gzip
import math
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import cyvcf2
import pysam
import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.common.vcf import Field, Header, Record, Value, protein_text, structural, vcf_text
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from flt3itd.outputs import OutputPaths, write_results
from flt3itd.records import FltEvent, Status
from scripts.panel.rows import PanelVariant
from scripts.panel.vcf import Origin, write_panel_vcf
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)
from tests.report_builders import panel_variant

ORIGIN = Origin("GRCh38", {"chr5": 181_538_259}, "python -m scripts.panel.annotate --build GRCh38")
HET, UNKNOWN, HOM = 1, 2, 3
"""Genotypes in the words of cyvcf2."""

needs_bcftools = pytest.mark.skipif(
    shutil.which("bcftools") is None, reason="bcftools is not on PATH"
)


def snv(pos: int, **changes: object) -> PanelVariant:
    return panel_variant(pos=pos, ref="C", alt="T", exon="", **changes)


VARIANTS: list[tuple[PanelVariant, int]] = [
    (panel_variant(tier="1", known="pathogenic"), 610),
    (snv(171_410_600, filter="low_vaf;common", population_frequency=0.02, tier="4"), 990),
    (snv(171_410_601, filter="low_depth", population_frequency=0.01, vaf=0.5), 5),
    (snv(171_410_602, depth=430, vaf=1.0, clinvar="Benign,Likely_benign", cosmic="COSV1;COSV2"), 0),
    (
        snv(
            171_410_603,
            hgvs_p="NP_002511.1:p.(Ala5=)",
            rescued="low_vaf;common",
            origin="germline-like VAF",
        ),
        620,
    ),
]


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vcf") / "panel.vcf.gz"
    write_panel_vcf(path, VARIANTS, "S1", ORIGIN)
    return path


EVENTS = [
    itd_event(),
    itd_event(28_034_120, 28_034_140, vaf=0.01, filter="low_support", status=Status.NOT_DETECTED),
    itd_event(28_034_090, 28_034_150, vaf=0.5, ar=math.inf, wildtype_fragments=30),
]


@pytest.fixture(scope="module")
def itds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    paths = OutputPaths.of(str(tmp_path_factory.mktemp("vcf") / "S"))
    result = replace(flt3_result(), itd=itd_result(*EVENTS))
    write_results(result, paths, CHROMOSOME_LENGTH["GRCh38"])
    return paths.vcf


def test_cyvcf2_reads_genotypes_depths_and_frequencies_of_the_panel(panel: Path) -> None:
    records = list(cyvcf2.VCF(str(panel)))
    genotypes = [HET, HET, UNKNOWN, HOM, HET]
    for record, (row, wildtype), expected in zip(records, VARIANTS, genotypes, strict=True):
        assert record.gt_types.tolist() == [expected]
        assert record.gt_ref_depths.tolist() == [wildtype]
        assert record.gt_alt_depths.tolist() == [row.alternate_fragments]
        assert record.format("DP")[0, 0] == row.depth
        assert record.format("AF")[0, 0] == pytest.approx(row.vaf)
        assert record.format("AFCI")[0].tolist() == pytest.approx([row.vaf_low, row.vaf_high])
        assert record.INFO.get("POPULATION_AF") == pytest.approx(row.population_frequency)
        assert (record.FILTER or "PASS") == row.filter
    assert [record.INFO.get("TIER") for record in records] == [1, 4, None, None, None]
    assert [record.INFO.get("EXON") for record in records] == [11, None, None, None, None]


def test_pysam_reads_lists_and_names_that_a_person_can_read(panel: Path) -> None:
    with pysam.VariantFile(str(panel)) as file:
        records = list(file.fetch("chr5", 171_410_000, 171_411_000))
        assert dict(file.header.records[0].items()) == {}
        assert str(file.header.records[0]) == "##fileformat=VCFv4.2\n"
        keys = {record.key: record.value for record in file.header.records if record.value}
    assert keys["reference"] == "GRCh38"
    assert keys["source"].startswith("flt3itd ")
    assert keys["commandline"] == ORIGIN.command
    assert [record.samples["S1"]["GT"] for record in records] == [
        (0, 1), (0, 1), (None, None), (1, 1), (0, 1)
    ]  # fmt: skip
    assert records[3].info["CLINVAR"] == ("Benign", "Likely_benign")
    assert records[3].info["COSMIC"] == ("COSV1", "COSV2")
    assert records[4].info["RESCUED"] == ("low_vaf", "common")
    assert records[4].info["HGVSP"] == "NP_002511.1:p.(Ala5Ala)"
    assert records[4].info["ORIGIN"] == "germline-like_VAF"


def test_cyvcf2_and_pysam_read_the_itds(itds: Path) -> None:
    events = sorted(EVENTS, key=lambda event: event.pos)
    records = list(cyvcf2.VCF(str(itds)))
    for record, event in zip(records, events, strict=True):
        assert record.gt_types.tolist() == [HET if math.isfinite(event.ar) else HOM]
        assert record.gt_ref_depths.tolist() == [event.wildtype_fragments]
        assert record.gt_alt_depths.tolist() == [event.mutant_fragments]
        assert record.format("AF")[0, 0] == pytest.approx(event.vaf, rel=1e-5)
        ratio = record.format("AR")[0, 0]
        assert (
            ratio == pytest.approx(event.ar, rel=1e-5)
            if math.isfinite(event.ar)
            else math.isnan(ratio)
        )
    with pysam.VariantFile(str(itds)) as file:
        genotypes = [record.samples[0]["GT"] for record in file]
    assert genotypes == [(0, 1) if math.isfinite(event.ar) else (1, 1) for event in events]


def bcftools(*arguments: str) -> list[str]:
    """The lines of bcftools, which must have nothing to remark."""
    done = subprocess.run(["bcftools", *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@needs_bcftools
def test_bcftools_counts_the_genotypes(panel: Path, itds: Path) -> None:
    for path, heterozygous, homozygous in ((panel, 2, 1), (itds, 0, 0)):
        rows = [line.split("\t") for line in bcftools("stats", "-s", "-", str(path))]
        (sample,) = [row for row in rows if row[0] == "PSC"]
        (head,) = [row for row in rows if row[0] == "# PSC"]
        counts = dict(zip((one.split("]")[1] for one in head[1:]), sample[1:], strict=True))
        assert int(counts["nNonRefHom"]) == homozygous
        assert int(counts["nHets"]) == heterozygous
        assert int(counts["nIndels"]) == (1 if path == panel else 3)


@needs_bcftools
@pytest.mark.parametrize(
    ("expression", "positions"),
    [
        ("POPULATION_AF>0.01", [171_410_600]),
        ("TIER<=2", [171_410_539]),
        ('FMT/AF>0.9 && GT="hom"', [171_410_602]),
        ("FMT/AD[0:0]<10", [171_410_601, 171_410_602]),
        ('CLINVAR="Benign"', [171_410_602]),
    ],
)
def test_bcftools_compares_numbers(panel: Path, expression: str, positions: list[int]) -> None:
    found = bcftools("view", "-H", "-i", expression, str(panel))
    assert [int(line.split("\t")[1]) for line in found] == positions


def test_events_are_structural_from_50_bases_on() -> None:
    assert structural(100, "A", "A" * 50) == {}
    assert structural(100, "A" * 50, "A") == {}
    assert structural(100, "A", "A" * 51) == {"SVTYPE": "INS", "SVLEN": 50, "END": 100}
    assert structural(100, "A" * 51, "A") == {"SVTYPE": "DEL", "SVLEN": -50, "END": 150}
    # As many bases go as come: no net gain that a program for structural variants asks for.
    assert structural(100, "A" * 80, "C" * 80) == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NP_1.1:p.(Ala5=)", "NP_1.1:p.(Ala5Ala)"),
        ("NP_1.1:p.(Ter5=)", "NP_1.1:p.(Ter5Ter)"),
        ("NP_1.1:p.(Tyr591_Phe605dup)", "NP_1.1:p.(Tyr591_Phe605dup)"),
        ("NP_1.1:p.(=)", "NP_1.1:p.(%3D)"),
        ("NP_1.1:p.(Ala5_Gly7=)", "NP_1.1:p.(Ala5_Gly7%3D)"),
        ("", ""),
    ],
)
def test_no_equals_sign_stands_in_info(name: str, text: str) -> None:
    record = Record("c", 1, "A", "C", "PASS", {"HGVSP": protein_text(name)}, {"GT": "0/1"})
    assert record.line().split("\t")[7] == (f"HGVSP={text}" if text else ".")


def test_what_would_break_a_line_does_not_get_into_it() -> None:
    info: dict[str, Value] = {
        "A": "x;y=z,\t%\n",
        "B": ["p q", "r,s"],
        "C": None,
        "D": "",
        "E": [],
        "F": 0,
    }
    values: dict[str, Value] = {"GT": "0/1", "X": math.inf, "Y": None, "Z": 1 / 3}
    line = Record("c", 1, "A", "C", "PASS", info, values, quality=12.25).line()
    assert line.count("\t") == 9
    assert line.split("\t")[5:] == [
        "12.25", "PASS", "A=x%3By%3Dz%2C%09%25%0A;B=p_q,r%2Cs;F=0", "GT:X:Y:Z", "0/1:.:.:0.333333",
    ]  # fmt: skip
    header = Header("S", {"c": 9}, [Field("A", "1", "String", "x")], [], command="one\ntwo")
    text = vcf_text(header, [])
    assert "##commandline=one two\n" in text
    assert "##counted_unit" not in text


@pytest.mark.parametrize(
    ("sampling", "said", "is_assumed"),
    [
        (Sampling(CountedUnit.READS), "reads", True),
        (Sampling(CountedUnit.READS, 1000), "reads", False),
        (Sampling(CountedUnit.MOLECULES), "molecules", False),
    ],
)
def test_a_header_says_what_is_counted(
    sampling: Sampling, said: str, is_assumed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "panel.vcf.gz"
    write_panel_vcf(path, [(panel_variant(), 9)], "S1", replace(ORIGIN, sampling=sampling))
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert f"##counted_unit={said}" in lines
    assert ("##assumption=if every read were a molecule" in lines) == is_assumed


def test_tiers_that_are_no_numbers_are_text(tmp_path: Path) -> None:
    path = tmp_path / "panel.vcf.gz"
    write_panel_vcf(
        path, [(panel_variant(tier="II"), 9)], "S1", replace(ORIGIN, numbered_tiers=False)
    )
    (record,) = cyvcf2.VCF(str(path))
    assert record.INFO.get("TIER") == "II"


def test_an_itd_without_an_answer_has_no_genotype(tmp_path: Path) -> None:
    blind: FltEvent = itd_event(status=Status.NOT_ASSESSABLE, filter="low_support")
    paths = OutputPaths.of(str(tmp_path / "S"))
    result = replace(flt3_result(), itd=itd_result(blind))
    write_results(result, paths, CHROMOSOME_LENGTH["GRCh38"])
    (record,) = cyvcf2.VCF(str(paths.vcf))
    assert record.gt_types.tolist() == [UNKNOWN]
