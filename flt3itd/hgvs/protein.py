"""Names of predicted protein changes (HGVS p.), from a coding sequence before and after.

Descriptions follow the HGVS nomenclature, version 21 (hgvs-nomenclature.org): three-letter
residues, ``Ter`` for the stop, the 3' rule on the protein, and parentheses because nothing
here was seen on the protein itself.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

UNKNOWN = "X"
_BASES = "TCAG"
_RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODON_TABLE = {
    "".join(codon): residue
    for codon, residue in zip(itertools.product(_BASES, repeat=3), _RESIDUES, strict=True)
}
"""The standard genetic code (NCBI translation table 1)."""

THREE_LETTERS = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His",
    "I": "Ile", "K": "Lys", "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln",
    "R": "Arg", "S": "Ser", "T": "Thr", "V": "Val", "W": "Trp", "Y": "Tyr", "*": "Ter",
    UNKNOWN: "Xaa",
}  # fmt: skip


class ProteinChange(NamedTuple):
    """A predicted change: `description` begins with ``p.``.

    `consequence` is a Sequence Ontology term.
    """

    description: str
    consequence: str


UNPREDICTABLE = "p.?"
UNCHANGED = "p.(=)"


def translate(sequence: str) -> str:
    """Residues of whole codons, one letter each; a codon with an unknown base gives X."""
    return "".join(
        CODON_TABLE.get(sequence[i : i + 3], UNKNOWN) for i in range(0, len(sequence) - 2, 3)
    )


def name_protein_change(
    reference: str, start: int, end: int, alternate: str, coding_length: int
) -> ProteinChange:
    """Name what replacing bases [start, end) of a transcript does to its protein.

    `reference` is the transcript from the A of its start codon onward, with the 3' UTR as far
    as it is known and N for bases that are not known; `start` and `end` are 0-based half-open
    in it and lie inside the coding sequence of `coding_length` bases (stop codon included).
    """
    mutant = reference[:start] + alternate + reference[end:]
    if start < 3 and mutant[:3] != reference[:3]:
        return ProteinChange("p.(Met1?)", "start_lost")
    shift = len(alternate) - (end - start)
    if shift % 3:
        return _name_frameshift(reference, mutant, start, coding_length)
    return _name_in_frame(reference, mutant, start, end, coding_length)


def _residue_at(sequence: str, number: int) -> str:
    """One-letter residue `number` (1-based) read in frame 0; X beyond what is known.

    Residue 1 is methionine whatever the start codon (WT1 begins with CTG).
    """
    if number == 1:
        return "M"
    return CODON_TABLE.get(sequence[3 * number - 3 : 3 * number], UNKNOWN)


def _place(residue: str, number: int) -> str:
    return f"{THREE_LETTERS[residue]}{number}"


def _distance_to_stop(mutant: str, first: int) -> int | None:
    """Residues from `first` (counted as 1) to the stop; None when it is not in sight."""
    for number in range(first, len(mutant) // 3 + 1):
        residue = _residue_at(mutant, number)
        if residue == UNKNOWN:
            return None
        if residue == "*":
            return number - first + 1
    return None


def _name_frameshift(reference: str, mutant: str, start: int, coding_length: int) -> ProteinChange:
    stop = coding_length // 3
    number = start // 3 + 1
    while number < stop and _residue_at(reference, number) == _residue_at(mutant, number):
        number += 1
    before, after = _residue_at(reference, number), _residue_at(mutant, number)
    if UNKNOWN in (before, after):
        return ProteinChange(UNPREDICTABLE, "frameshift_variant")
    if number == stop:
        return _name_extension(mutant, number, after)
    if after == "*":
        return ProteinChange(f"p.({_place(before, number)}Ter)", "stop_gained")
    distance = _distance_to_stop(mutant, number)
    tail = "?" if distance is None else str(distance)
    description = f"p.({_place(before, number)}{THREE_LETTERS[after]}fsTer{tail})"
    return ProteinChange(description, "frameshift_variant")


def _name_extension(mutant: str, stop: int, after: str) -> ProteinChange:
    """Name a change whose first new residue stands where the stop codon stood."""
    if after == "*":
        return ProteinChange(f"p.(Ter{stop}=)", "stop_retained_variant")
    distance = _distance_to_stop(mutant, stop)
    tail = "?" if distance is None else str(distance - 1)
    return ProteinChange(f"p.(Ter{stop}{THREE_LETTERS[after]}extTer{tail})", "stop_lost")


def _name_in_frame(
    reference: str, mutant: str, start: int, end: int, coding_length: int
) -> ProteinChange:
    stop = coding_length // 3
    shift = (len(mutant) - len(reference)) // 3
    first = start // 3 + 1
    # Residues whose codons hold a changed base; an insertion between codons holds none.
    last = (end + 2) // 3 if end > start or start % 3 else first - 1
    before = "".join(_residue_at(reference, n) for n in range(first, last + 1))
    after = "".join(_residue_at(mutant, n) for n in range(first, last + shift + 1))
    if UNKNOWN in before + after:
        return ProteinChange(UNPREDICTABLE, "coding_sequence_variant")
    if "*" in before and before != after:
        return _name_over_stop(reference, mutant, first, stop)
    if before == after:
        term = "stop_retained_variant" if "*" in before else "synonymous_variant"
        return ProteinChange(f"p.({_span(before, first)}=)", term)
    truncated = "*" in after and "*" not in before
    if truncated:
        after = after[: after.index("*") + 1]
    while before and after and before[0] == after[0]:
        before, after, first = before[1:], after[1:], first + 1
    while not truncated and before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    if first >= stop and (before or after.startswith("*")):
        return _name_extension(mutant, stop, _residue_at(mutant, stop))
    return _name_residues(reference, first, before, after, stop)


def _name_over_stop(reference: str, mutant: str, first: int, stop: int) -> ProteinChange:
    """Name a change in frame of codons from `first` on, the stop codon among them.

    The new protein is read on to its own stop; without one in sight, or on unknown bases, only an
    extension has a name.
    """
    before = "".join(_residue_at(reference, n) for n in range(first, stop + 1))
    distance = _distance_to_stop(mutant, first)
    after = "".join(_residue_at(mutant, n) for n in range(first, first + (distance or 0)))
    if mutant.endswith(reference[3 * stop - 3 :]) and after.endswith("*"):
        # The stop codon itself stands where it stood, behind other residues.
        before, after = before[:-1], after[:-1]
    while before and after and before[0] == after[0]:
        before, after, first = before[1:], after[1:], first + 1
    if first == stop and before and (after or distance is None):
        return _name_extension(mutant, stop, _residue_at(mutant, stop))
    if distance is None or UNKNOWN in before:
        return ProteinChange(UNPREDICTABLE, "stop_lost")
    if not before and not after:
        return ProteinChange(f"p.(Ter{stop}=)", "stop_retained_variant")
    if after == "*":
        return _name_residues(reference, first, before[:-1], after, stop)
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    if not before or not after:
        return _name_residues(reference, first, before, after, stop)
    named = _name_replacement(first, before, after)
    lost = before.endswith("*")
    return ProteinChange(named.description, "stop_lost") if lost else named


def _name_residues(reference: str, first: int, before: str, after: str, stop: int) -> ProteinChange:
    """Name residues `before`, from `first` on, that became `after`; shared ends are gone."""
    if after.startswith("*"):
        place = _place(_residue_at(reference, first), first)
        return ProteinChange(f"p.({place}Ter)", "stop_gained")
    if not before:
        return _name_insertion(reference, first, after)
    if not after:
        return _name_deletion(reference, first, first + len(before) - 1, stop)
    return _name_replacement(first, before, after)


def _span(residues: str, first: int) -> str:
    """The places of consecutive residues: Ala5, or Ala5_Gly7."""
    if len(residues) == 1:
        return _place(residues, first)
    return f"{_place(residues[0], first)}_{_place(residues[-1], first + len(residues) - 1)}"


def _name_replacement(first: int, before: str, after: str) -> ProteinChange:
    place = _span(before, first)
    new = "".join(THREE_LETTERS[residue] for residue in after)
    if len(before) == len(after) == 1:
        return ProteinChange(f"p.({place}{new})", "missense_variant")
    if after.endswith("*"):
        consequence = "stop_gained"
    elif len(before) == len(after):
        consequence = "missense_variant"
    else:
        consequence = "protein_altering_variant"
    return ProteinChange(f"p.({place}delins{new})", consequence)


def _name_insertion(reference: str, first: int, inserted: str) -> ProteinChange:
    """Name residues inserted before residue `first`, after the 3' rule."""
    while inserted[-1] != "*" and _residue_at(reference, first) == inserted[0]:
        inserted = inserted[1:] + inserted[0]
        first += 1
    size = len(inserted)
    copied = "".join(_residue_at(reference, n) for n in range(max(1, first - size), first))
    if copied == inserted:
        return ProteinChange(f"p.({_span(copied, first - size)}dup)", "inframe_insertion")
    left, right = _residue_at(reference, first - 1), _residue_at(reference, first)
    if UNKNOWN in (left, right):
        return ProteinChange(UNPREDICTABLE, "inframe_insertion")
    new = "".join(THREE_LETTERS[residue] for residue in inserted)
    consequence = "stop_gained" if inserted.endswith("*") else "inframe_insertion"
    place = f"{_place(left, first - 1)}_{_place(right, first)}"
    return ProteinChange(f"p.({place}ins{new})", consequence)


def _name_deletion(reference: str, first: int, last: int, stop: int) -> ProteinChange:
    """Name the loss of residues first to last, after the 3' rule."""
    while last + 1 < stop and _residue_at(reference, first) == _residue_at(reference, last + 1):
        first, last = first + 1, last + 1
    lost = "".join(_residue_at(reference, n) for n in range(first, last + 1))
    return ProteinChange(f"p.({_span(lost, first)}del)", "inframe_deletion")
