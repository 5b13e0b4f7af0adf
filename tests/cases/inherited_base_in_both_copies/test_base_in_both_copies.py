"""A base of the allele that is copied with it."""

from pathlib import Path

import pytest

from tests.builders import write_mates
from tests.itd_builders import LOCUS, Mutant, call, replaced, sample_pairs, tandem

FIRST, PLACE, LAST = 28_034_111, 28_034_141, 28_034_170


@pytest.mark.parametrize(
    ("on_itd", "told"),
    [(True, "NM_004119.3:c.1778A>G"), (False, "")],
    ids=["on_the_same_allele", "on_the_other_allele"],
)
def test_it_is_named_with_the_itd(tmp_path: Path, on_itd: bool, told: str) -> None:
    unit = "".join(
        "C" if on_itd and place == PLACE else LOCUS.sequence[LOCUS.from_grch38(place)]
        for place in range(FIRST, LAST + 1)
    )
    alleles: list[Mutant] = [
        replaced(FIRST, LAST, unit + unit, 0.3),
        replaced(PLACE, PLACE, "C", 0.2 if on_itd else 0.5),
    ]
    pairs = sample_pairs(alleles, 600)
    first, second = write_mates(tmp_path, pairs)
    (event,) = call(tmp_path, "--fastq", str(first), str(second)).passing
    assert event["hgvs_c"] == "NM_004119.3:c.1749_1808dup"
    assert event["inserted_sequence"] in tandem(FIRST, LAST).sequence
    assert event["vaf_low"] < 0.3 < event["vaf_high"]
    assert event["on_same_molecules"] == told
    assert ("c.1778A>G in each copy" in event["remark"]) is on_itd
