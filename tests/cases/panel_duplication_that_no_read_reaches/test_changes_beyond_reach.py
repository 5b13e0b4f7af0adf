"""How long insertions and deletions are that amplicons show, and one that was missed."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.insertions.long_changes import Demands
from scripts.coverage.exon_coverage import with_reach
from scripts.panel.gapped_reads import gapped_reads
from scripts.panel.long_events import find_events
from scripts.panel.products import (
    LEAST_FRAGMENTS,
    LONGEST,
    Product,
    longest_deletion,
    longest_insertion,
    products_of,
)
from scripts.panel.read_rules import HIDDEN, ReadRules
from tests.builders import Read, write_bam, write_fasta
from tests.panel_builders import CONTIG, GENOME
from tests.report_builders import exon_coverage

RULES = ReadRules(Assay.AMPLICON, 20)
PRIMER, SIZE = 20, 150
REGIONS = {CONTIG: [(250, 300), (320, 350)]}


def product(length: int, start: int = 0, read: int = SIZE, fragments: int = 500) -> Product:
    """An amplicon with primers of 20 bases, which two reads show."""
    end = start + length
    return Product(CONTIG, start, end, start + PRIMER, end - PRIMER, read, read, fragments)


def pair(name: str, start: int, end: int, *, single: bool = False) -> list[Read]:
    """A fragment, all of whose bases but those of its primers are good."""
    size = min(SIZE, end - start)
    whole = end - start <= SIZE
    good, hidden = (37,), (HIDDEN,)
    middle = good * (size - 2 * PRIMER if whole else size - PRIMER)
    left = hidden * PRIMER + middle + hidden * PRIMER * whole
    right = hidden * PRIMER * whole + middle + hidden * PRIMER
    at, length = end - size, end - start
    first = Read(
        name, CONTIG, start, f"{size}M", GENOME[start : start + size], 0x63, left,
        mate=(CONTIG, at), template_length=length,
    )  # fmt: skip
    last = Read(
        name, CONTIG, at, f"{size}M", GENOME[at:end], 0x93, right,
        mate=(CONTIG, start), template_length=-length,
    )  # fmt: skip
    return [replace(first, flag=0, mate=None, template_length=0)] if single else [first, last]


def products(folder: Path, reads: list[Read]) -> tuple[Product, ...]:
    bam = write_bam(folder / "reads.bam", {CONTIG: len(GENOME)}, reads)
    return products_of(bam, REGIONS, RULES)


@pytest.mark.parametrize(("length", "longest"), [(200, 77), (250, 27), (276, 1), (277, 0)])
def test_longer_amplicons_show_shorter_insertions(length: int, longest: int) -> None:
    """Where the left read just does not go 12 bases past the junction, the right one has to."""
    assert longest_insertion([product(length)], PRIMER, length - PRIMER) == longest


def test_the_place_of_a_junction_decides() -> None:
    one = product(250)
    assert one.insertion(138, 20) > one.insertion(139, 20) == 27
    assert one.insertion(19, 19) == one.insertion(231, 20) == 0  # in its primers
    assert one.insertion(60, 10) == 40  # what is copied begins in the left primer
    near = product(200, read=2000)
    assert near.insertion(100, 20) == LONGEST
    single = replace(one, left=290, right=0, alone=True)
    assert single.insertion(100, 20) == 40
    assert replace(single, left=250).insertion(100, 20) == 0


def test_of_other_sequence_reads_hold_all_or_share_bases_within_it() -> None:
    one = product(200)
    assert one.insertion(100, 20) == 2 * SIZE - 200 - 16
    assert replace(one, right=50).insertion(100, 20) == SIZE - 100 - 10


def test_a_deletion_leaves_both_primers_of_one_product() -> None:
    assert longest_deletion([product(200)], 20, 180) is None
    assert longest_deletion([product(200)], 20, 181) == 0
    tiles = [product(200), product(200, start=130)]  # between primers: 20-180, 150-310
    assert longest_deletion(tiles, 30, 300) == 31
    assert longest_deletion([product(278)], 20, 258) is None
    assert longest_deletion([product(279)], 20, 259) == 0  # no read goes 12 bases past it


def test_products_come_from_the_ends_that_fragments_share(tmp_path: Path) -> None:
    reads = [one for n in range(LEAST_FRAGMENTS) for one in pair(f"a{n}", 200, 420)]
    reads += [one for n in range(5) for one in pair(f"b{n}", 205, 415)]
    reads += [one for n in range(LEAST_FRAGMENTS - 1) for one in pair(f"c{n}", 206, 420)]
    (found,) = products(tmp_path, reads)
    assert found == Product(CONTIG, 200, 420, 220, 400, SIZE, SIZE, LEAST_FRAGMENTS + 5)


def test_reads_that_hold_a_product_are_as_long_as_the_longest(tmp_path: Path) -> None:
    reads = [one for n in range(30) for one in pair(f"a{n}", 260, 380)]
    assert [one.left for one in products(tmp_path, reads)] == [120]
    reads += [one for n in range(30) for one in pair(f"b{n}", 200, 420)]
    assert [(one.left, one.right) for one in products(tmp_path, reads)] == [(SIZE, SIZE)] * 2


def test_reads_without_mates_are_known_as_such(tmp_path: Path) -> None:
    reads = [one for n in range(30) for one in pair(f"a{n}", 260, 380, single=True)]
    (found,) = products(tmp_path, reads)
    assert (found.alone, found.fragments, found.first, found.last) == (True, 30, 280, 380)
    assert (found.left, found.right) == (120, 0)


def test_sheared_fragments_have_no_product(tmp_path: Path) -> None:
    """Those of a primer that stands alone end anywhere."""
    same = [one for n in range(30) for one in pair(f"a{n}", 200, 420)]
    sheared = [one for n in range(61) for one in pair(f"b{n}", 206, 360 + 2 * n)]
    assert products(tmp_path, same + sheared[:60])
    assert products(tmp_path, same + sheared) == ()


def clipped(name: str, *, reverse: bool = False, mate: bool = False) -> list[Read]:
    """A fragment of 200-350 with a deletion of 30 bases, 50 from its other end: clipped there.

    With a mate, this is clipped to its end, where the fragment seems to end.
    """
    low, high, size = (220, 250, 120) if reverse else (300, 330, 120)
    sequence = GENOME[200:low] + GENOME[high:350]
    at, cigar = (250, "20S100M") if reverse else (200, "100M20S")
    flag, other, length = (0x93, 200, -100) if reverse else (0x63, 250, 100)
    if not mate:
        return [Read(name, CONTIG, at, cigar, sequence, 0x10 * reverse, (37,) * size)]
    one = Read(
        name, CONTIG, at, cigar, sequence, flag, (37,) * size,
        mate=(CONTIG, other), template_length=length,
    )  # fmt: skip
    return [one]


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("reverse", [True, False])
@pytest.mark.parametrize(("whole", "deleted"), [(300, 100), (100, 300)])
def test_fragments_clipped_at_a_deletion_are_no_shorter_product(
    tmp_path: Path, whole: int, deleted: int, *, reverse: bool, single: bool
) -> None:
    """Reads of 150 hold no insertion in 150 bases; of 100 bases they would hold 50."""
    reads = [one for n in range(whole) for one in pair(f"w{n}", 200, 350, single=single)]
    reads += [
        one for n in range(deleted) for one in clipped(f"d{n}", reverse=reverse, mate=not single)
    ]
    (found,) = products(tmp_path, reads)
    assert (found.start, found.end, found.fragments) == (200, 350, whole + deleted)
    if single:
        assert longest_insertion([found], 250, 300) == 0


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize(("deleted", "shown"), [(20, 120), (19, 100)])
def test_as_few_clipped_fragments_as_are_no_product_are_of_none(
    tmp_path: Path, deleted: int, shown: int, *, single: bool
) -> None:
    reads = [one for n in range(100) for one in pair(f"w{n}", 200, 350, single=single)]
    reads += [one for n in range(deleted) for one in clipped(f"d{n}", mate=not single)]
    assert [one.fragments for one in products(tmp_path, reads)] == [shown]


@pytest.mark.parametrize(("unclipped", "count"), [(39, 1), (40, 2)])
def test_a_product_most_of_whose_reads_are_whole_is_one(
    tmp_path: Path, unclipped: int, count: int
) -> None:
    reads = [one for n in range(100) for one in pair(f"w{n}", 200, 350, single=True)]
    reads += [one for n in range(unclipped) for one in pair(f"s{n}", 200, 300, single=True)]
    reads += [one for n in range(40) for one in clipped(f"d{n}")]
    assert len(products(tmp_path, reads)) == count


@pytest.mark.parametrize(("both", "count"), [(19, 1), (20, 2)])
def test_a_product_at_whose_ends_reads_begin_is_one(tmp_path: Path, both: int, count: int) -> None:
    """Two amplicons may have one primer in common."""
    reads = [one for n in range(100) for one in pair(f"w{n}", 200, 350)]
    reads += [one for n in range(both) for one in pair(f"s{n}", 200, 300)]
    reads += [one for n in range(40) for one in clipped(f"d{n}", mate=True)]
    assert len(products(tmp_path, reads)) == count


def test_clipped_fragments_are_not_of_a_shorter_product_or_one_with_other_ends(
    tmp_path: Path,
) -> None:
    """Reads of a longer one may be clipped at adapters."""
    reads = [one for n in range(30) for one in clipped(f"d{n}")]
    for start, end in ((200, 290), (206, 356)):
        beside = [one for n in range(99) for one in pair(f"w{n}", start, end, single=True)]
        found = products(tmp_path, beside + reads)
        assert sorted(one.fragments for one in found) == [30, 99]


def test_products_that_are_deep_enough_speak_for_an_exon() -> None:
    row = exon_coverage("GENE", "1", chrom=CONTIG, start=21, end=180)
    (found,) = with_reach([row], [product(200, fragments=100)], 100)
    assert (found.longest_insertion, found.longest_deletion) == (77, None)
    (shallow,) = with_reach([row], [product(200, fragments=99)], 100)
    assert (shallow.longest_insertion, shallow.longest_deletion) == (0, 0)
    assert with_reach([row], [], 100) == [row]


def test_a_deletion_of_the_whole_target_is_found_by_reads_beside_it(tmp_path: Path) -> None:
    """All reads have their longer part on its right, and are clipped where it ends."""
    low, high, start, end = 200, 400, 240, 310
    mutant = GENOME[low:start] + GENOME[end:high]
    reads = []
    for number in range(20):
        sequence = mutant[:SIZE]
        cigar = f"{start - low}S{len(sequence) - start + low}M"
        reads.append(Read(f"m{number}", CONTIG, end, cigar, sequence))
    reads += [
        Read(f"w{number}", CONTIG, low, f"{SIZE}M", GENOME[low : low + SIZE])
        for number in range(20)
    ]
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(GENOME)}, reads)
    fasta = write_fasta(tmp_path / "genome.fa", {CONTIG: GENOME})
    pysam.faidx(str(fasta))
    regions = {CONTIG: [(245, 305)]}
    few = gapped_reads(bam, regions, RULES, tmp_path, reach=101)
    with pysam.AlignmentFile(str(bam)) as whole, pysam.AlignmentFile(str(few)) as gapped:
        demands = Demands(minimum_vaf=0.01, minimum_mapping_quality=20, assay=Assay.AMPLICON)
        (event,) = find_events(whole, gapped, regions, fasta, demands)
    assert len(event.allele.ref) - len(event.allele.alt) == end - start
