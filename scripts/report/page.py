"""What all pages share: templates, how numbers are written in them, and their one script."""

from __future__ import annotations

import base64
import hashlib
import html
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from flt3itd import __version__
from flt3itd.common.plurals import counted, counted_are
from scripts.coverage.rows import ExonCoverage
from scripts.records import number_words
from scripts.report import flt3_words, panel_words, words

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@cache
def page_environment() -> jinja2.Environment:
    """Templates with escaping of everything, our filters, and the script of the pages.

    The page allows this one script, by its checksum, and nothing else to run.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "percent": number_words.percent,
        "ratio": number_words.ratio,
        "ratio_or_infinite": lambda value: number_words.ratio(math.inf if value is None else value),
        "state": words.STATE_WORDS.__getitem__,
        "abbreviated": words.abbreviated,
        "reasons": lambda text: text.replace(";", ", "),
        "filters_shown": words.filters_shown,
        "remarks": panel_words.variant_remarks,
        "css_text": css_text,
        "short_allele": words.short_allele,
        "frame_words": flt3_words.frame_words,
        "chance": words.chance,
        "known_words": flt3_words.known_words,
        "reach_words": flt3_words.reach_words,
        "short_protein": words.short_protein,
        "short_name": lambda name: name.rsplit(":", maxsplit=1)[-1],
        "spelled": words.spelled,
        "signed": number_words.signed,
        "rounded": number_words.rounded,
        "depth_class": depth_class,
        "share": number_words.percent_of_first,
        "counted": counted,
        "counted_are": counted_are,
        "number": lambda value: f"{value:,.0f}",
    }
    environment.filters.update(filters)
    script = (TEMPLATES / "tables.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment.globals["script"] = script
    environment.globals["pipeline"] = f"myeloid panel pipeline {__version__}"
    environment.globals["notice_on_paper"] = "research use only"
    environment.globals["script_hash"] = f"sha256-{digest}"
    environment.globals["infinite"] = math.inf
    environment.globals["percent_interval"] = number_words.percent_interval
    environment.globals["ratio_interval"] = number_words.ratio_interval
    return environment


def css_text(text: str) -> str:
    """Text for a string of a style sheet: no character that could end it."""
    return re.sub(r"[^\w .,+-]", " ", html.unescape(text)).strip()


def depth_class(exon: ExonCoverage) -> str:
    """The CSS class of an exon in the coverage strip."""
    least = exon.minimum
    if not exon.assessable or least is None:
        return "depth-none"
    steps = ((1000, "depth-4"), (500, "depth-3"), (200, "depth-2"))
    return next((name for depth, name in steps if least >= depth), "depth-1")
