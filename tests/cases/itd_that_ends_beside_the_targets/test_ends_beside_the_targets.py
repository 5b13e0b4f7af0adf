import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import call

LOCUS = flt3_locus()
TARGETS = [(28_033_887, 28_034_014), (28_034_100, 28_034_250)]
"""GRCh38, 0-based half-open; a fragment is captured by its bases in them."""
BEGIN, END = 28_033_000, 28_035_200
ENOUGH = 80
"""Target bases of a fragment with which it is surely captured."""
READ = 150
COMPLEMENT = str.maketrans("ACGT", "TGCA")
Unit = tuple[int, int]
"""First and last base of a duplicated stretch, GRCh38."""
SHORT, LONG, LONGER = (28_034_090, 28_034_149), (28_033_800, 28_034_199), (28_033_450, 28_034_335)


def _molecule(unit: Unit | None) -> tuple[str, list[bool]]:
    """The bases of a molecule, and which of them stand in a target."""
    places = list(range(BEGIN, END))
    if unit is not None:
        first, last = unit[0] - BEGIN, unit[1] + 1 - BEGIN
        places = places[:last] + places[first:]
    sequence = "".join(LOCUS.sequence[LOCUS.from_grch38(place + 1)] for place in places)
    return sequence, [any(start <= place < end for start, end in TARGETS) for place in places]


def _captured(shares: Mapping[Unit | None, float], fragments: int) -> list[tuple[str, str]]:
    draw = random.Random(5)
    pairs = []
    for unit, share in shares.items():
        sequence, wanted = _molecule(unit)
        tried = round(fragments * share * len(sequence) / (END - BEGIN))
        for _ in range(tried):
            length = max(READ, round(draw.gauss(260, 60)))
            start = draw.randrange(len(sequence) - length)
            if draw.random() < sum(wanted[start : start + length]) / ENOUGH:
                text = sequence[start : start + length]
                back = text.translate(COMPLEMENT)[::-1]
                pairs.append((text[:READ], back[:READ]))
    draw.shuffle(pairs)
    return pairs


def _vafs(
    folder: Path, shares: dict[Unit | None, float], *, single: bool = False
) -> dict[int, float]:
    pairs = _captured({None: 1 - sum(shares.values()), **shares}, fragments=9_000)
    files = [
        write_fastq(
            folder / f"R{end + 1}.fastq",
            (FastqRead(f"m{i}", pair[end], "F" * READ) for i, pair in enumerate(pairs)),
        )
        for end in range(1 if single else 2)
    ]
    called = call(folder, "--fastq", *map(str, files))
    return {event["length_bp"]: event["vaf"] for event in called.passing}


@pytest.mark.parametrize("single", [False, True])
def test_the_ratio_of_a_long_itd_is_true(tmp_path: Path, single: bool) -> None:
    assert _vafs(tmp_path, {LONG: 0.3}, single=single) == {400: pytest.approx(0.3, abs=0.045)}


def test_a_long_itd_moves_no_other(tmp_path: Path) -> None:
    found = _vafs(tmp_path, {SHORT: 0.3, LONGER: 0.01})
    assert set(found) == {60, 886}
    assert found[60] == pytest.approx(0.3, abs=0.04)
    assert found[886] < 0.03
