"""Primers of an amplicon assay, and the ITDs that duplicate a primer site."""

from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import GRCH37_SHIFT, flt3_locus
from flt3itd.molecules.bam_pairs import genome_end
from flt3itd.molecules.sources import primer_ends
from flt3itd.reads.coordinates import Placement
from flt3itd.reads.primers import (
    LONGEST_AMPLICON,
    LonePrimer,
    PrimerPair,
    read_primers,
    rows_of_lone_primers,
    rows_of_pairs,
)
from tests.builders import write_mates
from tests.itd_builders import amplicon_pairs, call, tandem

LOCUS = flt3_locus()
FIRST, LAST = 28_033_900, 28_034_210
LENGTH = 22
START, END = LOCUS.from_grch38(FIRST), LOCUS.from_grch38(LAST) + 1
PAIR = PrimerPair(START, START + LENGTH, END - LENGTH, END)
GRCH38 = Placement("chr13", LOCUS.first_position - 1, "GRCh38")
GRCH37 = Placement("13", LOCUS.first_position - 1 + GRCH37_SHIFT, "GRCh37")


def bedpe(path: Path, placement: Placement, contig: str) -> Path:
    sites = [
        (PAIR.left_start, PAIR.left_end),
        (PAIR.right_start, PAIR.right_end),
    ]
    cells = [
        str(cell)
        for start, end in sites
        for cell in (contig, start + placement.shift, end + placement.shift)
    ]
    path.write_text("# kit\nchr1\t10\t20\tchr1\t89\t99\n" + "\t".join(cells) + "\tname\n")
    return path


@pytest.mark.parametrize(("placement", "contig"), [(GRCH38, "chr13"), (GRCH37, "chr13")])
def test_bedpe_rows_of_the_locus_are_placed_on_either_build(
    tmp_path: Path, placement: Placement, contig: str
) -> None:
    path = bedpe(tmp_path / "primers.bedpe", placement, contig)
    assert read_primers(path, LOCUS, placement) == (PAIR,)


def test_the_primer_of_a_kit_with_one_is_no_pair_and_no_mistake(tmp_path: Path) -> None:
    rows = [
        "chr13\t28034239\t28034260\t.\t-1\t-1",
        ".\t-1\t-1\tchr13\t28034239\t28034260\tname",
        "chr13\t28034239\t28034260\t.\t-1\t-1\tname\t.\t-\t.",
        ".\t-1\t-1\tchr13\t28034239\t28034260\tname\t.\t.\t.",
    ]
    path = tmp_path / "primers.bedpe"
    path.write_text("\n".join(rows) + "\n")
    assert read_primers(path, LOCUS, GRCH38) == ()
    found = list(rows_of_lone_primers(path, path.read_text()))
    assert [(row, contig) for row, contig, _ in found] == [(n, "chr13") for n in (1, 2, 3, 4)]
    assert [one for _, _, one in found] == [
        LonePrimer(28034239, 28034260, strand) for strand in "+---"
    ]


def test_the_primer_of_a_kit_with_one_is_an_end_of_its_families(tmp_path: Path) -> None:
    path = tmp_path / "kit.bedpe"
    path.write_text("c2\t10\t30\t.\t-1\t-1\n.\t-1\t-1\tc2\t50\t70\nother\t1\t19\t.\t-1\t-1\n")
    ends = [genome_end(1, 10, reverse=False), genome_end(1, 70, reverse=True)]
    assert primer_ends(path, ["c1", "c2"]).tolist() == ends


@pytest.mark.parametrize("start", ["28034260", "one", "-3"])
def test_a_lone_primer_has_a_place(tmp_path: Path, start: str) -> None:
    text = f"chr13\t{start}\t28034260\t.\t-1\t-1\n"
    with pytest.raises(UserError, match=r"row 1: (the primer must begin|found 'chr13)"):
        list(rows_of_lone_primers(tmp_path / "kit.bedpe", text))


@pytest.mark.parametrize("bases", [9, 10, 100, 101])
def test_a_primer_is_as_long_as_oligonucleotides_are(tmp_path: Path, bases: int) -> None:
    """The bases of a primer are hidden: an amplicon in its place would hide all of its reads."""
    path = tmp_path / "kit.bedpe"
    for text in (
        f"chr1\t500\t{500 + bases}\tchr1\t700\t720\n",
        f"chr1\t500\t520\tchr1\t700\t{700 + bases}\n",
        f"chr1\t500\t{500 + bases}\t.\t-1\t-1\n",
    ):
        if bases in (10, 100):
            assert len([*rows_of_pairs(path, text), *rows_of_lone_primers(path, text)]) == 1
            continue
        words = rf"kit.bedpe: row 1: found a primer of {bases} bases, expected 10 to 100; give"
        with pytest.raises(UserError, match=words):
            [*rows_of_pairs(path, text), *rows_of_lone_primers(path, text)]


