"""Reads straight from FASTQ: those of the locus are picked out by k-mers and placed in process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import dnaio
from xopen import xopen

from flt3itd.common.errors import UserError, unread_fastq
from flt3itd.common.progress import Progress
from flt3itd.reads.alignment_file import FIRST_RECORDS
from flt3itd.reads.placed import PlacedReads

_PHRED_ZERO = ord("!")
_PHRED = bytes(max(0, code - _PHRED_ZERO) for code in range(256))
"""The quality of each letter."""
_QUALITIES = bytes(range(_PHRED_ZERO, 256))
_SHOWN_EVERY = 20_000
"""Fragments between two looks at how far the file is read."""
_NAMES_AT_ONCE = 2048
"""Fragments of which it is noted together of which lane they are."""
_LEAST_SHARED = 3
_LEAST_SHARE = 0.01
"""Reads of one file that have a name of another one, and their share of those of the locus: as for
records of a BAM that share a name and are no mates (`flt3itd/fitness/thresholds.py`)."""
_WHOLE_SPOTS = 0.3
"""Share of reads that hold a mate: of whole spots over FLT3 nearly all do, of others that ligation
or a hairpin turned some percent."""


def read_fastq(paths: Sequence[Path], reads: PlacedReads) -> list[str]:
    """Place the reads of one FASTQ file, or of the two files of a pair.

    A fragment is passed over when the filter of k-mers takes neither of its reads. Returns the
    headers of the first fragments, without the sign before them.

    Raises:
        UserError: a file cannot be read, is cut short or empty, the mates do not pair up, or both
            mates are in one file, or in one read.
    """
    wanted = reads.kmer_filter()
    names: Counter[str] = Counter()
    headers: list[str] = []
    first_names: list[str] = []
    kept = 0
    for records in _fragments(paths):
        if len(headers) < FIRST_RECORDS:
            headers.append(records[0].name)
        for record in records:
            if wanted.takes(record.sequence.upper()):
                break
        else:
            continue
        name = _name_of_fragment(records[0].name)
        for mate, record in enumerate(records):
            reads.add(kept, name, record.sequence, _phred(record, paths[mate]), is_read1=mate == 0)
        kept += 1
        first_names.append(name)
        if len(first_names) == _NAMES_AT_ONCE:
            reads.itd.groups.note_names(first_names)
            first_names.clear()
        if len(records) == 1:
            names[name] += 1
    reads.itd.groups.note_names(first_names)
    _check_names(names, paths[0])
    if not headers:
        raise UserError(f"{paths[0]}: the file has no reads; check that it is complete")
    if len(paths) == 1:
        _check_whole_spots(reads, paths[0])
    reads.itd.fragments = kept
    return headers


def _name_of_fragment(header: str | None) -> str:
    """The name that both mates of a fragment share, of the header of the first."""
    name = header.split()[0] if header else ""
    return name.removesuffix("/1").removesuffix("/2")


def _check_names(names: Counter[str], path: Path) -> None:
    """Refuse single reads of which both mates of a pair count: each would be a fragment."""
    shared = sum(count for count in names.values() if count > 1)
    if shared >= max(_LEAST_SHARED, _LEAST_SHARE * names.total()):
        raise UserError(
            f"{path}: {shared} of {names.total()} reads over FLT3 have the name of another one: "
            "both mates of pairs are in one file, or reads are in it twice; give the two files of "
            "the pairs, or each read once"
        )


def _check_whole_spots(reads: PlacedReads, path: Path) -> None:
    """Refuse reads that are both mates of a pair, one behind the other: no molecule has them so."""
    share = reads.share_with_mate()
    if share >= _WHOLE_SPOTS:
        raise UserError(
            f"{path}: {share:.0%} of the reads over FLT3 hold their mate turned behind them, "
            "as fastq-dump writes whole spots; give the two files of the pairs (fasterq-dump "
            "--split-files)"
        )


def single_reads(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Name, sequence (upper case) and raw Phred values of each read of one FASTQ file.

    Raises:
        UserError: the file cannot be read, is cut short or empty.
    """
    record = None
    for (record,) in _fragments((path,)):
        name = record.name.split()[0] if record.name else ""
        yield name, record.sequence.upper(), _phred(record, path)
    if record is None:
        raise UserError(f"{path}: the file has no reads; check that it is complete")


def _fragments(paths: Sequence[Path]) -> Iterator[tuple[dnaio.SequenceRecord, ...]]:
    """The reads of each fragment, while a bar or the log shows how much of the files is read."""
    name = " and ".join(str(path) for path in paths)
    try:
        with ExitStack() as opened:
            raw = {str(path): opened.enter_context(path.open("rb")) for path in paths}
            progress = Progress("fragments read", paths[0].stat().st_size)
            opened.callback(progress.close)
            reads = opened.enter_context(
                dnaio.open(*paths, mode="r", opener=lambda path, mode: xopen(raw[str(path)], mode))
            )
            for number, each in enumerate(reads):
                records = (each,) if isinstance(each, dnaio.SequenceRecord) else each
                if not number and any(record.qualities is None for record in records):
                    raise UserError(f"{name}: this is FASTA; give FASTQ: base qualities are needed")
                if number and not number % _SHOWN_EVERY:
                    progress.show(raw[str(paths[0])].tell(), number)
                yield records
    except NotImplementedError as error:  # a BAM with aligned or paired reads
        raise UserError(f"{name}: this is a BAM; give it with --bam") from error
    except dnaio.UnknownFileFormat as error:
        raise UserError(f"{name}: this is no FASTQ; give the reads as FASTQ or BAM") from error
    except (dnaio.FileFormatError, EOFError, OSError, ValueError) as error:
        raise unread_fastq(name, error) from error


def _phred(record: dnaio.SequenceRecord, path: Path) -> bytes:
    codes = (record.qualities or "").encode("ascii")
    if codes.translate(None, _QUALITIES):
        raise UserError(
            f"{path}: read {record.name}: a quality lies below '!', the lowest of FASTQ"
        )
    return codes.translate(_PHRED)
