"""Files and folders that a configuration names: there, readable, safe in commands."""

import gzip
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.settings import check_files, read_settings
from tests.settings_builders import PATHS, config


def test_primers_that_are_not_there_are_named(tmp_path: Path) -> None:
    there = tmp_path / "file"
    there.touch()
    here = str(there)
    settings = read_settings(
        config(
            reference={"fasta": here, "build": "GRCh38", "gene_models": here},
            panel={
                "name": "mine",
                "targets": here,
                "primers": str(tmp_path / "none.bedpe"),
            },
        ),
        "my.yaml",
    )
    with pytest.raises(UserError, match=r"my.yaml: panel.primers: .*none.bedpe"):
        check_files(settings, "my.yaml")


def test_a_home_folder_is_not_guessed(tmp_path: Path) -> None:
    there = tmp_path / "file"
    there.touch()
    reference = {"fasta": "~/hg38.fa", "build": "GRCh38", "gene_models": str(there)}
    settings = read_settings(config(reference=reference), "my.yaml")
    with pytest.raises(UserError, match=r"reference.fasta: found '~/hg38.fa'; ~ is not taken for"):
        check_files(settings, "my.yaml")


def test_no_input_lies_where_the_run_would_take_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("results/work/reference/genome.fa", "genes.gtf", "targets.bed"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).touch()
    reference = {
        "fasta": "results/work/reference/genome.fa", "build": "GRCh38", "gene_models": "genes.gtf",
    }  # fmt: skip
    settings = read_settings(config(reference=reference, output="results"), "my.yaml")
    with pytest.raises(UserError, match=r"^my.yaml: reference.fasta: .* lies in 'results/work'"):
        check_files(settings, "my.yaml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            gzip.compress(b">chr13\nACGT\n", mtime=0),
            "the genome is compressed; decompress it with: gzip -dk",
        ),
        (b"@read\nACGT\n", "this is not a FASTA file: its first line does not start with >"),
        (
            b">chr13\r\nACGT\r\n",
            "row 1: found Windows line ends; save it with Unix line ends (dos2unix)",
        ),
        (b"", "this is not a FASTA file: its first line does not start with >"),
    ],
)
def test_a_genome_that_programs_cannot_read_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    """A compressed genome passed the dry run."""
    monkeypatch.chdir(tmp_path)
    for file in ("hg38.fa", "genes.gtf", "targets.bed"):
        Path(file).write_bytes(content)
    settings = read_settings(config(output="results"), "my.yaml")
    with pytest.raises(UserError) as caught:
        check_files(settings, "my.yaml")
    assert str(caught.value) == f"my.yaml: reference.fasta: 'hg38.fa': {words}"


@pytest.mark.parametrize("folder", ["/", ".", "..", "there/..", "link", "~/results", "~", "new"])
def test_results_have_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "work" / "there").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    Path("link").symlink_to(tmp_path)
    for file in ("genes.gtf", "targets.bed"):
        Path(file).touch()
    Path("hg38.fa").write_text(">chr13\nACGT\n")
    settings = read_settings(config(output=folder), "my.yaml")
    if folder == "new":
        check_files(settings, "my.yaml")
        return
    wrong = "is or holds the working folder" if "~" not in folder else "~ is not taken for a home"
    with pytest.raises(UserError, match=f"^my.yaml: output: .*{wrong}"):
        check_files(settings, "my.yaml")


@pytest.mark.parametrize("key", ["fasta", "output"])
def test_a_name_that_is_too_long_for_any_system_is_named(tmp_path: Path, key: str) -> None:
    long = str(tmp_path / ("a" * 300))
    there = tmp_path / "file"
    there.touch()
    reference = {"fasta": str(there), "build": "GRCh38", "gene_models": str(there)}
    changed = config(reference=reference, panel={"name": "mine", "targets": str(there)})
    (reference if key == "fasta" else changed)[key] = long
    with pytest.raises(UserError, match=rf"{key}: '.*' cannot be looked up: File name too long"):
        check_files(read_settings(changed, "my.yaml"), "my.yaml")


@pytest.mark.parametrize("key", PATHS)
@pytest.mark.parametrize("name", ["a{b}", "a<b>", 'a"b', "a\\b", "a\nb", "-a"])
def test_a_path_that_a_command_would_misread_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, name: str
) -> None:
    """The file is there: only its name is the reason. No key that names a file is left out."""
    monkeypatch.chdir(tmp_path)
    for file in ("hg38.fa", "genes.gtf", "targets.bed", name):
        Path(file).touch()
    changed = config()
    *sections, last = key.split(".")
    place = changed
    for section in sections:
        place = place.setdefault(section, {})
    place[last] = name
    with pytest.raises(UserError) as caught:
        check_files(read_settings(changed, "my.yaml"), "my.yaml")
    text = str(caught.value)
    assert text.startswith(f"my.yaml: {key}: found {name!r}; a path cannot begin with -")
    assert "\n" not in text
