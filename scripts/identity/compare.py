"""Compare the samples of a run with each other, and with the patients' earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from flt3itd.common.assay import Assay
from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage
from scripts.identity.concordance import (
    DIFFERENT,
    FEWEST_SNPS,
    SAME,
    Concordance,
    concordance,
    needed_to_agree,
)
from scripts.identity.contamination import chimerism, contamination, not_looked_for
from scripts.identity.genotypes import Allele, Called, SnpCount, called
from scripts.identity.records import (
    Chimerism,
    Contamination,
    IdentityReport,
    Pair,
    PersonVerdict,
    SampleIdentity,
    Sex,
    Transplanted,
    alarms_of_pairs,
    one_person,
)
from scripts.identity.sex import sex_of

_AFTER_TRANSPLANT = "after a transplantation the donor's DNA is expected"
_WORTH_A_LOOK = 0.85
"""Share of agreeing genotypes below which strangers are not compared in full."""


@dataclass(frozen=True)
class SampleOfPatient:
    """What the sheets say of a sample; `rank` is its place among the patient's ones in time."""

    sample: str
    patient: str
    assay: Assay
    earlier: bool
    rank: int
    transplanted: Transplanted


@dataclass(frozen=True)
class Tube(SampleOfPatient):
    """A sample as it is compared, with its tables."""

    counts: tuple[SnpCount, ...]
    exons: tuple[ExonCoverage, ...]


def compare(tubes: Sequence[Tube]) -> IdentityReport:
    """Who is who among the tubes, and what is mixed in."""
    genotypes = {tube.sample: called(tube.counts) for tube in tubes}
    sexes = {tube.sample: sex_of(tube.exons, tube.assay) for tube in tubes}
    pairs = (*_within_patients(tubes, genotypes, sexes), *_between_patients(tubes, genotypes))
    samples = tuple(_sample(tube, tubes, genotypes, sexes[tube.sample]) for tube in tubes)
    alarms = [text for _, text in alarms_of_pairs(pairs)]
    alarms += [
        f"{one.sample}: {one.contamination.alarm}" for one in samples if one.contamination.alarm
    ]
    return IdentityReport(samples, pairs, tuple(alarms))


def _within_patients(
    tubes: Sequence[Tube],
    genotypes: Mapping[str, Mapping[Allele, Called]],
    sexes: Mapping[str, tuple[Sex, float | None, str]],
) -> Iterator[Pair]:
    """Every two samples of a patient, but for two that both come from earlier runs."""
    by_patient: dict[str, list[Tube]] = {}
    for tube in tubes:
        by_patient.setdefault(tube.patient, []).append(tube)
    for own in by_patient.values():
        for one, other in combinations(sorted(own, key=lambda tube: tube.rank), 2):
            if one.earlier and other.earlier:
                continue
            found = concordance(genotypes[one.sample], genotypes[other.sample])
            yield _of_one_patient(one, other, found, sexes)


def _of_one_patient(
    one: Tube,
    other: Tube,
    found: Concordance,
    sexes: Mapping[str, tuple[Sex, float | None, str]],
) -> Pair:
    verdict = PersonVerdict.UNDECIDED
    if found.compared >= FEWEST_SNPS:
        if found.lod <= DIFFERENT:
            verdict = PersonVerdict.DIFFERENT
        elif found.lod >= SAME:
            verdict = PersonVerdict.SAME
    alarm = remark = ""
    kinds = {one.transplanted, other.transplanted}
    if verdict is PersonVerdict.DIFFERENT:
        differing = found.compared - found.agreeing
        told = (
            f"{one.sample} and {other.sample} are both of patient {one.patient}, but their "
            f"genotypes differ at {differing} of {found.compared} common SNPs"
        )
        if kinds == {Transplanted.NO}:
            alarm = f"{told}: a swapped tube, a wrong name, or another person's DNA."
        elif Transplanted.UNKNOWN in kinds:
            alarm = f"{told}: a donor's genotype after transplantation, or a swapped tube; {_DATE}."
        else:
            remark = f"{told}: chimerism after transplantation"
    elif verdict is PersonVerdict.UNDECIDED:
        remark = f"{found.compared} common SNPs do not tell whether they are of one person"
    clear = {sexes[tube.sample][0] for tube in (one, other)} - {Sex.NOT_ASSESSABLE}
    if len(clear) == 2 and not alarm and kinds == {Transplanted.NO}:
        alarm = (
            f"{one.sample} and {other.sample} are both of patient {one.patient}, but by the depth "
            "of chrX one is female and one male: a swapped tube, or the loss of a chromosome X."
        )
    return _pair(one, other, found, verdict, alarm, remark)


