"""Mates that were joined to one read, with unknown bases between them."""

from pathlib import Path

from flt3itd.common.bases import reverse_complement
from tests.builders import FastqRead, Pair, write_fastq
from tests.itd_builders import call, sample_pairs, tandem


def joined(pair: Pair, padding: int) -> FastqRead:
    first, second = pair.first, pair.second
    return FastqRead(
        first.name,
        f"{first.sequence}{'N' * padding}{reverse_complement(second.sequence)}",
        f"{first.qualities}{'#' * padding}{second.qualities[::-1]}",
    )


def test_no_itd_passes_in_them(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_060, 28_034_182, 0.4, "GATCCA")], 200)
    path = write_fastq(tmp_path / "S.fastq", (joined(pair, 8) for pair in pairs))
    called = call(tmp_path, "--fastq", str(path))
    assert called.status == "not_assessable"
    assert not called.passing
    assert "they are mates that were joined with padding" in called.document["itd"]["reason"]
    assert called.document["reads"]["measured"]["padded"] > 0.9


def test_unknown_bases_at_the_ends_and_few_of_them_are_no_padding(tmp_path: Path) -> None:
    reads = [
        FastqRead(one.name, f"NNNNN{one.sequence[:60]}NNN{one.sequence[63:]}NNNNN", "F" * 160)
        for one in (pair.first for pair in sample_pairs([], 100))
    ]
    path = write_fastq(tmp_path / "S.fastq", reads)
    assert call(tmp_path, "--fastq", str(path)).document["reads"]["measured"]["padded"] == 0
