import pytest

from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.settling import Evidence, settle
from flt3itd.insertions.windows import LONGEST_READ
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(1600, 93)
COPY = REFERENCE[760:800]


def with_copies(bases: str) -> Haplotype:
    return Haplotype(REFERENCE, insertion_between(REFERENCE, 800, 800, bases))


@pytest.mark.parametrize(("pairs", "stays"), [(2, False), (30, True)])
def test_a_wrong_base_of_few_reads_in_one_of_three_copies_is_an_error(
    pairs: int, stays: bool
) -> None:
    three = with_copies(COPY + COPY)
    other = "A" if COPY[2] != "A" else "C"
    sister = with_copies(COPY + COPY[:2] + other + COPY[3:])
    texts = [(740, three.sequence[740:940])] * 400
    # Those of the second kind show the junction with the wrong base alone.
    texts += [(740, sister.sequence[740:940]), (822, sister.sequence[822:972])] * pairs
    reads = ReadSet(fragments=len(texts))
    for fragment, (start, text) in enumerate(texts):
        ends = start, start - three.length_change, 0, len(text), len(text)
        reads.split.append(SplitRead(fragment, *ends, text, b"\x25" * len(text)))
    found = settle(
        [three, sister],
        Haplotype(REFERENCE),
        Evidence(reads, ReadMatrix.of(reads.split), LONGEST_READ, (), EVERY_COUNT),
    ).haplotypes[1:]
    assert {one.sequence for one in found} == {
        one.sequence for one in ([three, sister] if stays else [three])
    }