_DATE = "give the dates of sampling and transplantation to tell them apart"


def _between_patients(
    tubes: Sequence[Tube], genotypes: Mapping[str, Mapping[Allele, Called]]
) -> Iterator[Pair]:
    """Samples of different patients that agree."""
    current = [not tube.earlier for tube in tubes]
    strangers = [
        (i, j)
        for i, j in combinations(range(len(tubes)), 2)
        if tubes[i].patient != tubes[j].patient and (current[i] or current[j])
    ]
    needed = needed_to_agree(len(strangers))
    table = _table(tubes, genotypes)
    for i, j in strangers:
        both = (table[i] >= 0) & (table[j] >= 0)
        compared = int(both.sum())
        agreeing = int((table[i][both] == table[j][both]).sum())
        if compared < FEWEST_SNPS or agreeing < _WORTH_A_LOOK * compared:
            continue
        one, other = tubes[i], tubes[j]
        found = concordance(genotypes[one.sample], genotypes[other.sample])
        if found.lod < needed:
            continue
        patients = {tube.patient: (tube.sample,) for tube in (one, other)}
        alarm = one_person(patients, [found.compared])
        yield _pair(one, other, found, PersonVerdict.SAME, alarm, "")


def _table(
    tubes: Sequence[Tube], genotypes: Mapping[str, Mapping[Allele, Called]]
) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """A row for each tube, a column for each SNP; -1 without a clear genotype."""
    alleles = sorted({allele for own in genotypes.values() for allele in own})
    column = {allele: i for i, allele in enumerate(alleles)}
    table = np.full((len(tubes), len(alleles)), -1, dtype=np.int8)
    for row, tube in enumerate(tubes):
        for allele, one in genotypes[tube.sample].items():
            table[row, column[allele]] = one.genotype
    return table


def _pair(
    one: Tube, other: Tube, found: Concordance, verdict: PersonVerdict, alarm: str, remark: str
) -> Pair:
    return Pair(
        one.sample, other.sample, one.patient, other.patient, found.compared, found.agreeing,
        found.opposite, found.lod, verdict, alarm, remark,
    )  # fmt: skip


def _sample(
    tube: Tube,
    tubes: Sequence[Tube],
    genotypes: Mapping[str, Mapping[Allele, Called]],
    sex: tuple[Sex, float | None, str],
) -> SampleIdentity:
    own = [one for one in tubes if one.patient == tube.patient and one is not tube]
    return SampleIdentity(
        sample=tube.sample,
        patient=tube.patient,
        earlier=tube.earlier,
        snps=len(genotypes[tube.sample]),
        snps_listed=len(tube.counts),
        sex=sex[0],
        sex_ratio=sex[1],
        sex_reason=sex[2],
        contamination=_contamination(tube, tubes, own, genotypes),
        chimerism=_chimerism(tube, own, genotypes),
    )


def _contamination(
    tube: Tube,
    tubes: Sequence[Tube],
    own: Sequence[Tube],
    genotypes: Mapping[str, Mapping[Allele, Called]],
) -> Contamination:
    if tube.earlier:
        return not_looked_for("looked for in the run of that sample")
    if tube.transplanted is not Transplanted.NO:
        return not_looked_for(_AFTER_TRANSPLANT)
    heterozygous = {
        allele
        for one in own
        for allele, call in genotypes[one.sample].items()
        if call.genotype == 1 and one.transplanted is Transplanted.NO
    }
    strangers = {
        one.sample: genotypes[one.sample]
        for one in tubes
        if one.patient != tube.patient and not one.earlier
    }
    return contamination(tube.counts, genotypes[tube.sample], heterozygous, strangers)


def _chimerism(
    tube: Tube, own: Sequence[Tube], genotypes: Mapping[str, Mapping[Allele, Called]]
) -> Chimerism | None:
    if tube.transplanted is not Transplanted.YES or tube.earlier:
        return None
    before = [one for one in own if one.transplanted is Transplanted.NO]
    if not before:
        return Chimerism(
            Status.NOT_ASSESSABLE, "", None, None, None, 0,
            "no sample of before the transplantation tells the recipient's genotypes",
        )  # fmt: skip
    first = min(before, key=lambda one: one.rank)
    return chimerism(tube.counts, genotypes[first.sample], first.sample)
