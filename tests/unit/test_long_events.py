"""From gapped reads to the rows of long events: targets, files, sources, the union with calls."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from flt3itd.locus.flt3 import GENE as FLT3
from flt3itd.records import ConfidenceInterval
from scripts.panel import annotation_sources, long_events
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.annotate import Setting, annotate
from scripts.panel.calls import Call, read_calls, with_long_events
from scripts.panel.filters import Thresholds
from scripts.panel.gapped_reads import gapped_reads
from scripts.panel.long_events import LongEvent, read_events, vcf_of
from scripts.panel.measured import measure
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant
from tests.builders import Read, duplicate, random_sequence, write_bam, write_fasta

REFERENCE = random_sequence(3000, seed=22)
CONTIG, START, SIZE, LENGTH = "chr1", 1500, 40, 100
MUTANT = duplicate(REFERENCE, START, START + SIZE)
ANCHOR, SEGMENT = REFERENCE[START - 1], REFERENCE[START : START + SIZE]
DUPLICATION = Allele(CONTIG, START - 1, ANCHOR, ANCHOR + SEGMENT)
DELETION = Allele(CONTIG, START - 1, ANCHOR + SEGMENT, ANCHOR)
COUNTS = AlleleCounts(31, 626, 657, (0, 0), (0, 0))
EVENT = LongEvent(DELETION, COUNTS, 0.0625, ConfidenceInterval(0.03125, 0.125))
RULES = ReadRules(Assay.CAPTURE, 20, 20)
EXON = TranscriptExon(1, 1000, 2000, 0)


def fetch(start: int, end: int) -> str:
    return REFERENCE[max(0, start) : max(0, end)]


def reads() -> list[Read]:
    """Five of the wild type at each fourth place, and one of the mutant, clipped on the right."""
    wildtype = [
        Read(f"w{p}_{n}", CONTIG, p, f"{LENGTH}M", REFERENCE[p : p + LENGTH])
        for p in range(1100, 1900, 4)
        for n in range(5)
    ]
    end = START + SIZE
    mutant = [
        Read(f"m{p}", CONTIG, p, f"{end - p}M{LENGTH - end + p}S", MUTANT[p : p + LENGTH])
        for p in range(end - LENGTH + 12, end - 12, 4)
    ]
    return [*wildtype, *mutant]


def events_of(tmp_path: Path, target: tuple[int, int], *options: str) -> list[LongEvent]:
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, reads())
    fasta = write_fasta(tmp_path / "genome.fa", {CONTIG: REFERENCE})
    pysam.faidx(str(fasta))
    (tmp_path / "targets.bed").write_text(f"{CONTIG}\t{target[0]}\t{target[1]}\n")
    places = {"bam": bam, "fasta": fasta, "out": tmp_path / "long.vcf"}
    places["clips"] = tmp_path / "clips.bed"
    given = [text for name, path in places.items() for text in (f"--{name}", str(path))]
    given += ["--targets", str(tmp_path / "targets.bed"), "--sample", "S1", "--assay", "capture"]
    given += ["--minimum-vaf", "0.005", "--minimum-mapping-quality", "20", *options]
    long_events.main(given)
    return list(read_events(tmp_path / "long.vcf"))


def test_only_clipped_and_gapped_reads_propose_events(tmp_path: Path) -> None:
    odd = [
        Read("clip", CONTIG, 1400, "88M12S", REFERENCE[1400:1500]),
        Read("short clip", CONTIG, 1400, "89M11S", REFERENCE[1400:1500]),
        Read("deletion", CONTIG, 1400, "50M12D50M", REFERENCE[1400:1500]),
        Read("insertion", CONTIG, 1400, "50M12I38M", REFERENCE[1400:1500]),
        Read("short gap", CONTIG, 1400, "50M9D50M", REFERENCE[1400:1500]),
        Read("unsure", CONTIG, 1400, "50M50S", REFERENCE[1400:1500], mapping_quality=10),
        Read("elsewhere", CONTIG, 200, "50M50S", REFERENCE[200:300]),
    ]
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, odd)
    with pysam.AlignmentFile(
        str(gapped_reads(bam, {CONTIG: [(1000, 2000)]}, RULES, tmp_path))
    ) as few:
        assert {read.query_name for read in few} == {"clip", "deletion", "insertion"}


def test_reads_beside_a_region_and_copies_of_amplicons_are_taken_where_asked(
    tmp_path: Path,
) -> None:
    odd = [
        Read("beside", CONTIG, 900, "50M12S", REFERENCE[900:962]),
        Read("far", CONTIG, 899, "50M12S", REFERENCE[899:961]),
        Read("copy", CONTIG, 1400, "88M12S", REFERENCE[1400:1500], flag=0x400),
    ]
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, odd)
    regions = {CONTIG: [(999, 2000)]}
    for assay, reach, expected in (
        (Assay.CAPTURE, 50, {"beside"}),
        (Assay.CAPTURE, 49, set()),
        (Assay.AMPLICON, 51, {"beside", "far", "copy"}),
    ):
        found = gapped_reads(bam, regions, ReadRules(assay, 20), tmp_path, reach=reach)
        with pysam.AlignmentFile(str(found)) as few:
            assert {read.query_name for read in few} == expected


# An event that begins before a target, and one that ends behind it.
@pytest.mark.parametrize("target", [(START + 30, START + 200), (START - 200, START + 10)])
def test_an_event_that_reaches_into_a_target_is_reported(
    tmp_path: Path, target: tuple[int, int]
) -> None:
    (event,) = events_of(tmp_path, target)
    assert event.allele == DUPLICATION
    assert event.counts.mutant == len([read for read in reads() if read.name[0] == "m"])
    assert event.interval.low < event.vaf < event.interval.high


@pytest.mark.parametrize(("reach", "found"), [(1, 1), (0, 0)])
def test_of_an_amplicon_reads_whose_other_part_lies_over_a_target_count(
    tmp_path: Path, reach: int, found: int
) -> None:
    """All primary alignments lie in front of a deletion of 60 bases that reaches into a target."""
    low, end = START - 70, START + 60
    mutant = REFERENCE[low:START] + REFERENCE[end : end + 30]
    parts = [
        Read(
            f"m{n}", CONTIG, low, "70M30S", mutant,
            tags=(("SA", f"{CONTIG},{end + 1},+,70S30M,60,0;"),),
        )
        for n in range(20)
    ]  # fmt: skip
    usual = [
        Read(f"w{n}", CONTIG, low, "100M", REFERENCE[low : low + 100]) for n in range(80)
    ]  # fmt: skip
    target = end + 30 - reach, end + 90
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, [*parts, *usual])
    with pysam.AlignmentFile(str(bam)) as reads:
        over = list(long_events._reads_over(reads, CONTIG, {CONTIG: [target]}))
    assert len(over) == 20 * found


def test_what_lies_beside_the_targets_or_is_rare_is_not(tmp_path: Path) -> None:
    assert events_of(tmp_path, (START + SIZE + 5, START + 300)) == []
    assert events_of(tmp_path, (START, START + 300), "--minimum-vaf", "0.5") == []


def test_a_bam_that_is_cut_short_is_the_users_mistake(tmp_path: Path) -> None:
    events_of(tmp_path, (START, START + 100))
    whole = (tmp_path / "reads.bam").read_bytes()
    (tmp_path / "reads.bam").write_bytes(whole[: len(whole) // 2])
    options = {"bam": "reads.bam", "fasta": "genome.fa", "out": "x.vcf", "clips": "x.bed"}
    given = [text for name, file in options.items() for text in (f"--{name}", str(tmp_path / file))]
    given += ["--targets", str(tmp_path / "targets.bed"), "--sample", "S1", "--assay", "capture"]
    with pytest.raises(UserError, match=r"reads.bam: cannot be read"):
        long_events.main([*given, "--minimum-vaf", "0.005", "--minimum-mapping-quality", "20"])
    assert not list(tmp_path.glob("*x.vcf*"))


def test_the_events_survive_the_file_between_two_rules(tmp_path: Path) -> None:
    path = tmp_path / "long.vcf"
    other = replace(EVENT, allele=Allele("chr0", 7, "A", "ACG"))
    path.write_text(vcf_of([EVENT, other], "S1", {"chr0": 20, CONTIG: len(REFERENCE)}))
    assert list(read_events(path)) == [other, EVENT]
    path.write_text(vcf_of([], "S1", {CONTIG: len(REFERENCE)}))
    assert list(read_events(path)) == []


def test_a_long_event_takes_the_place_of_the_same_call() -> None:
    same = Call(DELETION, 50.0, 4, 700, clinvar="Pathogenic")
    other = Call(Allele("chr0", 900, "A", "T"), 9.0, 9, 90)
    duplication = replace(EVENT, allele=DUPLICATION)
    merged = with_long_events([other, same], [duplication, EVENT], ["chr0", CONTIG])
    assert [call.allele for call in merged] == [other.allele, DUPLICATION, DELETION]
    assert merged[2] == replace(same, long=EVENT)
    assert merged[0] == other


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="needs bcftools")
def test_the_sources_speak_of_events_that_only_the_scanner_found(tmp_path: Path) -> None:
    source, calls, out = (tmp_path / name for name in ("s.vcf", "long.vcf", "out.vcf"))
    contigs = {CONTIG: len(REFERENCE)}
    source.write_text(
        f"##fileformat=VCFv4.2\n##contig=<ID={CONTIG},length={len(REFERENCE)}>\n"
        '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        f"{CONTIG}\t{START}\tCOSV7\t{DELETION.ref}\t{DELETION.alt}\t.\t.\tCLNSIG=Pathogenic\n"
    )
    subprocess.run(["bgzip", "-f", source], check=True)
    subprocess.run(["bcftools", "index", "-f", f"{source}.gz"], check=True)
    (tmp_path / "g.fa.fai").write_text(f"{CONTIG}\t{len(REFERENCE)}\t6\t60\t61\n")
    calls.write_text(vcf_of([EVENT, replace(EVENT, allele=DUPLICATION)], "S1", contigs))
    given = [text for name in ("clinvar", "cosmic") for text in (f"--{name}", f"{source}.gz")]
    places = ["--calls", str(calls), "--genome-index", str(tmp_path / "g.fa.fai")]
    annotation_sources.main([*places, *given, "--out", str(out)])
    other, same = with_long_events(read_calls(out), read_events(out), [CONTIG])
    assert same == Call(DELETION, 0.0, 0, 0, clinvar="Pathogenic", cosmic="COSV7", long=EVENT)
    assert (other.clinvar, other.cosmic, other.long) == ("", "", replace(EVENT, allele=DUPLICATION))


def rows_of(tmp_path: Path, gene: str, calls: list[Call]) -> list[PanelVariant]:
    transcript = Transcript(gene, "NM_1.1", "NP_1.1", CONTIG, False, (EXON,), 1000, fetch)
    bam = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, reads())
    with pysam.AlignmentFile(str(bam)) as file:
        setting = Setting(
            sample="S1",
            build="GRCh38",
            transcripts=[transcript],
            sequence_of=lambda contig: fetch,
            thresholds=Thresholds(50, 0.01, 5, RULES),
            regions={CONTIG: [(START + 10, 2000)]},
        )
        return [one.row for one in annotate(calls, file, setting).variants]


def test_a_row_has_the_vaf_of_the_engine_where_reads_cannot_hold_the_event() -> None:
    measured = measure(Call(DELETION, 0.0, 0, 0, long=EVENT), COUNTS)
    assert (measured.vaf, measured.interval) == (0.0625, EVENT.interval)
    assert (measured.depth, measured.mutant) == (657, 31)


def test_a_long_event_that_reads_show_is_on_target(tmp_path: Path) -> None:
    event = replace(EVENT, allele=DUPLICATION)
    (row,) = rows_of(tmp_path, "KIT", [Call(DUPLICATION, 0.0, 0, 0, long=event)])
    assert row.filter == "PASS"
    assert row.hgvs_c == "NM_1.1:c.501_540dup"


def test_a_long_event_that_no_read_shows_says_so(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "KIT", [Call(DELETION, 0.0, 0, 0, long=EVENT)])
    assert row.filter == "other_change"


def test_the_duplications_of_flt3_are_left_to_the_itd_caller(tmp_path: Path) -> None:
    calls = [Call(allele, 0.0, 0, 0, long=EVENT) for allele in (DUPLICATION, DELETION)]
    assert [row.ref for row in rows_of(tmp_path, FLT3, calls)] == [DELETION.ref]
    assert len(rows_of(tmp_path, "KIT", calls)) == 2


def test_other_alignments_of_replaced_bases_are_parts_of_the_event(tmp_path: Path) -> None:
    segment = REFERENCE[1600:1645]
    replacement = replace(EVENT, allele=Allele(CONTIG, 1600, segment, "GATTACA"))
    assert replacement.explains(Allele(CONTIG, 1599, REFERENCE[1599:1620], REFERENCE[1599]), 0.02)
    assert replacement.explains(Allele(CONTIG, 1644, segment[-1], "ACGT"), 0.02)
    # More molecules than those of the event, the bases beside it, and events without new bases.
    assert not replacement.explains(Allele(CONTIG, 1644, segment[-1], "ACGT"), 0.07)
    assert not replacement.explains(Allele(CONTIG, 1640, REFERENCE[1640:1650], "A"), 0.02)
    assert not EVENT.explains(Allele(CONTIG, START + 3, REFERENCE[START + 3], "AC"), 0.02)
