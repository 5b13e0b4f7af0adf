"""A capture of which a number of pairs of each start was kept."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.reads.kmer_aligner import LocusAligner
from flt3itd.simulation.sequencing import Library
from tests.builders import Pair, Read, write_mates
from tests.itd_builders import Aligner, Called, Mutant, call, sample_pairs, tandem, write_sample

ITD = tandem(28_034_140, 28_034_199, 0.3)
LONGER = tandem(28_034_120, 28_034_209, 0.3)
DEPTH = 2000
LIBRARY = Library(read_length=100, fragment_mean=180, fragment_sd=30)
KEPT = 6
TEMPLATE = genomic_template(flt3_locus())
ALIGNER = LocusAligner(TEMPLATE.sequence, [TEMPLATE.reach])


def start(pair: Pair) -> int | None:
    """The first base of a pair that is aligned."""
    reads = ((read.sequence, bytes(len(read.sequence))) for read in (pair.first, pair.second))
    placed = [ALIGNER.place(0, *read) for read in reads]
    return min((one.split.start for one in placed if one is not None), default=None)


def kept(pairs: Sequence[Pair]) -> list[Pair]:
    """The first pairs of each start."""
    seen = Counter[int | None]()
    found = []
    for pair in pairs:
        at = start(pair)
        seen[at] += 1
        if seen[at] <= KEPT:
            found.append(pair)
    return found


def called(folder: Path, pairs: Sequence[Pair]) -> Called:
    files = write_mates(folder, pairs)
    return call(folder, "--fastq", *map(str, files))


@pytest.mark.parametrize("mutants", [[ITD], []])
def test_the_reads_are_unfit(tmp_path: Path, mutants: list[Mutant]) -> None:
    found = called(tmp_path, kept(sample_pairs(mutants, DEPTH, library=LIBRARY))).document
    assert found["reads"]["measured"]["most_pairs_of_a_start"] == KEPT
    assert any(f"no start has more than {KEPT} pairs" in one for one in found["warnings"])
    assert found["itd"]["status"] == ("detected" if mutants else "not_assessable")


def test_all_pairs_are_not(tmp_path: Path) -> None:
    found = called(tmp_path, sample_pairs([ITD], DEPTH, library=LIBRARY)).document
    assert found["reads"]["measured"]["most_pairs_of_a_start"] == 0


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    pairs = sample_pairs([LONGER], 1000, library=Library(read_length=150))
    folder = tmp_path_factory.mktemp("reads")
    files = write_mates(folder, pairs)
    return Aligner.built(tmp_path_factory.getbasetemp()).align(files)


def by_start(records: Sequence[Read], number: int) -> list[Read]:
    """The first pairs of each start, as they are aligned."""
    starts: dict[str, int] = {}
    for read in records:
        starts[read.name] = min(read.position, starts.get(read.name, read.position))
    seen = Counter[int]()
    names = set()
    for name, at in starts.items():
        seen[at] += 1
        if seen[at] <= number:
            names.add(name)
    return [read for read in records if read.name in names]


def test_where_those_of_the_junction_alone_are_so_many(tmp_path: Path, records: list[Read]) -> None:
    """At 1,000x few other starts have as many, so that none is told to have the most."""
    kept_of_each = by_start(records, 5)
    found = call(tmp_path, "--bam", str(write_sample(tmp_path / "S.bam", kept_of_each)))
    assert found.document["reads"]["measured"]["most_pairs_of_a_start"] == 0
    (event,) = found.passing
    assert event["vaf_high"] < LONGER.vaf
    assert "hardly any read over the junction of an ITD" in "".join(found.document["warnings"])


def test_all_as_they_are_aligned(tmp_path: Path, records: list[Read]) -> None:
    found = call(tmp_path, "--bam", str(write_sample(tmp_path / "S.bam", records)))
    (event,) = found.passing
    assert event["vaf_low"] <= LONGER.vaf <= event["vaf_high"]
    assert not found.document["warnings"]
