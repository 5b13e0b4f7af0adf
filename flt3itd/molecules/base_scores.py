"""What letters of several reads say of one base: the likeliest base, and its quality.

The four bases are compared by their likelihood: a letter of quality Q was read from another base
with probability e = 10^(-Q/10), each of the three with e/3. The commonest errors are of a
polymerase before the UMIs were read apart: they are in all copies, and no consensus is trusted
beyond them (as fgbio CallMolecularConsensusReads,
https://fulcrumgenomics.github.io/fgbio/tools/latest/CallMolecularConsensusReads.html).
"""

from __future__ import annotations

import numpy as np

from flt3itd.molecules.letters import BASE_SHIFT, HIGHEST_QUALITY, Bytes, Words

LEAST_QUALITY = 3
"""Bases below are no evidence: Illumina writes 2 for a base that was not called."""
ERROR_BEFORE = 10**-4.5
"""Errors by base before the UMI, on one strand: damage and the first copy (fgbio: Q45)."""
ERROR_AFTER = 1e-4
"""Errors by base and read after the UMI, beside those of sequencing (fgbio: Q40)."""
_LOWEST_WRITTEN = 2

_STEPS = 2.0
"""Scores are whole numbers of half decibels, so that four of them fit in the bits of one number."""
MOST_READS = 700
"""Reads of a family that are looked at: 700 x 90 stays below 2^16, and more change nothing."""


def _score_table() -> Words:
    """By letter: the score of its base, in the 16 bits of that base."""
    score = np.zeros(256, dtype=np.uint64)
    for base in range(4):
        for quality in range(LEAST_QUALITY, HIGHEST_QUALITY + 1):
            read = 10 ** (-quality / 10)
            error = read + ERROR_AFTER - 4 / 3 * read * ERROR_AFTER
            points = round(_STEPS * 10 * np.log10((1 - error) / (error / 3)))
            score[(base << BASE_SHIFT) | quality] = points << 16 * base
    return score


SCORE = _score_table()
"""By letter: what a read adds to the scores of a place, the four bases in one number."""


def _lead_table() -> Bytes:
    """The quality of a base by the lead of its score."""
    doubt = 3 * 10 ** (-np.arange(256) / 10 / _STEPS)
    error = doubt / (1 + doubt)
    quality = np.rint(-10 * np.log10(error + ERROR_BEFORE * (1 - error)))
    written: Bytes = np.maximum(quality, _LOWEST_WRITTEN).astype(np.uint8)
    return written


_QUALITY_OF_LEAD = _lead_table()


def _alone_tables() -> tuple[Bytes, Bytes]:
    """By letter: base and quality of the consensus of a single read."""
    letters = np.arange(256)
    evidence = (letters & HIGHEST_QUALITY) >= LEAST_QUALITY
    base = np.where(evidence, letters >> BASE_SHIFT, 0)
    lead = (SCORE >> (16 * base).astype(np.uint64)).astype(np.int64)
    return base.astype(np.uint8), np.where(evidence, _QUALITY_OF_LEAD[lead], 0).astype(np.uint8)


_BASE_ALONE, _QUALITY_ALONE = _alone_tables()


def of_one_read(letters: Bytes) -> tuple[Bytes, Bytes]:
    """Bases and qualities of the consensus of single reads."""
    return _BASE_ALONE[letters], _QUALITY_ALONE[letters]


def decided(scores: Words) -> tuple[Bytes, Bytes]:
    """The likeliest base and its quality from the four scores of each place.

    The quality is that of the lead over the second base, as if the others were as likely.
    """
    each = np.ascontiguousarray(scores).view("<u2").reshape(*scores.shape, 4)
    a, c, g, t = (np.ascontiguousarray(each[..., base]) for base in range(4))
    ac, gt = np.maximum(a, c), np.maximum(g, t)
    is_gt = gt > ac
    bases = np.where(is_gt, (t > g) + np.uint8(2), (c > a).view(np.uint8))
    best = np.maximum(ac, gt)
    second = np.maximum(np.minimum(ac, gt), np.where(is_gt, np.minimum(g, t), np.minimum(a, c)))
    qualities = _QUALITY_OF_LEAD[np.minimum(best - second, len(_QUALITY_OF_LEAD) - 1)]
    qualities[best == 0] = 0
    return bases, qualities
