"""Gene models cut to the targets name what those of the whole genome name."""

import gzip
import random
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.hgvs.transcript import Fetch
from scripts.genome.cut_gene_models import cut_models, main, transcripts_on
from scripts.genome.gene_models import read_transcripts
from scripts.genome.targets import merged_targets
from tests.builders import random_sequence, write_fasta

PANEL = Path(__file__).parents[2] / "panels" / "myeloid54"
LENGTH = 20_000


def line(contig: str, kind: str, start: int, end: int, gene: str, name: str, more: str = "") -> str:
    """A line of a GTF file; 0-based half-open here, 1-based inclusive there."""
    return (
        f'{contig}\tX\t{kind}\t{start + 1}\t{end}\t.\t+\t.\tgene_id "{gene}"; '
        f'transcript_id "{name}"; gene_name "{gene}"; {more}'
    )


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ((99, 100), False),
        ((90, 101), True),
        ((199, 300), True),
        ((200, 300), False),
        ((50, 400), True),
        ((299, 300), False),
        ((299, 301), True),
        ((120, 130), True),
    ],
)
def test_one_base_of_an_exon_on_a_target_is_enough(
    tmp_path: Path, span: tuple[int, int], kept: bool
) -> None:
    regions = {"chr1": [(100, 200), (300, 310)]}
    path = tmp_path / "g.gtf"
    path.write_text(line("chr1", "exon", *span, "G", "T1") + "\n")
    assert transcripts_on(path, regions) == ({"T1"} if kept else set())
    assert transcripts_on(path, {"chr2": [(0, 999)]}) == set()


def drawn_models(seed: int) -> list[str]:
    """Genes with several transcripts, some coding, some MANE, on two contigs, in any order."""
    chance = random.Random(seed)
    lines = ["#!genome-build x"]
    for number in range(60):
        contig, gene = chance.choice(["chr1", "chr2"]), f"G{number}"
        first = chance.randrange(0, LENGTH - 3000)
        lines.append(
            line(contig, "gene", first, first + 2000, gene, "").replace("transcript_id", "x")
        )
        for t in range(chance.randrange(1, 4)):
            tags = chance.choice(["", 'tag "MANE_Select"; ', 'tag "basic"; tag "CCDS"; '])
            for e in range(chance.randrange(1, 5)):
                start = first + 400 * e + chance.randrange(0, 200)
                end = start + chance.randrange(30, 190)
                more = f"{tags}exon_number {e + 1};"
                lines.append(line(contig, "exon", start, end, gene, f"{gene}.{t}", more))
                if chance.random() < 0.7:
                    lines.append(line(contig, "CDS", start, end, gene, f"{gene}.{t}", more))
    return lines


@pytest.mark.parametrize("seed", range(5))
def test_the_same_transcripts_are_read_from_the_cut_file(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed + 100)
    starts = sorted(chance.sample(range(0, LENGTH, 150), 25))
    bed = tmp_path / "t.bed"
    bed.write_text("".join(f"chr{1 + s % 2}\t{s}\t{s + 100}\n" for s in starts))
    fasta = write_fasta(
        tmp_path / "g.fa", {c: random_sequence(LENGTH, 1) for c in ("chr1", "chr2")}
    )
    pysam.faidx(str(fasta))
    whole, cut = tmp_path / "whole.gtf.gz", tmp_path / "cut.gtf"
    whole.write_bytes(gzip.compress(("\n".join(drawn_models(seed)) + "\n").encode(), mtime=0))
    given = {"gene-models": whole, "targets": bed, "fasta": fasta, "out": cut}
    main([text for name, path in given.items() for text in (f"--{name}", str(path))])

    def fetch(contig: str) -> Fetch:
        return lambda start, end: "A" * (end - start)

    regions = merged_targets(bed)
    expected = read_transcripts(whole, regions, fetch)
    found = read_transcripts(cut, regions, fetch)
    assert len(expected) > 5
    named = [
        [(t.gene, t.accession, t.exons, t.coding_length) for t in each]
        for each in (expected, found)
    ]
    assert named[0] == named[1]
    assert len(cut.read_text().splitlines()) < len(drawn_models(seed))


def test_the_models_of_the_panel_stay_and_others_go() -> None:
    models = PANEL / "genes.GRCh38.gtf"
    regions = merged_targets(PANEL / "all_coding.GRCh38.bed")
    lines = models.read_text().splitlines()
    kept = list(cut_models(models, regions))
    assert [one for one in lines if one in set(kept)] == kept
    assert len(transcripts_on(models, regions)) == 54


def test_a_model_without_exon_numbers_is_said_of_the_users_file(tmp_path: Path) -> None:
    fasta = write_fasta(tmp_path / "g.fa", {"chr1": random_sequence(400, 1)})
    pysam.faidx(str(fasta))
    (tmp_path / "t.bed").write_text("chr1\t100\t200\n")
    models = tmp_path / "mine.gtf"
    models.write_text(
        "".join(line("chr1", kind, 90, 150, "G", "T1") + "\n" for kind in ("exon", "CDS"))
    )
    given = ["--gene-models", str(models), "--targets", str(tmp_path / "t.bed")]
    given += ["--fasta", str(fasta), "--out", str(tmp_path / "cut.gtf")]
    with pytest.raises(UserError, match=r"mine\.gtf: an exon of G at chr1:91 has no exon_number"):
        main(given)
    assert not (tmp_path / "cut.gtf").exists()
