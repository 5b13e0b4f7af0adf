"""What every page gets once its template is filled: contents, names of tables, keys for scrolling.

It works on the finished markup, so that no section of any template can be without it. The markup is
ours and regular; everything from outside is escaped in it already.
"""

from __future__ import annotations

import re

_PART = re.compile(
    r'<h2 id="(?P<place>[\w-]+)">(?P<section>.*?)</h2>'
    r"|<h3[^>]*>(?P<head>.*?)</h3>"
    r"|<summary>(?P<summary>.*?)</summary>"
    r'|(?P<scroll><div class="scroll">)'
    r"(?=\s*<table[^>]*>(?:\s*<caption[^>]*>(?P<named>.*?)</caption>)?)"
    r"|(?P<table><table[^>]*>)(?!\s*<caption)"
    r"|(?P<figure><figure>)(?=\s*<svg.*?<title[^>]*>(?P<drawn>.*?)</title>)",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")
_LONGEST_NAME = 100
CONTENTS = "<!-- contents -->"


def finished(page: str) -> str:
    """The page with its contents, a caption for each table, and scroll areas that keys reach."""
    sections: list[tuple[str, str]] = []
    heading = ""

    def part(match: re.Match[str]) -> str:
        nonlocal heading
        text = match["section"] or match["head"] or match["summary"]
        if text is not None:
            heading = _plain(text)
            if match["place"]:
                sections.append((match["place"], heading))
            return match[0]
        if match["table"]:
            return f'{match[0]}\n<caption class="unseen">{heading or "Table"}</caption>'
        name = _plain(match["named"] or match["drawn"] or heading)
        if match["figure"]:
            return f'<figure tabindex="0" role="group" aria-label="{name}">'
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">'

    made = _PART.sub(part, page)
    links = "".join(f'<li><a href="#{place}">{name}</a></li>' for place, name in sections)
    return made.replace(CONTENTS, f"<ul>{links}</ul>" if links else "", 1)


def _plain(markup: str) -> str:
    """The text of some markup up to the end of its first sentence, fit for an attribute."""
    text = " ".join(_TAG.sub(" ", markup).split()).replace('"', "&quot;")
    sentence = text.partition(". ")[0].rstrip(".")
    if len(sentence) <= _LONGEST_NAME:
        return sentence
    return f"{sentence[:_LONGEST_NAME].rpartition(' ')[0]} ..."
