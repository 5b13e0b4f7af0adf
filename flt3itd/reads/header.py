"""What a BAM header tells of its reads: platforms, and steps that take clipped reads away."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pysam

from flt3itd.reads.alignment import Flag
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
HISAT2_LOSES = (
    "HISAT2 leaves reads over a junction without a place, and such reads were left out (--no-unal, "
    "samtools view -F 4): keep them in the BAM, or give the FASTQ"
)
"""Measured: of real reads with ITDs of 21, 39, 75 and 117 bases at 0.70, 0.10, 0.06 and 0.14 none
was left, of 30 bases at 0.42 0.26. Reads in the file without a place are placed here."""
END_TO_END_LOSES = (
    "Bowtie 2 aligned end to end, which leaves reads over a junction without a place, and such "
    "reads were left out (--no-unal, samtools view -F 4): keep them in the BAM, or give the FASTQ"
)
CONCORDANT_ALONE = (
    "Bowtie 2 left out pairs that do not lie as it expects (--no-mixed --no-discordant), as those "
    "of an ITD may, so that ratios may be too low: keep reads without a place, or give the FASTQ"
)
"""Measured: 21 bases at 0.70 of a real amplicon read 0.48."""
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
_FLAGS = r"(0[xX][\da-fA-F]+|\d+|[A-Z,_\d]+)(?:\s|$)"
_BY_FLAGS = re.compile(rf"\bview\s(?:.*\s)?(?:-[bhu1]*f\s*|--require-flags[ =]){_FLAGS}")
"""Flags that samtools view asks of each record: a number, or names."""
_WITHOUT_FLAGS = re.compile(rf"\bview\s(?:.*\s)?(?:-[bhu1]*F\s*|--excl(?:ude)?-flags[ =]){_FLAGS}")
"""Flags of which it takes no record that has one."""
_MAPPED = re.compile(r"\bnot unmapped\b|-isMapped\s+true\b|\s--no-unal\b|\s--passthrough\b")
"""Bowtie 2 and HISAT2 call themselves with --passthrough where --no-unal is asked for, or reads
without a place go into another file as well."""
_HISAT2 = re.compile(r"\bhisat2(-align-[sl])?\b")
_BOWTIE2 = re.compile(r"\bbowtie2(-align-[sl])?\b")
_LOCAL = re.compile(r"-local\b")
_STAR_ENDS = re.compile(r"--alignEndsType[ =]+EndToEnd\b")
_BBMAP = re.compile(r"\balign2\.BBMap\w*\b")
_BBMAP_LOCAL = re.compile(r"\blocal=t(rue)?\b")
_ALIGNER = re.compile(
    rf"{_STAR.pattern}|{_HISAT2.pattern}|{_BOWTIE2.pattern}|{_BBMAP.pattern}"
    r"|\b(bwa(-mem2[\w.]*)?|minimap2|novoalign|snap-aligner|gsnap|subread-align|ngmlr)\s"
)
"""Programs that align reads, of those whose records name their command."""
_PROPER = re.compile(r"(?<!not )\bproper_pair\b|-isProperPair\s+true\b|\bflag\.proper_pair\b")

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

    And whether fragments were removed that share their ends with others; which aligner was told to
    clip nothing ("" for none), and whether pairs that it gave no place are in the file.
    """

    platforms: tuple[str, ...] = ()
    steps_without_clips: tuple[str, ...] = ()
    lossy_steps: tuple[str, ...] = ()
    copies_removed: bool = False
    end_to_end: str = ""
    unplaced_kept: bool = False


def read_header(bam: pysam.AlignmentFile) -> Header:
    """What the header of an opened file tells."""
    end_to_end = aligned_end_to_end(bam)
    return Header(
        platforms(bam),
        steps_without_clips(bam),
        lossy_steps(bam),
        were_copies_removed(bam),
        end_to_end,
        bool(end_to_end) and _has_unplaced_pairs(bam),
    )


def aligned_end_to_end(bam: pysam.AlignmentFile) -> str:
    """The aligner that was told to clip nothing; "" where none was, or another one took part."""
    aligners = [_aligner_end_to_end(one) for one in _commands(bam) if _ALIGNER.search(one)]
    return next(iter(aligners), "") if all(aligners) else ""


