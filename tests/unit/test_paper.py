"""Pages on paper: what Chromium is asked, what is kept of it, and what its failures come to."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.report import paper
from scripts.report.paper import PROGRAMS, find_chromium, main, print_page, require_chromium

PDF = "%PDF-1.4 /CreationDate (D:20261126081500+00'00') /ModDate (D:20261126081500+00'00') %%EOF"
PRINTS = f"""
for word in "$@"; do case $word in --print-to-pdf=*) printf %s "{PDF}" > "${{word#*=}}";; esac; done
"""


def chromium(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is called as Chromium is; it keeps its arguments and its page."""
    path = folder / "bin" / PROGRAMS[0]
    path.parent.mkdir()
    kept = (
        f'printf "%s\\n" "$@" >> {folder}/arguments; eval page=\\${{$#}}\n'
        f'cat "${{page#file://}}" > {folder}/seen.html\n'
    )
    path.write_text(f"#!/bin/sh\n{kept}{script}\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return path


def page(folder: Path) -> Path:
    path = folder / "report & 100%.html"
    links = '<a class="x" href="q"> <a href="../P1/report.html"> <a href="#top">'
    path.write_text(f'{links} <a href="https://example.org/">', "utf-8")
    return path


def test_a_page_is_printed_with_the_same_date_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium(tmp_path, PRINTS, monkeypatch)
    made = tmp_path / "new folder" / "report.pdf"
    main(["--page", str(page(tmp_path)), "--pdf", str(made)])
    text = made.read_text("utf-8")
    assert len(text) == len(PDF)
    assert re.findall(r"D:\d+", text) == ["D:19800101000000"] * 2
    assert [path.name for path in made.parent.iterdir()] == ["report.pdf"]


def test_chromium_is_called_without_a_network_and_with_a_profile_that_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium(tmp_path, f'echo "$HOME" > {tmp_path}/home; {PRINTS}', monkeypatch)
    print_page(page(tmp_path), tmp_path / "report.pdf")
    arguments = (tmp_path / "arguments").read_text("utf-8").splitlines()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in arguments
    home = Path((tmp_path / "home").read_text("utf-8").strip())
    assert f"--user-data-dir={home}/profile" in arguments
    assert home != Path.home()
    assert not home.exists()


def test_links_to_files_beside_the_page_are_no_links_on_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a PDF they would name the folders of this machine."""
    chromium(tmp_path, PRINTS, monkeypatch)
    print_page(page(tmp_path), tmp_path / "report.pdf")
    seen = (tmp_path / "seen.html").read_text("utf-8")
    assert "report.html" not in seen
    assert seen == '<a class="x"> <a> <a href="#top"> <a href="https://example.org/">'


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo one >&2; echo 'out of memory' >&2; exit 1", "made no PDF of it: out of memory"),
        ("exit 5", "made no PDF of it: it ended with status 5"),
        (PRINTS.replace("%%EOF", ""), "made no PDF of it: it ended with status 0"),
        (PRINTS.replace("%PDF", "<html"), "made no PDF of it: "),
        ("kill -9 $$", "made no PDF of it: it ended with status -9"),
    ],
)
def test_a_failure_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    path = chromium(tmp_path, script, monkeypatch)
    made = tmp_path / "made" / "report.pdf"
    with pytest.raises(UserError, match=re.escape(told)) as caught:
        print_page(page(tmp_path), made)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not made.parent.exists()


def test_a_failure_keeps_what_was_printed_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium(tmp_path, "exit 1", monkeypatch)
    made = tmp_path / "report.pdf"
    made.write_text("before", "utf-8")
    with pytest.raises(UserError):
        print_page(page(tmp_path), made)
    assert made.read_text("utf-8") == "before"


def test_a_chromium_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(paper, "_PATIENCE", 0.2)
    with pytest.raises(UserError, match="it did not end in"):
        print_page(page(tmp_path), tmp_path / "report.pdf")


NO_SANDBOX = """case "$*" in *--no-sandbox*) ;; *)
    echo "No usable sandbox! See docs" >&2; echo trap >&2; exit 1;;
esac"""


@pytest.mark.parametrize(
    ("user", "sandbox", "calls"),
    [(0, "", ["no"]), (1000, "", ["yes"]), (1000, NO_SANDBOX, ["yes", "no"])],
)
def test_the_sandbox_is_left_out_where_it_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, sandbox: str, calls: list[str]
) -> None:
    called = f'case "$*" in *--no-sandbox*) echo no;; *) echo yes;; esac >> {tmp_path}/calls'
    chromium(tmp_path, f"{called}\n{sandbox}\n{PRINTS}", monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    print_page(page(tmp_path), tmp_path / "report.pdf")
    assert (tmp_path / "calls").read_text("utf-8").split() == calls


def test_what_is_missing_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"^my\.yaml: report\.pdf: .* PATH has none") as caught:
        require_chromium("my.yaml: report.pdf")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", PROGRAMS)
def test_chromium_is_found_under_each_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() == str(tmp_path / name)
