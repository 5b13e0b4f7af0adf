"""The filters of the panel's calls, as a table; `scripts.panel.filters` sets them."""

from __future__ import annotations

from flt3itd.common.filters import Filter


class PanelFilter(Filter):
    """A reason not to believe a call of the panel; docs/panel.md has defaults and reasons."""

    LOW_DEPTH = (
        "low_depth",
        "panel",
        "fewer informative fragments than the minimum depth",
        False,
        True,
    )
    LOW_VAF = ("low_vaf", "panel", "VAF below the minimum", True, True)
    FEW_FRAGMENTS = (
        "few_fragments",
        "panel",
        "fewer mutant fragments than the minimum",
        False,
        True,
    )
    COPIED_ERROR = (
        "copied_error",
        "panel",
        "copies of one molecule with an error of PCR may be as many reads of so little DNA",
        True,
        True,
    )
    NOT_SPANNED = (
        "not_spanned",
        "panel",
        "no read holds the change with room on both sides; the reads of the caller count",
        False,
        True,
    )
    STRAND_BIAS = (
        "strand_bias",
        "panel",
        "mutant reads come from one strand, wild-type reads do not",
        True,
    )
    POSITION_BIAS = (
        "position_bias",
        "panel",
        "mutant bases stand near the ends of reads, wild-type bases do not",
        True,
    )
    BASE_QUALITY = (
        "base_quality",
        "panel",
        "most mutant bases are below the base quality, wild-type bases are not",
    )
    DAMAGE = (
        "damage",
        "panel",
        "mutant fragments come from one of the two strands of the molecules, as from damaged bases",
    )
    OFF_TARGET = ("off_target", "panel", "outside the targets")
    OF_RNA = ("of_rna", "panel", "the reads are of RNA: the panel is called from DNA")
    UNFIT_READS = (
        "unfit_reads",
        "panel",
        "the reads show changes that no molecule has: the warnings say why they are unfit",
    )
    PART_OF_EVENT = (
        "part_of_event",
        "panel",
        "the same molecules show a larger event, which stands beside it",
    )
    OTHER_CHANGE = (
        "other_change",
        "panel",
        "its reads fit other changes of the place as well or better",
    )
    SLIPPAGE = (
        "slippage",
        "panel",
        "more or fewer bases in a run of one base, at a VAF that slippage explains",
    )
    MISALIGNED_ITD = (
        "misaligned_itd",
        "panel",
        "misaligned reads of a called ITD show this change",
    )
    CARRY_OVER = (
        "carry_over",
        "panel",
        "a sample of another patient on the same run has it at a high level, and few molecules of "
        "it are here",
    )
    KNOWN_ARTIFACT = ("known_artifact", "panel", "known as an artefact, and below 10%")
    NORMALS = ("normals", "panel", "seen in the panel of normals", True)
    COMMON = ("common", "panel", "more frequent in the population than the maximum", True)
