"""Draft or final, and the laboratory's comment: from configuration and table to the report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.comments import LONGEST_COMMENT, read_comments
from scripts.records.report_state import ReportState
from scripts.report.build import gather
from scripts.report.render import page
from scripts.report.write import write_report
from tests.report_builders import CELLS, PARAMETERS, report_files, report_of

COMMENT = "First line <b>\n\n-- {{ 7 * 7 }} & last"


def table(folder: Path, *rows: str) -> str:
    path = folder / "comments.tsv"
    path.write_text("".join(f"{row}\n" for row in ("sample\tcomment", *rows)), "utf-8")
    return str(path)


def test_line_breaks_and_backslashes_of_a_comment_are_read(tmp_path: Path) -> None:
    rows = (r"S1" "\t" r"one\ntwo\\n <b>", "S2\t-x")
    read = read_comments(table(tmp_path, *rows), ("S1", "S2", "S3"))
    assert read == {"S1": "one\ntwo\\n <b>", "S2": "-x"}
    assert read_comments(None, ("S1",)) == {}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("S9\tx",), "row 2: column sample: 'S9' is not in the sample sheet"),
        (("S1\tx", "S1\ty"), "row 3: column sample: 'S1' has a comment above"),
        (("S1\ta\x07b",), "row 2: column comment: "),
        (("S1\t" + "x" * (LONGEST_COMMENT + 1),), "row 2: column comment: "),
        (("S1\t",), "row 2: 'comment' is missing"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)) as caught:
        read_comments(table(tmp_path, *rows), ("S1",))
    assert "\n" not in str(caught.value)


def test_a_comment_may_be_as_long_as_is_said(tmp_path: Path) -> None:
    longest = "x" * LONGEST_COMMENT
    assert read_comments(table(tmp_path, f"S1\t{longest}"), ("S1",)) == {"S1": longest}


def test_a_comment_is_escaped_on_the_page_and_whole_in_the_document(tmp_path: Path) -> None:
    names = [tmp_path / "out" / f"report.{kind}" for kind in ("json", "html", "xlsx")]
    gathered = gather(CELLS, report_files(tmp_path), PARAMETERS, comment=COMMENT)
    write_report(gathered, *names)
    assert json.loads(names[0].read_text("utf-8"))["comment"] == COMMENT
    shown = "First line &lt;b&gt;\n\n-- {{ 7 * 7 }} &amp; last"
    text = names[1].read_text("utf-8")
    assert f'<p class="own-lines">{shown}</p>' in text
    # Our own notices do not stand below it, as if the laboratory had written them.
    assert text.index("Research use only.") < text.index('id="comment"')


def test_no_comment_leaves_no_heading(tmp_path: Path) -> None:
    assert "Comment of the laboratory" not in page(report_of(tmp_path))


@pytest.mark.parametrize("state", list(ReportState))
def test_the_state_is_in_the_head_and_on_every_printed_page(
    tmp_path: Path, state: ReportState
) -> None:
    html = page(gather(CELLS, report_files(tmp_path), PARAMETERS, state=state))
    assert f"<strong>{state}</strong>" in html.partition("</header>")[0]
    assert f'@top-right {{ content: "{state} report, research use only"' in html


def test_a_report_is_a_draft_unless_it_is_called_final(tmp_path: Path) -> None:
    assert report_of(tmp_path).state is ReportState.DRAFT
