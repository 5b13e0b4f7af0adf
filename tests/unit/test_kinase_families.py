"""Kinase domain mutations in families of reads: the larger ones are asked alone as well."""

from dataclasses import replace

import numpy as np

from flt3itd.kinase.by_family import judge_families
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, count_kinase_domain
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import Status, TkdResult

LOCUS = flt3_locus()
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
D835 = LOCUS.from_grch38(28_018_503)
PARAMETERS = TkdParameters().of_molecules()
START, LENGTH = D835 - 50, 100
SINGLE_ERRORS = 0.003


def molecules(single: int, larger: int, mutant: int, family: int = 2) -> list[AlignedRead]:
    """Families of one read with its errors, larger ones without; `mutant` of these have D835E."""
    wild_type = LOCUS.sequence[START : START + LENGTH]
    rng = np.random.default_rng(1)
    rows = np.tile(np.frombuffer(wild_type.encode(), dtype=np.uint8), (single + larger, 1))
    wrong = rng.random((single, LENGTH)) < SINGLE_ERRORS
    rows[:single][wrong] = rng.choice(np.frombuffer(b"ACGT", dtype=np.uint8), int(wrong.sum()))
    rows[single : single + mutant, D835 - START] = ord("T")
    return [
        AlignedRead(
            f"m{n}", START, ((0, LENGTH),), row.tobytes().decode(), bytes([37]) * LENGTH,
            is_reverse=False, is_read1=True, family_reads=1 if n < single else family,
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip


def judged(reads: list[AlignedRead], parameters: TkdParameters = PARAMETERS) -> TkdResult:
    return judge_families(count_kinase_domain(reads, parameters), reads, PLACE, parameters, None)


def test_a_mutation_is_told_among_larger_families_where_single_reads_drown_it() -> None:
    reads = molecules(3000, 3000, 6)
    found = judged(reads)
    (event,) = found.events
    assert (event.mutant_fragments, event.informative_fragments) == (6, 3000)
    assert event.hgvs_p == "NP_004110.2:p.(Asp835Glu)"
    assert event.remark == "counted in families of 2 reads or more alone"
    assert found.status is Status.DETECTED
    assert judged(reads, replace(PARAMETERS, residual_family=3)).events == ()


def test_the_limit_is_that_of_the_better_question() -> None:
    mixed, alone, noisy = (
        next(codon for codon in judged(reads).codons if codon.residue == 835)
        for reads in (molecules(3000, 3000, 0), molecules(0, 3000, 0), molecules(3000, 0, 0))
    )
    assert mixed.fragments == 6000
    assert mixed.limit_of_detection is not None
    assert alone.limit_of_detection is not None
    assert noisy.limit_of_detection is not None
    assert alone.limit_of_detection <= mixed.limit_of_detection < noisy.limit_of_detection


def test_what_all_families_show_is_counted_in_all() -> None:
    (event,) = judged(molecules(300, 3000, 300)).events
    assert (event.mutant_fragments, event.informative_fragments) == (300, 3300)
    assert event.remark == ""
