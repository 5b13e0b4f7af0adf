"""The reads are no part of the project: the tests skip where they are not at hand."""

from pathlib import Path

import pytest

from tests.itd_builders import LOCUS, Called, call, haplotype_of

REAL = Path(__file__).parents[3].parent / "shared" / "realdata"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real reads in {REAL}")

EXPECTED: dict[str, dict[tuple[int, int, tuple[int, int] | None], float]] = {
    "P01": {(28_608_227, 39, (1789, 1827)): 0.08, (28_608_227, 75, (1753, 1827)): 0.06},
    "P02": {(28_608_267, 30, (1759, 1788)): 0.40},
    "P03": {(28_608_217, 51, None): 0.37},
    "P04": {(28_608_200, 117, None): 0.13},
}
"""Base before the insertion (GRCh37, leftmost), length, duplicated c. numbers (of those without
filler, in one of their equivalent placements): VAF."""


def duplicated(first: int, last: int) -> str:
    """The mutant locus of a duplication given by c. numbers; the gene is on the minus strand."""
    start, end = LOCUS.offset_of_cds(last), LOCUS.offset_of_cds(first) + 1
    return LOCUS.sequence[:end] + LOCUS.sequence[start:]


def check(called: Called, sample: str) -> None:
    expected = EXPECTED[sample]
    found = {(event["pos"], event["length_bp"]): event for event in called.passing}
    assert set(found) == {(pos, length) for pos, length, _ in expected}
    for (pos, length, segment), vaf in expected.items():
        event = found[pos, length]
        assert event["event"] == "ITD"
        assert event["vaf_low"] <= vaf <= event["vaf_high"]
        assert segment is None or haplotype_of(event) == duplicated(*segment)
    assert called.status == "detected"


@pytest.mark.parametrize("sample", EXPECTED)
def test_exome(sample: str, tmp_path: Path) -> None:
    called = call(tmp_path, "--bam", str(REAL / f"{sample}_FLT3.bam"))
    assert called.document["provenance"]["build"] == "GRCh37"
    check(called, sample)


def test_fillers(tmp_path: Path) -> None:
    (event,) = call(tmp_path, "--bam", str(REAL / "P04_FLT3.bam")).passing
    assert len(event["filler"]) == 4
    assert event["in_frame"]


def test_amplicon(tmp_path: Path) -> None:
    files = [str(REAL / f"amplicon21_R{mate}.fastq.gz") for mate in (1, 2)]
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    (event,) = called.passing
    assert event["hgvs_c"] == "NM_004119.3:c.1775_1795dup"
    assert haplotype_of(event) == duplicated(1775, 1795)
    assert event["length_bp"] == 21
    assert event["vaf_low"] <= 0.69 <= event["vaf_high"]
