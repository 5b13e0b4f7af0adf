"""What is known of the identity of the samples of a run: `cohort/identity.json`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flt3itd.records import Status


class PersonVerdict(StrEnum):
    """Whether two samples are of one person."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


class Sex(StrEnum):
    """By the depth of chrX; cells may have lost a sex chromosome."""

    FEMALE = "female"
    MALE = "male"
    NOT_ASSESSABLE = "not_assessable"


class Transplanted(StrEnum):
    """Whether a sample was taken after a transplantation from a donor."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pair:
    """Two samples of one patient, or two of different patients that agree.

    `compared` SNPs have a clear genotype in both, `agreeing` the same one; `opposite` are
    homozygous for different alleles. `lod` is the decimal logarithm of the odds that they are of
    one person. `alarm` is the sentence of a headline, empty where nothing is wrong; `remark` says
    what explains a difference.
    """

    first: str
    second: str
    first_patient: str
    second_patient: str
    compared: int
    agreeing: int
    opposite: int
    lod: float
    verdict: PersonVerdict
    alarm: str
    remark: str


@dataclass(frozen=True)
class Contamination:
    """DNA of another person, from the SNPs at which the sample is homozygous.

    `share` and its 95 % interval are estimates in every state but not assessable. `sites` are
    homozygous SNPs, `chromosomes` those that show the other allele. `noticed` is the chance that
    5 % of a stranger's DNA would show, on one chromosome at least. `fits` are samples of the run
    whose genotypes explain it. `alarm` is the sentence of a headline, empty without one.
    """

    status: Status
    share: float | None
    low: float | None
    high: float | None
    sites: int
    chromosomes: int
    noticed: float
    fits: tuple[str, ...]
    reason: str
    alarm: str


@dataclass(frozen=True)
class Chimerism:
    """The share of the recipient's alleles after transplantation, with its 95 % interval.

    `against` is the sample of before that tells the recipient's genotype. `status` is detected
    when the donor's alleles are there; not assessable says why in `reason`.
    """

    status: Status
    against: str
    recipient: float | None
    low: float | None
    high: float | None
    sites: int
    reason: str


@dataclass(frozen=True)
class SampleIdentity:
    """One sample of this run, or (`earlier`) of one before.

    `snps` have a clear genotype. `sex_ratio` is the mean depth of chrX over that of the autosomes.
    `chimerism` is None where no transplantation is known of.
    """

    sample: str
    patient: str
    earlier: bool
    snps: int
    snps_listed: int
    sex: Sex
    sex_ratio: float | None
    sex_reason: str
    contamination: Contamination
    chimerism: Chimerism | None


@dataclass(frozen=True)
class IdentityReport:
    """All samples, and the pairs that have something to say."""

    samples: tuple[SampleIdentity, ...]
    pairs: tuple[Pair, ...]
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class IdentityOfSample:
    """The part of an `IdentityReport` that speaks of one sample; `alarms` are for its headline."""

    sample: SampleIdentity
    pairs: tuple[Pair, ...]
    alarms: tuple[str, ...]


def identity_of(report: IdentityReport, name: str) -> IdentityOfSample | None:
    """What a run knows of one sample; None where it was not looked at."""
    sample = next((one for one in report.samples if one.sample == name), None)
    if sample is None:
        return None
    pairs = tuple(one for one in report.pairs if name in (one.first, one.second))
    alarms = [text for names, text in alarms_of_pairs(report.pairs) if name in names]
    if sample.contamination.alarm:
        alarms.append(sample.contamination.alarm)
    return IdentityOfSample(sample, pairs, tuple(alarms))


def alarms_of_pairs(pairs: Sequence[Pair]) -> Iterator[tuple[Collection[str], str]]:
    """The alarms of pairs, each with the samples that it names.

    Of different patients one sentence names all who agree with each other: a cell line that was
    sequenced under twenty names is one alarm, and not 190.
    """
    told = [one for one in pairs if one.alarm]
    groups: list[list[Pair]] = []
    for one in told:
        if one.first_patient == one.second_patient:
            yield (one.first, one.second), one.alarm
            continue
        near = [group for group in groups if any(_share_a_sample(one, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), one])
    for group in groups:
        patients: dict[str, dict[str, None]] = {}
        for one in group:
            patients.setdefault(one.first_patient, {})[one.first] = None
            patients.setdefault(one.second_patient, {})[one.second] = None
        names = [name for own in patients.values() for name in own]
        yield names, one_person(patients, [one.compared for one in group])


def _share_a_sample(one: Pair, other: Pair) -> bool:
    return not {one.first, one.second}.isdisjoint((other.first, other.second))


def one_person(patients: Mapping[str, Iterable[str]], compared: Sequence[int]) -> str:
    """The alarm that samples of several patients agree; `compared` are the SNPs of each pair."""
    names = [f"{', '.join(own)} (patient {patient})" for patient, own in patients.items()]
    least, most = min(compared), max(compared)
    snps = f"{most}" if least == most else f"{least} to {most}"
    return (
        f"{', '.join(names[:-1])} and {names[-1]} have one person's genotypes at {snps} common "
        "SNPs: a swapped tube, a wrong name, one patient under two names, or identical twins."
    )
