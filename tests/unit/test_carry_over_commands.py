"""The commands that list a run and hold back what came over, and what they leave."""

import dataclasses
import gzip
import json
from pathlib import Path

import pysam
import pytest

from flt3itd.common.tables import read_table, write_table
from flt3itd.outputs import OutputPaths, write_results
from flt3itd.records import FltEvent, FltResult
from scripts.carry_over import list_run, mark
from scripts.panel.rows import PanelVariant
from scripts.panel.vcf import Origin, write_panel_vcf
from tests.carry_over_builders import counted, result
from tests.report_builders import panel_variant

CHR13 = 114_364_328


def write_called(folder: Path, made: FltResult, variants: list[PanelVariant]) -> None:
    """The files of the callers of one sample."""
    folder.mkdir()
    vcf = folder / "itd.vcf.gz"
    paths = OutputPaths(vcf, Path(f"{vcf}.tbi"), folder / "flt3.tsv", folder / "flt3.json")
    write_results(made, paths, CHR13)
    build = made.provenance.build
    write_table(folder / "panel.tsv", PanelVariant, variants, build)
    origin = Origin("GRCh38", {"chr5": 181_538_259}, "annotate")
    pairs = [(row, row.depth - row.alternate_fragments) for row in variants]
    write_panel_vcf(folder / "panel.vcf.gz", pairs, made.sample, origin)


def lines_of(vcf: Path) -> list[str]:
    return gzip.decompress(vcf.read_bytes()).decode().splitlines()


def test_the_commands_hold_back_in_every_file_alike(tmp_path: Path) -> None:
    donor = panel_variant(alternate_fragments=500, depth=1000, vaf=0.5, hotspot="")
    write_called(tmp_path / "D", result("D", counted(400, 1000)), [donor])
    own = panel_variant(pos=171_410_600)
    write_called(
        tmp_path / "S",
        result("S", counted(3, 1000)),
        [dataclasses.replace(donor, alternate_fragments=4, vaf=0.004), own],
    )
    names = ("D", "S")
    flt3 = [str(tmp_path / name / "flt3.json") for name in names]
    panels = [str(tmp_path / name / "panel.tsv") for name in names]
    table = tmp_path / "R1.tsv"
    list_run.main(
        ["--run", "R1", "--patients", "P1", "P2", "--flt3", *flt3, "--panels", *panels,
         "--out", str(table)]
    )  # fmt: skip
    out = tmp_path / "results"
    out.mkdir()
    mark.main(
        ["--sample", "S", "--patient", "P2", "--samples", "S", "--runs-of", "R1",
         "--flt3", flt3[1], "--panels", panels[1], "--tables", str(table), "--share", "0.005",
         "--itd-vcf", str(tmp_path / "S/itd.vcf.gz"),
         "--panel-vcf", str(tmp_path / "S/panel.vcf.gz"),
         "--out-flt3", str(out / "flt3.json"), "--out", str(out)]
    )  # fmt: skip
    [event] = json.loads((out / "flt3.json").read_text())["itd"]["events"]
    assert (event["filter"], event["status"]) == ("carry_over", "not_detected")
    [row] = read_table(out / "flt3.tsv", FltEvent)
    assert row.filter == "carry_over"
    with pysam.VariantFile(str(out / "itd.vcf.gz")) as vcf:
        assert [list(record.filter) for record in vcf] == [["carry_over"]]
    with pysam.VariantFile(str(out / "panel.vcf.gz")) as vcf:
        assert [list(record.filter) for record in vcf.fetch("chr5")] == [["carry_over"], ["PASS"]]
    rows = read_table(out / "panel.tsv", PanelVariant)
    assert [one.filter for one in rows] == ["carry_over", "PASS"]
    called, after = (lines_of(f / "panel.vcf.gz") for f in (tmp_path / "S", out))
    assert len(called) == len(after)
    assert sum(one != other for one, other in zip(called, after, strict=True)) == 1


@pytest.mark.parametrize(("told", "copies"), [(4.5, 4.5), (None, 1.0)])
def test_a_given_consensus_tells_the_reads_of_a_molecule(
    told: float | None, copies: float, tmp_path: Path
) -> None:
    made = dataclasses.replace(result("D", counted(400, 1000)), reads_by_molecule=told)
    write_called(tmp_path / "D", made, [])
    paths = ([tmp_path / "D" / name] for name in ("flt3.json", "panel.tsv"))
    (seen,) = list_run.read_samples(["R1"], ["P1"], *paths)
    assert seen.copies == copies


def test_a_sample_without_a_run_stays_as_it_was_called(tmp_path: Path) -> None:
    made = result("S", counted(3, 1000))
    write_called(tmp_path / "S", made, [panel_variant()])
    out = tmp_path / "results"
    out.mkdir()
    mark.main(
        ["--sample", "S", "--patient", "P2", "--samples", "S", "--runs-of", "-",
         "--flt3", str(tmp_path / "S/flt3.json"), "--panels", str(tmp_path / "S/panel.tsv"),
         "--tables", "--share", "0.005", "--itd-vcf", str(tmp_path / "S/itd.vcf.gz"),
         "--panel-vcf", str(tmp_path / "S/panel.vcf.gz"),
         "--out-flt3", str(out / "flt3.json"), "--out", str(out)]
    )  # fmt: skip
    for name in ("flt3.json", "flt3.tsv", "panel.tsv"):
        assert (out / name).read_bytes() == (tmp_path / "S" / name).read_bytes()
    for name in ("itd.vcf.gz", "panel.vcf.gz"):
        assert lines_of(tmp_path / "S" / name) == lines_of(out / name)
