"""Fragments and reads: fractions, depth, errors, adapters, primers."""

import numpy as np
import pytest

from flt3itd.commands.simulate import simulate, simulate_haplotypes
from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import parse_events
from flt3itd.simulation.sample import Simulation
from flt3itd.simulation.sequencing import (
    ADAPTER_1,
    ADAPTER_2,
    Library,
    PoorCycles,
    QualityModel,
    Stretch,
)
from tests.builders import duplicate, pairs_of, random_sequence, read_pairs

REFERENCE = random_sequence(3000, seed=7)
TARGETS = [Stretch("one", 1000, 1400, "GENE|exon1", 0.0)]
PERFECT = QualityModel(high=93, middle=93, low=93)


def design(
    events: str, vaf: float, depth: float, library: Library | None = None, name: str = "S"
) -> SampleDesign:
    mutants = (MutantHaplotype("mutant", vaf, parse_events(events)),) if events else ()
    return SampleDesign(name, mutants, Depths(depth), library or Library())


def simulated(wanted: SampleDesign, targets: list[Stretch] = TARGETS, seed: int = 1) -> Simulation:
    return simulate(wanted, {"one": REFERENCE}, targets, seed)


def covering(simulation: Simulation, position: int) -> list[int]:
    """The molecule of each fragment that holds a base before all events."""
    fragments = simulation.fragments
    over = (fragments.start <= position) & (fragments.start + fragments.length > position)
    return [int(molecule) for molecule in fragments.molecules()[over]]


@pytest.mark.parametrize("vaf", [0.05, 0.4])
def test_molecules_carry_the_mutation_at_its_fraction(vaf: float) -> None:
    owners = covering(simulated(design("one:1300-1400dup", vaf, 20_000)), 1200)
    spread = (vaf * (1 - vaf) / len(owners)) ** 0.5
    assert sum(owners) / len(owners) == pytest.approx(vaf, abs=4 * spread)


def test_a_duplicated_base_is_read_twice_as_often() -> None:
    plain = simulated(design("", 0, 5000))
    doubled = simulated(design("one:1150-1250dup", 1.0, 5000))
    assert len(doubled.fragments) / len(plain.fragments) == pytest.approx(701 / 600, rel=0.02)


def test_depth_is_fragments_whose_reads_show_a_base() -> None:
    library = Library(read_length=50, fragment_mean=150, fragment_sd=0)
    fragments = simulated(design("", 0, 2000, library)).fragments
    shown = 0
    for base in (1000, 1200, 1399):
        within = base - fragments.start
        shown += int(((within >= 0) & (within < 50) | (within >= 100) & (within < 150)).sum())
    assert shown / 3 == pytest.approx(2000, rel=0.05)


def test_exceptions_of_depth_go_from_target_to_gene_to_contig() -> None:
    depths = Depths(10, (("one", 1), ("GENE", 2), ("GENE|exon1", 3)))
    assert depths.of(TARGETS[0]) == 3
    assert depths.of(Stretch("one", 0, 9, "GENE|exon2", 0.0)) == 2
    assert depths.of(Stretch("one", 0, 9, "OTHER", 0.0)) == 1
    assert depths.of(Stretch("two", 0, 9, "OTHER", 0.0)) == 10


def test_errors_follow_the_qualities() -> None:
    model = QualityModel(high=30, middle=20, low=10, middle_last=0.3, low_last=0.3)
    perfect = Library(qualities=PERFECT)
    noisy = Library(qualities=model)
    blocks = [
        next(simulate_haplotypes([("h", REFERENCE, 1.0)], 300, library, seed=3).read_pairs())
        for library in (perfect, noisy)
    ]
    for number in (1, 2):
        truth, bases = (getattr(block, f"bases_{number}") for block in blocks)
        qualities = getattr(blocks[1], f"qualities_{number}")
        for quality in (30, 20, 10):
            here = qualities == quality
            expected = 10 ** (-quality / 10)
            spread = (expected / int(here.sum())) ** 0.5
            assert float((truth != bases)[here].mean()) == pytest.approx(expected, abs=4 * spread)
    wrong = blocks[0].bases_1 != blocks[1].bases_1
    assert {chr(base) for base in np.unique(blocks[1].bases_1[wrong])} == set("ACGT")


