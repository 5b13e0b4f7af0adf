"""A gap in equal bases at the end of an exon, which nothing in the exon tells."""

from pathlib import Path

import pytest

from tests.rna_builders import TEMPLATE, TRANSCRIPT, call_rna

D835Y = TEMPLATE.from_locus(TEMPLATE.locus.offset_of_cds(2503))
MUTATED = f"{TRANSCRIPT[:D835Y]}A{TRANSCRIPT[D835Y + 1 :]}"


@pytest.mark.parametrize("exon", [16, 17, 20])
@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("missing", [0, 2])
def test_another_mutation_is_found_beside_it(
    tmp_path: Path, exon: int, at_end: bool, missing: int
) -> None:
    place = TEMPLATE.exon(exon)[1] - 1 if at_end else TEMPLATE.exon(exon)[0]
    gapped = f"{TRANSCRIPT[:place]}{TRANSCRIPT[place] * (2 - missing)}{TRANSCRIPT[place + 1 :]}"
    molecules = [("wildtype", TRANSCRIPT, 0.7), ("d835y", MUTATED, 0.2), ("gap", gapped, 0.1)]
    tkd = call_rna(tmp_path, molecules, 300).document["tkd"]
    names = [event["hgvs_p"] for event in tkd["events"]]
    assert "NP_004110.2:p.(Asp835Tyr)" in names
    assert tkd["status"] == "detected"
