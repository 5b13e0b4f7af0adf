"""Primers that were cut off the reads of amplicons, where a duplication holds a part of them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.rates import amplicon_placements
from flt3itd.reads.amplicons import Amplicon, infer_amplicons
from flt3itd.reads.library import FragmentShapes, representative
from flt3itd.reads.primers import PrimerPair
from flt3itd.reads.read_set import ReadSet
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import LOCUS, call, tandem

REFERENCE = "".join(random.Random(2).choices("ACGT", k=1000))
FIRST, LAST, SIZE = 400, 460, 60
DUPLICATED = Haplotype(REFERENCE, Insertion(FIRST, FIRST, REFERENCE[FIRST:LAST]))


def shapes() -> FragmentShapes:
    return representative(*(np.array([size]) for size in (100, 100, 200)))


def product(start: int, end: int, cut: tuple[int, int]) -> tuple[int, int]:
    """Where the fragments of an amplicon begin and end on the duplicated molecule."""
    starts, _, _, lengths, _ = amplicon_placements(
        DUPLICATED, Amplicon(start, end, 1.0, cut=cut), shapes()
    )
    return int(starts[0]), int(starts[0] + lengths[0])


@pytest.mark.parametrize(
    ("start", "cut", "begins"),
    [
        (419, 0, 419 + SIZE),  # the reads begin with the primer, of which there are two
        (419, 20, 419),  # a base of the primer stands in front of the copies
        (420, 20, 420 + SIZE),  # both copies hold it
        (LAST, 61, LAST),
        (LAST + 1, 62, LAST + 1 + SIZE),  # behind the copies
        (FIRST, 20, FIRST),
        (FIRST - 1, 20, FIRST - 1),
    ],
)
def test_where_products_begin_on_two_copies(start: int, cut: int, begins: int) -> None:
    assert product(start, 700, (cut, 0)) == (begins, 700 + SIZE)


@pytest.mark.parametrize(
    ("end", "cut", "ends"),
    [
        (441, 0, 441),
        (441, 20, 441 + SIZE),  # a base of the primer stands behind the copies
        (440, 20, 440),
        (FIRST, 60, FIRST),
        (FIRST, 61, FIRST + SIZE),
        (FIRST - 1, 20, FIRST - 1),
        (LAST, 20, LAST + SIZE),
    ],
)
def test_where_products_end_on_two_copies(end: int, cut: int, ends: int) -> None:
    assert product(200, end, (0, cut)) == (200, ends)


@pytest.mark.parametrize(("beyond", "cut"), [(5, 0), (6, 6), (20, 20)])
def test_given_primers_tell_what_was_cut(beyond: int, cut: int) -> None:
    reads = ReadSet(fragments=20)
    for fragment in range(20):
        reads.add_plain(100, 90, fragment)
        reads.add_plain(150, 100, fragment)
    primers = PrimerPair(100 - beyond, 120 - beyond, 230 + beyond, 250 + beyond)
    (found,) = infer_amplicons(reads, [primers])
    assert (found.start, found.end, found.cut) == (100, 250, (cut, cut))


TILES = ((28_034_041, 28_034_200), (28_034_111, 28_034_330))
PRIMER = 25


def tile_files(
    folder: Path, first: int, last: int, long_products: float, cut: int = PRIMER
) -> list[str]:
    """FASTQ of two tiles read as 2 x 151, of which so many bases were cut off; VAF 0.30.

    The second one begins within the duplication. Of its mutants so many are products from the first
    copy on, the others from the second one.
    """
    mutant, size = tandem(first, last).haplotype.text(), last - first + 1
    rng = random.Random(5)
    mates: tuple[list[FastqRead], list[FastqRead]] = ([], [])
    for tile, (begin, end) in enumerate(TILES):
        start, stop = LOCUS.from_grch38(begin) + cut, LOCUS.from_grch38(end) + 1 - cut
        for number in range(400):
            text = LOCUS.sequence[start:stop]
            if number < 120:
                is_short = tile == 1 and number >= 120 * long_products
                text = mutant[start + size * is_short : stop + size]
            if rng.random() < 0.5:
                text = reverse_complement(text)
            for reads, bases in zip(mates, (text, reverse_complement(text)), strict=True):
                read = bases[: 151 - cut]
                reads.append(FastqRead(f"t{tile}:{number}", read, "I" * len(read)))
    return [
        str(write_fastq(folder / f"R{mate}.fastq", reads)) for mate, reads in enumerate(mates, 1)
    ]


@pytest.mark.parametrize("given", [False, True])
def test_tiles_whose_primers_were_cut_have_the_vaf_of_their_fragments(
    tmp_path: Path, given: bool
) -> None:
    """It read 0.60: of the second tile the reads over the junction had no place to come from."""
    files = tile_files(tmp_path, 28_034_120, 28_034_149, 1.0)
    kit = tmp_path / "kit.bedpe"
    kit.write_text(
        "".join(
            f"chr13\t{begin - 1}\t{begin - 1 + PRIMER}\tchr13\t{end - PRIMER}\t{end}\n"
            for begin, end in TILES
        )
    )
    primers = ("--primers", str(kit)) if given else ()
    document = call(tmp_path, "--fastq", *files, "--assay", "amplicon", *primers).document
    (event,) = document["itd"]["events"]
    assert event["vaf"] == pytest.approx(0.3, abs=0.01)


def test_a_primer_that_both_copies_hold_makes_some_long_products(tmp_path: Path) -> None:
    files = tile_files(tmp_path, 28_034_101, 28_034_160, 0.15, cut=0)
    document = call(tmp_path, "--fastq", *files, "--assay", "amplicon").document
    (event,) = document["itd"]["events"]
    assert event["vaf"] == pytest.approx(0.34, abs=0.03)