@pytest.mark.parametrize("bases", [LONGEST_AMPLICON, LONGEST_AMPLICON + 1, 18_000])
def test_the_primers_of_a_pair_are_of_one_amplicon(tmp_path: Path, bases: int) -> None:
    path = tmp_path / "kit.bedpe"
    text = f"chr1\t500\t520\tchr1\t{500 + bases - 20}\t{500 + bases}\n"
    if bases == LONGEST_AMPLICON == 1500:
        assert len(list(rows_of_pairs(path, text))) == 1
        return
    words = f"kit.bedpe: row 1: found an amplicon of {bases:,} bases, expected 1500 at most"
    with pytest.raises(UserError, match=words):
        list(rows_of_pairs(path, text))


def test_no_primers_are_there_twice(tmp_path: Path) -> None:
    """Names may differ; a lone primer of either strand at one place is another primer."""
    path = tmp_path / "kit.bedpe"
    pair, other = "chr1\t500\t520\tchr1\t700\t720", "chr1\t500\t520\tchr1\t701\t721"
    lone = "chr1\t500\t520\t.\t-1\t-1"
    both = f"{lone}\ta\t.\t+\t.\n{lone}\ta\t.\t-\t.\n"
    assert len(list(rows_of_pairs(path, f"{pair}\n{other}\n"))) == 2
    assert len(list(rows_of_lone_primers(path, both))) == 2
    for text in (f"{pair}\n{other}\n{pair}\tb\n", f"{lone}\n{pair}\n{lone}\n"):
        with pytest.raises(UserError, match=r"kit.bedpe: row 3: the primers of row 1 again; take"):
            [*rows_of_pairs(path, text), *rows_of_lone_primers(path, text)]


def test_sequences_are_placed_on_their_strand_and_paired(tmp_path: Path) -> None:
    left = LOCUS.sequence[PAIR.left_start : PAIR.left_end]
    right = reverse_complement(LOCUS.sequence[PAIR.right_start : PAIR.right_end])
    path = tmp_path / "primers.fa"
    path.write_text(f">other\nACGTACGTACGTACGTAACC\n>reverse\n{right}\n>forward\n{left.lower()}\n")
    assert read_primers(path, LOCUS, GRCH38) == (PAIR,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chr13\t1\t2\n", "row 1: found 3 columns"),
        ("chr13\tone\t2\tchr13\t5\t6\n", "row 1: found 'chr13"),
        ("chr13\t9\t20\tchr13\t10\t30\n", "row 1: the left primer must end before"),
        ("chr13\t9\t20\tchr14\t50\t60\n", "on the same contig"),
        (".\t-1\t-1\t.\t-1\t-1\n", "row 1: the left primer must end before"),
        ("chr13\t-9\t20\tchr13\t50\t60\n", "row 1: the left primer must end before"),
        ("chr13\t1_0\t20\tchr13\t50\t60\n", "row 1: found 'chr13"),
        ("", "no primers are in it"),
        (">a\n", "primer 'a': found ''; give at least 10 letters of A, C, G, T"),
        (">a\nACGTACGTA\n", "primer 'a': found 'ACGTACGTA'; give at least 10 letters"),
        (">a\nACGTACGTACGT\n>b\nACGTNACGTACGT\n", "primer 'b': found 'ACGTNACGTACGT'; give"),
        (">a\nACGU*ACGTACGTAC\n", "primer 'a': found"),
    ],
)
def test_primers_that_cannot_be_used_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "primers"
    path.write_text(text)
    with pytest.raises(UserError, match=words) as caught:
        read_primers(path, LOCUS, GRCH38)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["chr1\t9\t20\tchr1\t50\t60\n", ">a\nACGTTGCAACGTTGCATTTT\n"])
def test_a_kit_without_a_pair_over_flt3_stops_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "primers"
    path.write_text(text)
    assert read_primers(path, LOCUS, GRCH38) == ()
    mutants = [tandem(28_034_110, 28_034_145, 0.4)]
    for interval, status in (
        ((28_034_020, 28_034_240), "detected"),
        ((28_032_800, 28_033_050), "not_assessable"),
    ):
        pairs = amplicon_pairs(mutants, [interval], 300, read_length=150)
        files = write_mates(tmp_path, pairs)
        called = call(
            tmp_path, "--fastq", *map(str, files), "--assay", "amplicon", "--primers", str(path)
        )
        assert called.status == status
        assert "no pair of primers lies on FLT3" in " ".join(called.document["warnings"])


@pytest.mark.parametrize(
    ("last", "biased"), [(FIRST + LENGTH + 40, True), (FIRST + LENGTH - 2, False)]
)
def test_an_itd_that_duplicates_a_primer_site_is_flagged(
    tmp_path: Path, last: int, biased: bool
) -> None:
    """The outer amplicon shows the whole ITD, so it is called; the inner primer is in it."""
    first = FIRST - 15
    pairs = amplicon_pairs([tandem(first, last, 0.3)], [(FIRST - 120, LAST + 30)])
    reads = list(map(str, write_mates(tmp_path, pairs)))
    primers = bedpe(tmp_path / "primers.bedpe", GRCH38, "chr13")
    arguments = ["--fastq", *reads, "--assay", "amplicon", "--primers", str(primers)]
    called = call(tmp_path, *arguments)
    [event] = called.passing
    assert event["length_bp"] == last - first + 1
    remark = "allelic ratio biased: primer site duplicated"
    assert (remark in event["remark"]) is biased
