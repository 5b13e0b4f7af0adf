"""FILTER tags: one table of what they are called, what they mean and what they weigh.

Code, VCF headers, reports and docs take them from here (those of the panel from
`scripts.panel.filter_table`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

PASS = "PASS"
"""What FILTER says where no tag speaks against a record (VCF 4.2, section 1.4.1)."""


class Filter(StrEnum):
    """A reason not to believe a call: its tag, and the same in words, without a full stop.

    `applies` names the calls that it is set for. `soft` filters are lifted for a variant that is
    known as pathogenic. `support` says that the filter asks for more fragments or reads: a variant
    of another sample of the patient need not pass it, errors are counted instead.
    """

    words: str
    applies: str
    soft: bool
    support: bool

    def __new__(
        cls, tag: str, applies: str, words: str, soft: bool = False, support: bool = False
    ) -> Self:
        """One row of a table."""
        member = str.__new__(cls, tag)
        member._value_ = tag
        member.applies, member.words, member.soft, member.support = applies, words, soft, support
        return member


class Flt3Filter(Filter):
    """The filters of ITDs, insertions and kinase domain mutations of FLT3."""

    LOW_SUPPORT = ("low_support", "ITD", "fewer mutant fragments than the threshold")
    OFF_TARGET = (
        "off_target",
        "ITD",
        "the insertion lies outside exons 14 and 15 and the intron between them",
    )
    BACKGROUND = (
        "background",
        "ITD known from an earlier sample",
        "as many mutant fragments may come from sequencing errors alone",
    )
    OUTNUMBERED = (
        "outnumbered",
        "ITD",
        "more fragments show a change at its place that nothing explains than show it",
    )
    NO_AMPLICON = (
        "no_amplicon",
        "ITD of amplicons",
        "no amplicon of the sample can show it: its reads begin elsewhere, or with other bases",
    )
    SPLICE_VARIANT = (
        "splice_variant",
        "ITD of RNA",
        "bases of the intron at this exon border, or whole exons in a ring (circular RNA): "
        "splicing, no ITD",
    )
    ONE_STRAND = ("one_strand", "ITD in long reads", "reads of one strand alone show it")
    LOW_DEPTH = ("low_depth", "TKD", "too few informative fragments for an answer at the codon")
    CARRY_OVER = (
        "carry_over",
        "ITD",
        "a sample of another patient on the same run has it at a high level, and few molecules of "
        "it are here",
    )
    UNFIT_READS = (
        "unfit_reads",
        "ITD, TKD",
        "the reads show changes that no molecule has: the warnings say why they are unfit",
    )


def filter_text(reasons: Iterable[str]) -> str:
    """The FILTER column: the reasons, or that there are none."""
    return ";".join(reasons) or PASS


def reasons_in(text: str) -> tuple[str, ...]:
    """The tags in a FILTER column; none when it passes."""
    return () if text == PASS else tuple(text.split(";"))


def header_lines(filters: Iterable[Filter]) -> list[str]:
    """The FILTER lines of a VCF header, PASS first."""
    rows = [(PASS, "All filters passed"), *((str(one), one.words) for one in filters)]
    return [
        f'##FILTER=<ID={tag},Description="{words[0].upper()}{words[1:]}">' for tag, words in rows
    ]
