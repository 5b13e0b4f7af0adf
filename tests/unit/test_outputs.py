"""The files of a sample: a VCF that other tools read, a table, finite JSON; all of them or none."""

import json
import math
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.filters import PASS
from flt3itd.common.tables import read_table
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from flt3itd.one_allele import by_allele, together
from flt3itd.outputs import OutputPaths, event_lines, itd_vcf, json_text, write_results
from flt3itd.records import EventKind, FltEvent, FltResult, Status
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)

LENGTH = CHROMOSOME_LENGTH["GRCh38"]
FILTERED = itd_event(
    28_034_120, 28_034_140, vaf=0.01, filter="low_support;off_target", status=Status.NOT_DETECTED
)


def result(*events: FltEvent) -> FltResult:
    return replace(flt3_result(), itd=itd_result(*events))


def written(folder: Path, found: FltResult) -> OutputPaths:
    paths = OutputPaths.of(str(folder / "S"))
    write_results(found, paths, LENGTH)
    return paths


def test_paths() -> None:
    assert OutputPaths.of("a/S").vcf == Path("a/S.itd.vcf.gz")
    assert OutputPaths.of("a/S/").json == Path("a/S/flt3.json")
    assert OutputPaths.of("S.1").table == Path("S.1.flt3.tsv")
    assert OutputPaths.of("a/S").index == Path("a/S.itd.vcf.gz.tbi")


def test_the_vcf_is_indexed_and_says_the_same_as_the_table(tmp_path: Path) -> None:
    events = [itd_event(), itd_event(28_034_090, 28_034_130, "ACG", vaf=0.1), FILTERED]
    paths = written(tmp_path, result(*events))
    with pysam.VariantFile(str(paths.vcf)) as vcf:
        records = list(vcf.fetch("chr13", 28_000_000, 28_100_000))
        sample = next(iter(vcf.header.samples))
    assert [record.pos for record in records] == sorted(event.pos for event in events)
    for record in records:
        (event,) = [each for each in events if each.alt == (record.alts or ("",))[0]]
        call = record.samples[sample]
        assert (record.ref, record.pos) == (event.ref, event.pos)
        assert ";".join(map(str, record.filter)) == event.filter
        assert call["AF"] == pytest.approx((event.vaf,), rel=1e-5)
        assert call["AR"] == pytest.approx((event.ar,), rel=1e-5)
        assert call["AD"] == (event.wildtype_fragments, event.mutant_fragments)
        assert call["DP"] == event.informative_fragments
        assert call["AFCI"] == pytest.approx((event.vaf_low, event.vaf_high), rel=1e-5)
        assert record.info["SVLEN"] == (len(event.alt) - len(event.ref),)
    table = read_table(paths.table, FltEvent)
    assert [event.hgvs_c for event in table if event.event is EventKind.ITD] == [
        event.hgvs_c for event in events
    ]