def test_quality_falls_towards_the_end_of_the_read() -> None:
    qualities = QualityModel().draw(4000, 100, np.random.default_rng(1)).astype(float)
    assert qualities[:, :10].mean() > qualities[:, -10:].mean() + 1


def test_fragments_are_caught_by_the_target_bases_that_they_hold() -> None:
    library = Library(fragment_mean=200, fragment_sd=0, bait_bases=80)
    fragments = simulated(design("", 0, 20_000, library)).fragments
    end = fragments.start + fragments.length
    held = np.minimum(end, 1400) - np.maximum(fragments.start, 1000)
    assert held.min() > 0
    at = np.bincount(held, minlength=201)
    enough = at[80:200].mean()
    assert at[80:90].mean() == pytest.approx(enough, rel=0.1)
    assert at[38:43].mean() == pytest.approx(enough / 2, rel=0.15)
    assert at[18:23].mean() == pytest.approx(enough / 4, rel=0.2)


def test_new_bases_catch_nothing_and_copies_of_a_target_do() -> None:
    library = Library(fragment_mean=200, fragment_sd=0, bait_bases=80)
    counts = {}
    for event in ("one:1200-1201ins" + random_sequence(400, 3), "one:1001-1400dup"):
        fragments = simulated(design(event, 1.0, 5000, library)).fragments
        counts[event] = len(fragments)
        if "ins" in event:
            inside = (fragments.start >= 1205) & (fragments.start + fragments.length <= 1595)
            assert not inside.any()
    inserted, copied = counts.values()
    assert copied > 1.4 * inserted


def test_poor_tails_go_to_the_end_and_are_wrong_in_one_base_of_five() -> None:
    model = QualityModel(93, 93, 93, poor_tails=0.4)
    qualities = model.draw(4000, 90, np.random.default_rng(1))
    poor = qualities < 93
    assert poor[:, -1].mean() == pytest.approx(0.4, abs=0.03)
    assert not poor[:, :30].any()
    assert poor[:, 59].mean() == pytest.approx(0.2, abs=0.03)
    assert (np.diff(poor.astype(int), axis=1) >= 0).all()
    assert (qualities[poor].min(), qualities[poor].max()) == (2, 15)
    blocks = [
        next(simulate_haplotypes([("h", REFERENCE, 1.0)], 300, library, seed=3).read_pairs())
        for library in (Library(qualities=PERFECT), Library(qualities=model))
    ]
    low = blocks[1].qualities_1 < 93
    wrong = blocks[0].bases_1 != blocks[1].bases_1
    assert wrong[low].mean() == pytest.approx(0.2, abs=0.02)
    assert not wrong[~low].any()


def test_poor_cycles_are_poor_in_their_share_of_the_reads() -> None:
    model = QualityModel(93, 93, 93, poor_cycles=(PoorCycles(11, 12, 0.5), PoorCycles(90, 90, 1.0)))
    poor = model.draw(4000, 90, np.random.default_rng(1)) < 93
    assert poor.mean(axis=0)[10:12] == pytest.approx([0.5, 0.5], abs=0.03)
    assert (poor[:, 10] == poor[:, 11]).all()
    assert poor[:, 89].all()
    assert not np.delete(poor, (10, 11, 89), axis=1).any()


