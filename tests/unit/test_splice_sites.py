"""Splicing on joined exons is told from duplications, and DNA from RNA."""

from pathlib import Path

import pytest

from flt3itd.fitness.thresholds import Thresholds
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template, spliced_template
from flt3itd.reads.placed import PlacedReads
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.splice_sites import Splicing, borders, share_spliced, share_unspliced
from tests.builders import read_pairs, write_mates
from tests.itd_builders import call

LOCUS = flt3_locus()
TEMPLATE = spliced_template(LOCUS)
GENOME = genomic_template(LOCUS)
BORDERS = {
    f"{one.place}": one
    for one in borders(TEMPLATE)
    if TEMPLATE.exon(15)[0] <= one.place <= TEMPLATE.exon(13)[1]
}


def inserted(place: int, bases: str) -> str:
    return TEMPLATE.sequence[:place] + bases + TEMPLATE.sequence[place:]


@pytest.mark.parametrize("name", BORDERS)
@pytest.mark.parametrize("size", [3, 12, 60, 86])
def test_either_end_of_the_intron_at_its_border(name: str, size: int) -> None:
    border = BORDERS[name]
    assert Splicing.of(TEMPLATE).makes(inserted(border.place, border.intron[:size]))
    assert Splicing.of(TEMPLATE).makes(inserted(border.place, border.intron[-size:]))
    assert not Splicing.of(TEMPLATE).makes(inserted(border.place + 4, border.intron[:size]))


def test_a_whole_intron_a_hidden_exon_and_a_variant_in_it() -> None:
    short = min(BORDERS.values(), key=lambda border: len(border.intron))
    assert Splicing.of(TEMPLATE).makes(inserted(short.place, short.intron))
    assert Splicing.of(TEMPLATE).makes(inserted(short.place, short.intron[30:45]))
    assert not Splicing.of(TEMPLATE).makes(inserted(short.place, short.intron[30:44]))
    other = "A" if short.intron[20] != "A" else "C"
    changed = short.intron[:20] + other + short.intron[21:40]
    assert Splicing.of(TEMPLATE).makes(inserted(short.place, changed))


@pytest.mark.parametrize("name", BORDERS)
@pytest.mark.parametrize("size", [1, 9, 60])
def test_an_exon_that_ends_earlier_or_begins_later(name: str, size: int) -> None:
    place, whole = BORDERS[name].place, TEMPLATE.sequence
    assert Splicing.of(TEMPLATE).makes(whole[: place - size] + whole[place:])
    assert Splicing.of(TEMPLATE).makes(whole[:place] + whole[place + size :])
    assert not Splicing.of(TEMPLATE).makes(whole[: place + 20] + whole[place + 20 + size :])


def test_an_exon_that_is_left_out() -> None:
    start, end = TEMPLATE.exon(14)
    assert Splicing.of(TEMPLATE).makes(TEMPLATE.sequence[:start] + TEMPLATE.sequence[end:])


def test_exons_left_out_and_nothing_else() -> None:
    splicing, whole = Splicing.of(TEMPLATE), TEMPLATE.sequence
    start, end = TEMPLATE.exon(14)
    last = TEMPLATE.exon(13)[1]
    assert splicing.exons_left_out(whole[:start] + whole[end:]) == (start, end)
    assert splicing.exons_left_out(whole[:start] + whole[last:]) == (start, last)
    assert splicing.exons_left_out(whole[:start] + whole[end + 1 :]) is None
    assert splicing.exons_left_out(whole[: start + 5] + whole[end + 5 :]) is None
    assert splicing.exons_left_out(whole) is None
    assert Splicing.of(GENOME) == Splicing(GENOME.sequence)


def test_an_allele_with_a_duplication_is_spliced_at_its_own_borders() -> None:
    splicing, whole = Splicing.of(TEMPLATE), TEMPLATE.sequence
    border = TEMPLATE.exon(14)[0]

    def isoforms(start: int, end: int) -> list[int]:
        """The distances from the border at which bases behind a place may be left out."""
        allele = whole[:end] + whole[start:]
        return [
            place - border
            for place in (border, border + end - start)
            if splicing.makes_of_duplicated(
                allele, (start, end), allele[:place] + allele[place + 7 :]
            )
        ]

    assert isoforms(border + 3, border + 40) == [0]
    assert isoforms(border, border + 40) == [0]
    assert isoforms(border - 1, border + 40) == [0, 41]
    assert isoforms(border - 30, border + 1) == [0, 31]
    assert isoforms(border - 30, border) == [30]
    assert isoforms(border - 40, border - 10) == [30]


def test_duplications_at_a_border_are_none() -> None:
    for border in BORDERS.values():
        for size in (12, 30, 90):
            copy = TEMPLATE.sequence[border.place - size : border.place]
            assert not Splicing.of(TEMPLATE).makes(inserted(border.place, copy))
            copy = TEMPLATE.sequence[border.place : border.place + size]
            assert not Splicing.of(TEMPLATE).makes(inserted(border.place, copy))
    assert not Splicing.of(TEMPLATE).makes(TEMPLATE.sequence)
    assert not borders(GENOME)


