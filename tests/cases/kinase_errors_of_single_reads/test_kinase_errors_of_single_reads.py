"""The errors of a place are those of its own fragments: of one read, or of several that agree."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from flt3itd.kinase.by_family import judge_families
from flt3itd.kinase.error_model import estimate_errors
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, count_kinase_domain
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import TkdResult

LOCUS = flt3_locus()
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
PARAMETERS = TkdParameters().of_molecules()
ERRORS = 1 / 300
D835V = LOCUS.from_grch38(28_018_504)
"""The place of its changed base."""


def reads_over(
    start: int, end: int, number: int, *, family: int, errors: float, seed: int, mate: bool = False
) -> list[AlignedRead]:
    """Reads of the wild type, one for each of so many families, with errors at random."""
    rng = np.random.default_rng(seed)
    wild_type = np.frombuffer(LOCUS.sequence[start:end].encode(), dtype=np.uint8)
    rows = np.tile(wild_type, (number, 1))
    wrong = rng.random(rows.shape) < errors
    rows[wrong] = rng.choice(np.frombuffer(b"ACGT", dtype=np.uint8), int(wrong.sum()))
    return [
        AlignedRead(
            f"f{family}m{n}", start, ((0, end - start),), row.tobytes().decode(),
            bytes([37]) * (end - start), is_reverse=mate, is_read1=not mate, family_reads=family,
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip


def judged(reads: list[AlignedRead]) -> TkdResult:
    return judge_families(count_kinase_domain(reads, PARAMETERS), reads, PLACE, PARAMETERS, None)


def over_exon_20(seed: int) -> list[AlignedRead]:
    exon = LOCUS.exon(20)
    return reads_over(exon.start, exon.end, 933, family=1, errors=ERRORS, seed=seed)


@functools.cache
def deep_exon_17() -> list[AlignedRead]:
    exon = LOCUS.exon(17)
    return reads_over(exon.start, exon.end, 20_000, family=2, errors=0, seed=0)


@pytest.mark.parametrize("seed", range(3))
def test_errors_of_single_reads_beside_larger_families_elsewhere_are_no_mutations(
    seed: int,
) -> None:
    assert judged(over_exon_20(seed) + deep_exon_17()).events == ()


@pytest.mark.parametrize(("mutant", "called"), [(8, False), (9, True)])
def test_a_mutation_is_called_beyond_them(mutant: int, called: bool) -> None:
    single = over_exon_20(0)
    exon = LOCUS.exon(20)
    at = D835V - exon.start
    single = [read for read in single if read.sequence[at] == LOCUS.sequence[D835V]]
    changed = [
        read._replace(sequence=f"{read.sequence[:at]}A{read.sequence[at + 1 :]}")
        for read in single[:mutant]
    ]
    events = judged(changed + single[mutant:] + deep_exon_17()).events
    assert [event.hgvs_p for event in events] == ["NP_004110.2:p.(Asp835Val)"] * called


def test_where_mates_overlap_they_agree() -> None:
    """Where both mates show half of an exon, only the other half has errors."""
    exon = LOCUS.exon(20)
    middle = (exon.start + exon.end) // 2
    whole = reads_over(exon.start, exon.end, 3000, family=1, errors=ERRORS, seed=1)
    mates = reads_over(exon.start, middle, 3000, family=1, errors=ERRORS, seed=2, mate=True)
    counts = count_kinase_domain(whole + mates, PARAMETERS)
    (codons,) = (one.codons for one in counts if one.exon == exon)
    several, once = codons[-5], codons[5]
    assert sum(several.repeated) == several.fragments
    assert sum(once.repeated) == 0
    model = estimate_errors(counts, PARAMETERS.significance, None, PARAMETERS.rate_floor)
    rate = model.rates["G", "A"]
    assert rate.once == pytest.approx(ERRORS / 4, rel=0.3)
    assert rate.repeated == PARAMETERS.rate_floor
    assert (rate.at(once), rate.at(several)) == (rate.once, rate.repeated)
