"""Words on molecules that may be another patient's: the donor, and a doubt beside a number."""

from __future__ import annotations

from scripts.carry_over.alleles import SeenAllele


def donor_words(donor: SeenAllele, mutant: int, informative: int) -> str:
    """Donor and numbers, without a full stop."""
    return (
        f"carry-over from sample {donor.sample} of patient {donor.patient} on run {donor.run}: "
        f"{donor.mutant} of {donor.informative} there, {mutant} of {informative} here"
    )


def doubted(donor: SeenAllele, mutant: int, informative: int) -> str:
    """The same of what keeps its state."""
    return f"may be {donor_words(donor, mutant, informative)}"


def doubt(remark: str) -> str:
    """What is said of a number beside it where its remark doubts it; empty otherwise."""
    return " (may be carry-over)" if "may be carry-over" in remark else ""