def sample(folder: Path, *haplotypes: tuple[str, str, float]) -> list[str]:
    pairs = read_pairs(haplotypes, 400)
    first, second = write_mates(folder, pairs)
    return [str(first), str(second)]


def test_another_splice_site_is_a_splice_variant(tmp_path: Path) -> None:
    border = sorted(BORDERS.values(), key=lambda one: one.place)[1]
    other = inserted(border.place, border.intron[:21])
    files = sample(tmp_path, ("wild", TEMPLATE.sequence, 0.9), ("other", other, 0.1))
    called = call(tmp_path, "--fastq", *files, "--assay", "rna")
    assert called.status == "not_detected"
    [event] = called.events
    assert (event["event"], event["filter"]) == ("splice_variant", "splice_variant")
    assert event["length_bp"] == 21


def test_dna_given_as_rna_is_not_assessable(tmp_path: Path) -> None:
    start, end = LOCUS.exon(16).start - 300, LOCUS.exon(13).end + 300
    files = sample(tmp_path, ("wild", LOCUS.sequence[start:end], 1.0))
    called = call(tmp_path, "--fastq", *files, "--assay", "rna")
    assert called.status == "not_assessable"
    assert "DNA" in called.document["itd"]["reason"]
    assert called.document["reads"]["measured"]["unspliced"] > Thresholds().unspliced


def test_reads_over_a_border() -> None:
    border = next(iter(BORDERS.values()))
    spliced = TEMPLATE.sequence[border.place - 60 : border.place + 60]
    retained = TEMPLATE.sequence[border.place - 60 : border.place] + border.intron[:60]
    behind = border.intron[-60:] + TEMPLATE.sequence[border.place : border.place + 60]
    reads = PlacedReads(TEMPLATE, (20,))
    for number, text in enumerate((spliced, spliced, retained, behind)):
        reads.add(number, "r", text, b"\x25" * len(text), is_read1=True)
    reads.itd.fragments = 4
    assert share_unspliced(reads.itd, TEMPLATE) == 0.5


def test_rna_given_as_dna_is_not_assessable(tmp_path: Path) -> None:
    """An ITD at 0.3 was detected at 0.21 to 0.27: reads over exon borders fit no wild type."""
    start, end = (TEMPLATE.from_locus(LOCUS.offset_of_cds(cds)) for cds in (1815, 1771))
    mutant = TEMPLATE.sequence[: end + 1] + TEMPLATE.sequence[start:]
    files = sample(tmp_path, ("wild", TEMPLATE.sequence, 0.7), ("itd", mutant, 0.3))
    called = call(tmp_path, "--fastq", *files, "--assay", "capture")
    assert called.status == "not_assessable"
    assert "these reads are of RNA; call them as rna" in called.document["itd"]["reason"]
    assert not any("rearrangement" in text for text in called.document["warnings"])
    assert called.passing == []
    assert called.document["tkd"]["status"] == "not_assessable"


def test_reads_over_an_end_of_an_exon_on_the_genome() -> None:
    border = sorted(BORDERS.values(), key=lambda one: one.place)[1]
    spliced = TEMPLATE.sequence[border.place - 60 : border.place + 60]
    first = TEMPLATE.to_locus(border.place - 1) + 1
    last = TEMPLATE.to_locus(border.place)
    plain = [GENOME.sequence[at - 60 : at + 60] for at in (first, last)]
    # A variant in the intron, beside which a read is no plain one.
    other = "A" if plain[0][90] != "A" else "C"
    varied = plain[0][:85] + other * 10 + plain[0][95:]
    for texts, expected in (
        ((spliced, plain[0], plain[1]), 0.5),
        ((spliced, varied), 2 / 3),
        ((spliced,), 1.0),
        (plain, 0.0),
    ):
        reads = PlacedReads(GENOME, (20,))
        for number, text in enumerate(texts):
            reads.add(number, "r", text, b"\x25" * len(text), is_read1=True)
        reads.itd.fragments = len(texts)
        assert share_spliced(reads.itd, GENOME) == pytest.approx(expected)
        assert share_spliced(reads.itd, TEMPLATE) == 0.0


@pytest.mark.parametrize(
    ("unspliced", "place", "told"),
    [(1999, 1, False), (1999, 2, True), (1998, 1, True)],
)
def test_of_many_reads_beside_a_border_some_are_looked_at_first(
    unspliced: int, place: int, told: bool
) -> None:
    """Every second one of 2,000; of 1,999 all."""
    border = sorted(BORDERS.values(), key=lambda one: one.place)[1]
    at = TEMPLATE.to_locus(border.place - 1) + 1
    texts = [GENOME.sequence[at - 60 : at + 60]] * unspliced
    texts.insert(place, TEMPLATE.sequence[border.place - 60 : border.place + 60])
    reads = ReadSet(
        split=[
            SplitRead(number, at - 60, at - 60, 0, 120, 120, text, b"\x25" * 120)
            for number, text in enumerate(texts)
        ]
    )
    assert (share_spliced(reads, GENOME) > 0) is told