def _aligner_end_to_end(command: str) -> str:
    """The name of the aligner, if it clips nothing with its options."""
    if _BOWTIE2.search(command):
        return "" if _LOCAL.search(command) else "Bowtie 2"
    if _HISAT2.search(command):
        return "HISAT2" if "--no-softclip" in command else ""
    if _STAR.match(command):
        return "STAR" if _STAR_ENDS.search(command) else ""
    if _BBMAP.search(command):
        return "" if _BBMAP_LOCAL.search(command) else "BBMap"
    return ""


def were_copies_removed(bam: pysam.AlignmentFile) -> bool:
    """Whether an earlier program took fragments out by their ends, without asking for UMIs."""
    return any(_REMOVED.search(one) and not _BY_UMI.search(one) for one in _commands(bam))


def steps_without_clips(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """What earlier programs did after which reads over a junction are missing, in words.

    Other aligners that clip nothing (HISAT2 --no-softclip, Bowtie 2 end to end) force such reads
    onto the reference, or keep them unmapped, if they are not left out then.
    """
    placed_alone = _are_placed_alone(bam)
    hisat2 = placed_alone and any(map(_HISAT2.search, _commands(bam)))
    bowtie2 = placed_alone and any(not _LOCAL.search(one) for one in _of_bowtie2(bam))
    ends = any(map(_STAR_ENDS.search, _lossy_star(bam)))
    selected = any(re.search(r"\bsclen\b", one) for one in _commands(bam))
    by_alignment = any(_BY_ALIGNMENT.search(one) for one in _commands(bam))
    return (
        *((STAR_END_TO_END,) if ends else ()),
        *((HISAT2_LOSES,) if hisat2 else ()),
        *((END_TO_END_LOSES,) if bowtie2 else ()),
        *((CLIPS_SELECTED,) if selected else ()),
        *((ALIGNMENTS_SELECTED,) if by_alignment else ()),
    )


def lossy_steps(bam: pysam.AlignmentFile) -> tuple[str, ...]:
    """What earlier programs did after which some reads over a junction are missing, in words."""
    by_length = any(_BY_LENGTH.search(one) for one in _commands(bam))
    concordant = any("--no-mixed" in one and "--no-discordant" in one for one in _of_bowtie2(bam))
    return (
        *((STAR_LOSES,) if any(_STAR_SHARE not in one for one in _lossy_star(bam)) else ()),
        *((LENGTHS_SELECTED,) if by_length else ()),
        *((CONCORDANT_ALONE,) if concordant and _are_placed_alone(bam) else ()),
        *((PROPER_SELECTED,) if any(map(_asks_for_proper_pairs, _commands(bam))) else ()),
    )


def _asks_for_proper_pairs(command: str) -> bool:
    """Whether a command keeps proper pairs alone (samtools, sambamba, bamtools)."""
    flags = _BY_FLAGS.search(command)
    if flags is None:
        return _PROPER.search(command) is not None
    return _names_flag(flags[1], Flag.PROPER_PAIR, "PROPER_PAIR")


def _names_flag(flags: str, flag: Flag, name: str) -> bool:
    """Whether flags as samtools takes them, a number or names, hold one."""
    if flags[0].isdigit():
        return bool(int(flags, 0 if flags[:2] in ("0x", "0X") else 10) & flag)
    return name in flags.split(",")


def _are_placed_alone(bam: pysam.AlignmentFile) -> bool:
    """Whether a program left out reads without a place, and the file has no pair of them."""
    return any(map(_leaves_out_unplaced, _commands(bam))) and not _has_unplaced_pairs(bam)


def _leaves_out_unplaced(command: str) -> bool:
    flags = _WITHOUT_FLAGS.search(command)
    if flags is not None and _names_flag(flags[1], Flag.UNMAPPED, "UNMAP"):
        return True
    return _MAPPED.search(command) is not None or _asks_for_proper_pairs(command)


def _has_unplaced_pairs(bam: pysam.AlignmentFile) -> bool:
    """As the index tells; that of a CRAM does not."""
    try:
        return bool(bam.nocoordinate)
    except (AttributeError, ValueError):
        return False


def _of_bowtie2(bam: pysam.AlignmentFile) -> list[str]:
    """The command lines of Bowtie 2."""
    return [one for one in _commands(bam) if _BOWTIE2.search(one)]


def _lossy_star(bam: pysam.AlignmentFile) -> list[str]:
    """The command lines of STAR that keep no unmapped reads."""
    return [one for one in _commands(bam) if _STAR.match(one) and _STAR_KEEPS not in one]


def _commands(bam: pysam.AlignmentFile) -> list[str]:
    return [str(one.get("CL", "")) for one in header_lines(bam, "PG")]