def test_bcftools_reads_it_without_a_word(tmp_path: Path) -> None:
    if shutil.which("bcftools") is None:
        pytest.skip("bcftools is not on PATH")
    paths = written(tmp_path, result(itd_event(), FILTERED))
    command = ["bcftools", "view", "-H", str(paths.vcf)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 2


def test_every_key_is_declared_and_info_has_no_spaces() -> None:
    text = itd_vcf(result(itd_event(filler="ACG"), FILTERED), LENGTH)
    declared = {
        kind: set(re.findall(rf"##{kind}=<ID=(\w+),", text))
        for kind in ("INFO", "FORMAT", "FILTER", "contig")
    }
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert len(rows) == 2
    for chrom, _, _, ref, alt, _, filters, info, keys, values in rows:
        assert chrom in declared["contig"]
        assert set(filters.split(";")) - {"PASS"} <= declared["FILTER"]
        assert {part.split("=")[0] for part in info.split(";")} <= declared["INFO"]
        assert set(keys.split(":")) <= declared["FORMAT"]
        assert len(keys.split(":")) == len(values.split(":"))
        assert " " not in info + values + filters
        assert len(ref) == 1
        assert alt[0] == ref


def test_nothing_found_is_a_header_that_can_be_read(tmp_path: Path) -> None:
    paths = written(tmp_path, result())
    with pysam.VariantFile(str(paths.vcf)) as vcf:
        assert list(vcf) == []
    header = paths.table.read_text().splitlines()[0]
    assert header.startswith("sample\tevent\tstatus\tlength_bp\tin_frame")
    assert paths.index.exists()


def test_infinite_ratios() -> None:
    pure = itd_event(vaf=0.5, ar=math.inf, ar_high=math.inf, wildtype_fragments=0)
    (document,) = json.loads(json_text(result(pure)))["itd"]["events"]
    assert document["ar"] is None
    assert document["ar_high"] is None
    record = itd_vcf(result(pure), LENGTH).splitlines()[-1].split("\t")
    assert dict(zip(record[8].split(":"), record[9].split(":"), strict=True))["AR"] == "."


def test_no_wild_type_is_said_in_words() -> None:
    pure = itd_event(vaf=0.5, ar=math.inf, ar_low=45.0, ar_high=math.inf)
    (line,) = event_lines([pure])
    assert "no wild type seen, AR above 45" in line
    assert "inf " not in line


def test_changes_on_the_same_molecules_stand_in_the_vcf() -> None:
    event = itd_event(
        on_same_molecules="NM_1.1:c.1del;NM_1.1:c.9del", whole_hgvs_c="NM_1.1:c.1_9del"
    )
    info = itd_vcf(result(event), LENGTH).splitlines()[-1].split("\t")[7].split(";")
    assert "CIS=NM_1.1:c.1del,NM_1.1:c.9del" in info
    assert "WHOLE=NM_1.1:c.1_9del" in info
    plain = itd_vcf(result(itd_event()), LENGTH).splitlines()[-1]
    assert "CIS=" not in plain
    assert "WHOLE=" not in plain


def test_molecules_that_differ_far_beside_an_itd_are_one_record() -> None:
    plain = itd_event(vaf=0.2, vaf_low=0.15, vaf_high=0.25, mutant_fragments=100)
    changed = replace(
        plain, vaf=0.1, vaf_low=0.07, vaf_high=0.13, mutant_fragments=50,
        filter="low_support", on_same_molecules="NM_1.1:c.1del;NM_1.1:c.9A>G",
    )  # fmt: skip
    text = itd_vcf(result(changed, plain), LENGTH)
    (record,) = [line for line in text.splitlines() if line[0] != "#"]
    cells = record.split("\t")
    assert cells[6] == "PASS"
    assert "HAPLOTYPES=0.1:c.1del&c.9A>G,0.2:none" in cells[7].split(";")
    assert "CIS=" not in record
    values = dict(zip(cells[8].split(":"), cells[9].split(":"), strict=True))
    assert float(values["AF"]) == pytest.approx(0.3)
    assert [float(one) for one in values["AFCI"].split(",")] == pytest.approx([0.22, 0.38])
    assert values["AD"].split(",")[1] == "150"
    assert "HAPLOTYPES=" not in itd_vcf(result(plain), LENGTH).splitlines()[-1]


def test_what_all_molecules_of_one_allele_share_stands_beside_it() -> None:
    one = itd_event(on_same_molecules="c.1del;c.9del", filter="low_support", remark="a; b")
    other = replace(one, on_same_molecules="c.9del", filter="one_strand;low_support", remark="b")
    both = together([one, other])
    assert both.on_same_molecules == "c.9del"
    assert both.filter == "low_support;one_strand"
    assert both.remark.endswith("; b")
    assert "with c.1del and c.9del" in both.remark
    assert together([one]) is one
    assert by_allele([one, itd_event(28_034_108, 28_034_164), other])[0] == (one, other)


def test_molecules_of_one_allele_pass_together() -> None:
    one = itd_event(
        vaf=0.5, vaf_low=0.4, vaf_high=0.6, mutant_fragments=50, wildtype_fragments=30,
        filter="low_support", status=Status.NOT_DETECTED, remark="a; b", whole_hgvs_c="c.1_9del",
    )  # fmt: skip
    other = replace(one, filter=PASS, status=Status.DETECTED, wildtype_fragments=20)
    both = together([one, other])
    assert (both.status, both.filter, both.whole_hgvs_c) == (Status.DETECTED, PASS, "c.1_9del")
    assert (both.vaf_high, both.wildtype_fragments, both.informative_fragments) == (1.0, 30, 130)
    assert together([one, one]).status is Status.NOT_DETECTED
    three = together([one, other, replace(other, remark="b", whole_hgvs_c="")])
    assert (three.remark.split("; ")[1:], three.whole_hgvs_c) == (["b"], "")


def test_the_table_keeps_an_infinite_ratio(tmp_path: Path) -> None:
    paths = written(tmp_path, result(itd_event(vaf=0.5, ar=math.inf, ar_high=math.inf)))
    assert math.isinf(read_table(paths.table, FltEvent)[0].ar)


def test_only_the_files_of_the_sample_are_there(tmp_path: Path) -> None:
    written(tmp_path, result(itd_event()))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "S.flt3.json",
        "S.flt3.tsv",
        "S.itd.vcf.gz",
        "S.itd.vcf.gz.tbi",
    ]


def test_a_number_that_is_none_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NaN"):
        written(tmp_path, result(itd_event(ar_low=math.nan)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UserError, match="the results cannot be written"):
        write_results(result(), OutputPaths.of(str(blocked / "S")), LENGTH)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_library_that_tells_no_error_number_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As htslib on a full disk: "None" stood there."""

    def fail(*_: object, **__: object) -> None:
        raise OSError("building of index failed")

    monkeypatch.setattr(pysam, "tabix_index", fail)
    with pytest.raises(UserError, match="cannot be written: building of index failed"):
        written(tmp_path, result(itd_event()))
    assert list(tmp_path.iterdir()) == []


def test_the_same_result_is_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    found = result(itd_event(), FILTERED)
    for name in ("vcf", "index", "table", "json"):
        first = getattr(written(one, found), name).read_bytes()
        assert first == getattr(written(other, found), name).read_bytes()


def test_a_file_that_cannot_be_placed_takes_the_others_back(tmp_path: Path) -> None:
    """Of four files that get their places one by one, the last cannot."""
    (tmp_path / "S.flt3.json" / "in the way").mkdir(parents=True)
    with pytest.raises(UserError, match="the results cannot be written"):
        written(tmp_path, result(itd_event()))
    assert [path.name for path in tmp_path.iterdir()] == ["S.flt3.json"]
