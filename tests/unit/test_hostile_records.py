"""Records that no aligner should write: an answer that makes sense, or a clear refusal."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.cli import main
from tests.builders import FastqRead, Read, write_fastq
from tests.itd_builders import (
    LOCUS,
    call,
    haplotype_of,
    sample_pairs,
    tandem,
    write_sample,
)

FLAGS = (0, 1, 4, 16, 65, 73, 99, 133, 147, 256, 512, 1024 | 99, 2048 | 99)


def random_cigar(length: int, rng: random.Random) -> str:
    """Any CIGAR whose operations fit a read of this length; clips at its ends only."""
    parts: list[str] = []
    left = length
    if rng.random() < 0.2:
        parts.append(f"{rng.randint(1, 30)}H")
    if left > 2 and rng.random() < 0.4:
        clip = rng.randint(1, left - 1)
        parts.append(f"{clip}S")
        left -= clip
    while left > 0:
        operation = rng.choice("MMMMI=XDNP")
        if operation in "DNP":
            parts.append(f"{rng.choice((1, 7, 300, 5000))}{operation}")
            continue
        size = rng.randint(1, left)
        parts.append(f"{size}{operation}")
        left -= size
    return "".join(parts)


def spoiled(read: Read, rng: random.Random) -> Read:
    """The read with one thing changed."""
    length = len(read.sequence)
    match rng.randrange(8):
        case 0:
            return replace(read, cigar=random_cigar(length, rng))
        case 1:
            return replace(read, position=max(0, read.position + rng.randint(-400, 400)))
        case 2:
            return replace(read, flag=rng.choice(FLAGS))
        case 3:
            return replace(read, name=rng.choice("abc"))
        case 4:
            bases = "".join(rng.choices("ACGTNRYacgt", k=length))
            return replace(read, sequence=bases)
        case 5:
            return replace(read, cigar="", flag=read.flag | 4)
        case 6:
            kept = rng.randint(1, length)
            return replace(
                read, sequence=read.sequence[:kept], qualities=2, cigar=random_cigar(kept, rng)
            )
    return replace(read, tags=(("NM", rng.choice((0, 1, 40))),))


def records(rng: random.Random) -> list[Read]:
    """Reads of a sample with an ITD as a simple aligner would place them."""
    reads = []
    for pair in sample_pairs([tandem(28_034_100, 28_034_160, 0.4)], 120, seed=rng.randrange(99)):
        for number, read in enumerate((pair.first, pair.second)):
            found = LOCUS.sequence.find(read.sequence[:60])
            if found < 0:
                continue
            rest = LOCUS.sequence[found : found + len(read.sequence)]
            cigar = "150M" if rest == read.sequence else "60M90S"
            position = found + LOCUS.first_position - 1
            flag = (65, 129)[number]
            reads.append(Read(read.name, "chr13", position, cigar, read.sequence, flag, 37))
    return reads


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_spoiled_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int, share: float
) -> None:
    rng = random.Random(f"{seed} {share}")
    reads = [spoiled(read, rng) if rng.random() < share else read for read in records(rng)]
    bam = write_sample(tmp_path / "sample.bam", reads)
    for assay in ("capture", "amplicon", "rna"):
        arguments = ["--bam", str(bam), "--assay", assay]
        status = main(["call", *arguments, "--out", str(tmp_path / assay)])
        if status:
            assert status == 2
            assert "do not have the sequence of FLT3" in capsys.readouterr().err
            continue
        called = call(tmp_path, *arguments)
        for event in called.events:
            assert 0 <= event["vaf_low"] <= event["vaf"] <= event["vaf_high"] <= 1
            assert event["ar"] is None or event["ar"] >= 0
            assert event["length_bp"] == len(event["alt"]) - len(event["ref"])
            if assay != "rna":
                assert haplotype_of(event) != LOCUS.sequence


@pytest.mark.parametrize("seed", range(4))
def test_spoiled_fastq(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    files = [tmp_path / "1.fastq", tmp_path / "2.fastq"]
    pairs = sample_pairs([tandem(28_034_100, 28_034_160, 0.4)], 60, seed=seed)
    for path, reads in zip(
        files, ([p.first for p in pairs], [p.second for p in pairs]), strict=True
    ):
        changed = []
        for read in reads:
            length = rng.choice((0, 1, 5, 14, 40, 150))
            bases = list(read.sequence[:length])
            for place in range(len(bases)):
                if rng.random() < 0.05:
                    bases[place] = rng.choice("ACGTNacgtn.*-")
            quality = "".join(chr(rng.randint(33, 126)) for _ in bases)
            changed.append(FastqRead(read.name, "".join(bases), quality))
        write_fastq(path, changed)
    for event in call(tmp_path, "--fastq", *map(str, files)).events:
        assert 0 <= event["vaf_low"] <= event["vaf"] <= event["vaf_high"] <= 1
