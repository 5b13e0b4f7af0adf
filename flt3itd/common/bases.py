"""Sequences as text."""

_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def reverse_complement(sequence: str) -> str:
    """The other strand of a sequence of A, C, G, T and N."""
    return sequence.translate(_COMPLEMENT)[::-1]