def test_mates_face_each_other_across_the_fragment() -> None:
    library = Library(read_length=60, fragment_mean=200, fragment_sd=20, qualities=PERFECT)
    orientations = set()
    for pair in read_pairs([("h", REFERENCE, 1.0)], 5, library=library):
        forward = pair.first.sequence in REFERENCE
        left, right = (pair.first, pair.second) if forward else (pair.second, pair.first)
        start = REFERENCE.index(left.sequence)
        end = REFERENCE.index(reverse_complement(right.sequence)) + 60
        assert 100 < end - start < 300
        orientations.add(forward)
    assert orientations == {True, False}


def test_reads_of_short_fragments_run_into_the_adapters() -> None:
    library = Library(read_length=100, fragment_mean=70, fragment_sd=0, qualities=PERFECT)
    pairs = read_pairs([("h", REFERENCE, 1.0)], 2, library=library)
    assert pairs
    for pair in pairs:
        assert pair.first.sequence[70:] == ADAPTER_1[:30]
        assert pair.second.sequence[70:] == ADAPTER_2[:30]
        assert pair.first.sequence[:70] == reverse_complement(pair.second.sequence[:70])


def test_truth_counts_the_fragments_of_each_haplotype() -> None:
    simulation = simulated(design("one:1200-1300del", 0.3, 500))
    truth = {row.haplotype: row for row in simulation.truth()}
    assert truth["wildtype"].vaf == pytest.approx(0.7)
    assert truth["mutant"].events == "one:1200-1300del"
    assert sum(row.fragments for row in truth.values()) == len(simulation.fragments)
    assert [pair.haplotype for pair in pairs_of(simulation)].count("mutant") == (
        truth["mutant"].fragments
    )


class TestAmplicons:
    library = Library(Assay.AMPLICON, read_length=100, qualities=PERFECT, primer_length=20)
    left = REFERENCE[1000:1020]
    right = reverse_complement(REFERENCE[1380:1400])

    def pairs(self, events: str, reverse: bool = False) -> list[tuple[str, str]]:
        target = Stretch("one", 1000, 1400, "A", 0.0, reverse)
        simulation = simulated(design(events, 1.0, 30, self.library), [target])
        return [(pair.first.sequence, pair.second.sequence) for pair in pairs_of(simulation)]

    def lengths(self, events: str) -> set[int]:
        target = Stretch("one", 1000, 1400, "A", 0.0)
        simulation = simulated(design(events, 1.0, 30, self.library), [target])
        return {int(length) for length in simulation.fragments.length}

    def test_every_fragment_runs_from_primer_to_primer(self) -> None:
        for first, second in self.pairs("one:1200del"):
            assert first.startswith(self.left)
            assert second.startswith(self.right)

    def test_read_1_starts_right_on_the_minus_strand(self) -> None:
        for first, second in self.pairs("one:1200del", reverse=True):
            assert first.startswith(self.right)
            assert second.startswith(self.left)

    def test_a_duplication_inside_makes_the_product_longer(self) -> None:
        assert self.lengths("one:1101-1160dup") == {460}

    def test_a_duplicated_primer_site_hides_the_duplication(self) -> None:
        assert self.lengths("one:981-1060dup") == {400}

    def test_a_deleted_primer_site_loses_the_allele(self) -> None:
        assert self.pairs("one:990-1005del") == []

    def test_a_substitution_below_a_primer_is_not_seen(self) -> None:
        base = REFERENCE[1004]
        other = "C" if base == "A" else "A"
        pairs = self.pairs(f"one:1005{base}>{other}")
        assert pairs
        assert all(first.startswith(self.left) for first, _ in pairs)


def test_reads_of_a_mutant_string_hold_its_junction() -> None:
    mutant = duplicate(REFERENCE, 1500, 1545, "GATC")
    junction = REFERENCE[1535:1545] + "GATC" + REFERENCE[1500:1510]
    pairs = read_pairs([("wild", REFERENCE, 0.5), ("mutant", mutant, 0.5)], 60)
    seen = {
        pair.haplotype
        for pair in pairs
        for read in (pair.first, pair.second)
        if junction in read.sequence or junction in reverse_complement(read.sequence)
    }
    assert seen == {"mutant"}
