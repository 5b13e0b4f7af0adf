"""Options of `flt3itd call`: what is refused before anything is read, in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flt3itd.cli import main
from tests.builders import write_mates
from tests.call_builders import bam, refused
from tests.itd_builders import call, sample_pairs, tandem


def test_no_file_is_lost_that_is_input_and_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = bam(tmp_path)
    prefix = str(call(tmp_path, "--bam", str(given)).prefix)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (tmp_path / "link.bam").symlink_to(given)
    for arguments in (
        ["--known", f"{prefix}.itd.vcf.gz", "--out", prefix],
        ["--out", str(tmp_path / "new"), "--json", str(tmp_path / "link.bam")],
        ["--out", prefix, "--junctions", f"{prefix}.flt3.tsv"],
    ):
        assert main(["call", "--bam", str(given), *arguments]) == 2
        assert "is an input or another output too" in capsys.readouterr().err
    assert files == {path: path.read_bytes() for path in files}


def test_an_output_that_has_no_place_is_named_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = str(bam(tmp_path))
    (tmp_path / "file").write_text("kept")
    long = tmp_path / ("x" * 250)  # fits as it is, but not with the ends of the files
    for out, words in (
        (tmp_path / "file" / "S", "S.itd.vcf.gz: cannot be written: Not a directory; give another"),
        (long, "x.itd.vcf.gz: cannot be written: File name too long; give another name"),
    ):
        assert main(["call", "--bam", given, "--out", str(out)]) == 2
        message = capsys.readouterr().err
        assert words in message
        assert message.count("\n") == 1
    assert (tmp_path / "file").read_text() == "kept"


def test_a_read_only_folder_is_named_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = str(bam(tmp_path))
    # Root may write everywhere, so the folder alone would not do.
    monkeypatch.setattr("flt3itd.commands.arguments.os.access", lambda path, _: path != tmp_path)
    told = refused(tmp_path, capsys, "--bam", given)
    assert f"cannot be written, because {tmp_path} is read-only; change its permissions" in told


def test_a_pipe_or_folder_is_not_taken_away_for_an_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A device such as /dev/null was removed where the user may do that."""
    given = str(bam(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        arguments = ["--out", str(tmp_path / "out" / "S"), "--json", str(tmp_path / name)]
        assert main(["call", "--bam", given, *arguments]) == 2
        told = f"flt3itd: error: {tmp_path / name}: this is no regular file, and is not replaced"
        assert capsys.readouterr().err.startswith(told)
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "folder").is_dir()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["a b", "a\tb", "", "a\nb"])
def test_sample_names(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert "--sample" in refused(tmp_path, capsys, "--bam", str(bam(tmp_path)), "--sample", name)


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5"])
def test_thresholds(tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str) -> None:
    arguments = ["--bam", str(bam(tmp_path)), "--out", str(tmp_path / "S"), "--min-depth", value]
    with pytest.raises(SystemExit) as caught:
        main(["call", *arguments])
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert f"found {value!r}, expected a whole number from 1" in message
    assert message.count("\n") == 1
    assert message.endswith("; see flt3itd call --help\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--as-aligned"], "--as-aligned: is said of a BAM; leave it out"),
        (["--families", "R1.fastq"], "--families: is told of a BAM that is a consensus"),
        (["--min-family-size", "2"], "--min-family-size: is said of UMI families"),
    ],
)
def test_what_is_said_of_a_bam_is_refused_with_fastq(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    options: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("R1.fastq").write_text("@a\nACGT\n+\nIIII\n", "ascii")
    assert main(["call", "--fastq", "R1.fastq", "--out", "S", *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--families", "--min-family-size"])
def test_what_is_said_of_families_is_refused_of_reads_that_have_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    told = tmp_path / "told.json"
    told.write_text('{"molecules_hidden": 0}', "utf-8")
    value = str(told) if option == "--families" else "2"
    message = refused(tmp_path, capsys, "--bam", str(bam(tmp_path)), option, value)
    assert f"{option}: is said of UMI families" in message


@pytest.mark.parametrize(
    "options", [["--bam", "A.bam", "--bam", "B.bam"], ["--fastq", "R1.fq", "--fastq=R2.fq"]]
)
def test_an_option_is_given_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    """The last of two BAMs would be called, and the second of two FASTQ files as single reads."""
    assert f"{options[0]}: is given twice" in refused(tmp_path, capsys, *options)


@pytest.mark.parametrize("value", ["3_0", "\u0663", "nan", "0", "100001", "30 ng"])
def test_nanograms_are_written_as_the_sheet_has_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    """Python alone takes 3_0 for 30, and digits of other scripts."""
    with pytest.raises(SystemExit) as caught:
        main(["call", "--bam", "S.bam", "--out", str(tmp_path / "S"), "--input-ng", value])
    assert caught.value.code == 2
    assert f"found {value!r}, expected a number of nanograms above 0" in capsys.readouterr().err


def test_words_that_an_option_takes_are_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("call", "consensus", "background"):
        with pytest.raises(SystemExit):
            main([command, "--assay", "wgs"])
        message = capsys.readouterr().err
        assert "capture" in message
        assert "Assay." not in message


def test_a_mistake_of_umis_names_the_file_that_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bam(tmp_path)
    message = refused(tmp_path, capsys, "--bam", str(path), "--umi", "RX")
    assert message.startswith(f"flt3itd: error: {path}: no read has the tag RX")


@pytest.mark.parametrize("umi", ["12M+T +T", "12M+T"])
def test_read_structures_are_of_fastq(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], umi: str
) -> None:
    """The sheet refuses them too: the reads of a BAM have lost what is no template."""
    message = refused(tmp_path, capsys, "--bam", str(bam(tmp_path)), "--umi", umi)
    assert message.startswith(f"flt3itd: error: --umi: {umi!r} of a BAM; give RX or name")


def test_thresholds_are_used(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_100, 28_034_160, 0.3)], 150)
    files = list(map(str, write_mates(tmp_path, pairs)))
    (event,) = call(tmp_path, "--fastq", *files).passing
    strict = str(event["mutant_fragments"] + 1)
    found = call(tmp_path, "--fastq", *files, "--min-mutant-fragments", strict)
    assert found.status == "not_detected"
    assert [each["filter"] for each in found.events] == ["low_support"]
    assert call(tmp_path, "--fastq", *files, "--min-depth", "5000").status == "detected"
