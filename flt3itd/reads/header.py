"""What a BAM header tells of its reads: platforms, and steps that take clipped reads away."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pysam

from flt3itd.reads.alignment_file import header_lines, platforms

_STAR = re.compile(r"^(\S*/)?STAR(long)?(-(avx\w*|s*sse[\w.]+|plain))?\s")
"""Packages name the program by the processor that it is for (STAR-avx2)."""
_STAR_SHARE = "--outFilterMatchNminOverLread"
_STAR_KEEPS = "--outSAMunmapped Within"
STAR_END_TO_END = (
    f"STAR aligned end to end (--alignEndsType EndToEnd without {_STAR_KEEPS}), which leaves out "
    "reads over a junction"
)
STAR_LOSES = (
    "STAR leaves out pairs of which less than two thirds lie on the genome, so that long ITDs are "
    f"counted too low: align with {_STAR_KEEPS}, or give the FASTQ"
)
"""Measured: of 180 bases at 0.30 the VAF was 0.17 with the defaults of STAR 2.7.10b; of 24 to 120
bases the interval held 0.30. Reads that STAR keeps unmapped are placed here (`unplaced`)."""
CLIPS_SELECTED = "reads were selected by their clipped bases (sclen)"
ALIGNMENTS_SELECTED = (
    "reads were selected by mismatches and gaps (NM), by the score (AS) or by the CIGAR of their "
    "alignments"
)
LENGTHS_SELECTED = (
    "pairs were selected by their template length (TLEN), so that the ratios of ITDs are wrong and "
    "long ones may be missing: give all pairs"
)
_BY_ALIGNMENT = re.compile(
    r"\[(NM|AS|nM)\]"  # samtools view --expr, sambamba view --filter
    r"|-tag\s+[\"']?(NM|AS|nM):"  # bamtools filter
    r"|\bcigar\s*[!=]~"
)
_BY_LENGTH = re.compile(r"\btlen\s*[<>!=]|[<>=]\s*tlen\b|\btemplate_length\b|-insertSize\b")
"""How samtools, sambamba and bamtools name what they select by."""
PROPER_SELECTED = (
    "pairs were selected that the aligner calls proper, which those of a long ITD may not be, so "
    "that it is missing or its ratio too low: give all pairs"
)
_BY_FLAGS = re.compile(
    r"\bview\s(?:.*\s)?(?:-[bhu1]*f\s*|--require-flags[ =])"
    r"(0[xX][\da-fA-F]+|\d+|[A-Z,_\d]+)(?:\s|$)"
)
"""Flags that samtools view asks of each record: a number, or names."""
_PROPER = re.compile(r"(?<!not )\bproper_pair\b|-isProperPair\s+true\b|\bflag\.proper_pair\b")
_PROPER_FLAG = 2

_REMOVED = re.compile(
    r"\bREMOVE_DUPLICATES[= ]true\b"  # Picard and GATK MarkDuplicates
    r"|\bmarkdup\s(.*\s)?(-[a-zA-Z]*r[a-zA-Z]*|--remove-duplicates)(\s|$)"  # samtools, sambamba
    r"|\brmdup\s"
    r"|\bsamblaster\s(.*\s)?(-r|--removeDups)(\s|$)",
    re.IGNORECASE,
)
_BY_UMI = re.compile(r"\bbarcode[-_](tag|name|rgx)[= ](?!null)", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """Platforms of the read groups, and steps that took all or some reads over a junction away.

    And whether fragments were removed that share their ends with others.
    """

    platforms: tuple[str, ...] = ()
    steps_without_clips: tuple[str, ...] = ()
    lossy_steps: tuple[str, ...] = ()
    copies_removed: bool = False


def read_header(bam: pysam.AlignmentFile) -> Header:
    """What the header of an opened file tells."""
    return Header(
        platforms(bam), steps_without_clips(bam), lossy_steps(bam), were_copies_removed(bam)
    )


def were_copies_removed(bam: pysam.AlignmentFile) -> bool:
    """Whether an earlier program took fragments out by their ends, without asking for UMIs."""
    return any(_REMOVED.search(one) and not _BY_UMI.search(one) for one in _commands(bam))


def steps_without_clips(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """What earlier programs did after which reads over a junction are missing, in words.

    Other aligners that clip nothing (HISAT2 --no-softclip, Bowtie 2 end to end) force such reads
    onto the reference, or keep them unmapped.
    """
    ends = any(re.search(r"--alignEndsType[ =]+EndToEnd\b", one) for one in _lossy_star(bam))
    selected = any(re.search(r"\bsclen\b", one) for one in _commands(bam))
    by_alignment = any(_BY_ALIGNMENT.search(one) for one in _commands(bam))
    return (
        *((STAR_END_TO_END,) if ends else ()),
        *((CLIPS_SELECTED,) if selected else ()),
        *((ALIGNMENTS_SELECTED,) if by_alignment else ()),
    )


def lossy_steps(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """What earlier programs did after which some reads over a junction are missing, in words."""
    by_length = any(_BY_LENGTH.search(one) for one in _commands(bam))
    return (
        *((STAR_LOSES,) if any(_STAR_SHARE not in one for one in _lossy_star(bam)) else ()),
        *((LENGTHS_SELECTED,) if by_length else ()),
        *((PROPER_SELECTED,) if any(map(_asks_for_proper_pairs, _commands(bam))) else ()),
    )


def _asks_for_proper_pairs(command: str) -> bool:
    """Whether a command keeps proper pairs alone (samtools, sambamba, bamtools)."""
    flags = _BY_FLAGS.search(command)
    if flags is None:
        return _PROPER.search(command) is not None
    asked = flags[1]
    if asked[0].isdigit():
        return bool(int(asked, 0 if asked[:2] in ("0x", "0X") else 10) & _PROPER_FLAG)
    return "PROPER_PAIR" in asked.split(",")


def _lossy_star(bam: pysam.AlignmentFile) -> list[str]:
    """The command lines of STAR that keep no unmapped reads."""
    return [one for one in _commands(bam) if _STAR.match(one) and _STAR_KEEPS not in one]


def _commands(bam: pysam.AlignmentFile) -> list[str]:
    return [str(one.get("CL", "")) for one in header_lines(bam, "PG")]
