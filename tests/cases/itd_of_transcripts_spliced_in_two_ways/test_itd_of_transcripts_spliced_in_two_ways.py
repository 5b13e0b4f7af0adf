"""Isoforms of a transcript are no alleles."""

from pathlib import Path

import pytest

from flt3itd.reads.splice_sites import Border, borders
from tests.rna_builders import FIRST, LAST, TEMPLATE, TRANSCRIPT, call_rna

BORDERS = {border.place: border for border in borders(TEMPLATE)}
BEFORE_EXON_14, BEHIND_EXON_14 = BORDERS[FIRST], BORDERS[LAST]
ITD = FIRST + 33, FIRST + 84


def with_introns(sequence: str, *spliced: tuple[Border, str]) -> str:
    """A template whose bases are as they were in front of each border, with bases put in there."""
    for border, bases in sorted(spliced, reverse=True):
        sequence = sequence[: border.place] + bases + sequence[border.place :]
    return sequence


@pytest.mark.parametrize("beside", ["donor", "acceptor", "shorter_exon"])
def test_both_isoforms_have_the_itd(tmp_path: Path, beside: str) -> None:
    wildtype = TRANSCRIPT
    start, end = ITD
    mutant = wildtype[:end] + "TCTGA" + wildtype[start:]
    longer = end - start + 5

    def isoform(sequence: str) -> str:
        added = len(sequence) - len(wildtype)
        if beside == "donor":  # of exon 13, which lies behind exon 14 on the plus strand
            place, intron = BEHIND_EXON_14.place + added, BEHIND_EXON_14.intron
            return sequence[:place] + intron[-9:] + sequence[place:]
        place, intron = BEFORE_EXON_14.place, BEFORE_EXON_14.intron
        if beside == "acceptor":
            return sequence[:place] + intron[:3] + sequence[place:]
        return sequence[: place - 9] + sequence[place:]

    called = call_rna(
        tmp_path,
        [
            ("wildtype", wildtype, 0.644),
            ("isoform", isoform(wildtype), 0.056),
            ("itd", mutant, 0.276),
            ("both", isoform(mutant), 0.024),
        ],
        500,
    )
    [event] = called.passing
    assert event["length_bp"] == longer
    assert event["vaf"] == pytest.approx(0.3, rel=0.2)  # without isoforms these draws give 0.26
    assert event["on_same_molecules"] == ""


def test_two_introns_in_one_transcript(tmp_path: Path) -> None:
    retained = with_introns(
        TRANSCRIPT,
        *((border, border.intron) for border in (BEFORE_EXON_14, BEHIND_EXON_14)),
    )
    called = call_rna(tmp_path, [("wildtype", TRANSCRIPT, 0.85), ("retained", retained, 0.15)], 500)
    assert not called.passing
    assert called.document["itd"]["status"] == "not_detected"
