"""Calls against truth: what was found, exactly, with which error of the VAF.

A call is exact when it rebuilds the true mutant sequence (and, where the caller tells an ITD
from another insertion, tells it right). It is found by length when only the length agrees.
The error of a VAF is given as z = (called - true) / sqrt(true * (1 - true) / (0.85 * depth)):
in units of the binomial noise of the fragments that a read depth holds.

Of many copies of a unit, reads may not show how many there are. Where fewer than `LEAST_SHOWN`
fragments have a read that passes all of them, the same with fewer copies is a short answer, neither
missed nor false, provided that the call says that there may be more.
"""

from __future__ import annotations

import gzip
import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from flt3itd.common.errors import UserError
from flt3itd.records import EventKind
from scripts.benchmark.designs import Mutant

INFORMATIVE_SHARE = 0.85
LEAST_SHOWN = 3
"""Fragments: as many as must agree before the caller proposes what they show."""
_MORE_COPIES = "more copies cannot be excluded"
_VAF_KEYS = ("AF", "VAF", "RAF", "FA", "FREQ")


class Place(NamedTuple):
    """A stretch of chromosome 13, GRCh38: its sequence, and the 1-based position of its start."""

    sequence: str
    first_position: int


@dataclass(frozen=True)
class Truth:
    """What is true of a sample: its mutants, and how many fragments show each at what depth.

    `shown[i]` fragments have a read that shows mutant i, None where nobody knows.
    """

    sample: str
    depth: float
    mutants: Sequence[Mutant]
    shown: Sequence[int | None] = ()


@dataclass(frozen=True)
class Call:
    """A call that passed the filters of its caller.

    `position` is the 1-based position of the first base of `ref` on chromosome 13, GRCh38;
    `alt` is empty when the caller gives no sequence. `kind` is None when it tells none.
    `open_ended`: the caller says that there may be more copies.
    """

    position: int
    ref: str
    alt: str
    length: int
    vaf: float | None = None
    interval: tuple[float, float] | None = None
    kind: EventKind | None = None
    open_ended: bool = False

    def sequence(self, place: Place) -> str | None:
        """The mutant sequence of a place; None if it is not told."""
        begin = self.position - place.first_position
        end = begin + len(self.ref)
        if not self.alt or begin < 0 or end > len(place.sequence):
            return None
        return place.sequence[:begin] + self.alt + place.sequence[end:]


@dataclass(frozen=True)
class Hit:
    """A true mutant and the call that found it; `call` is None when it was missed.

    `short`: the call has fewer copies and says so, and reads do not show how many there are.
    """

    mutant: Mutant
    call: Call | None
    exact: bool
    short: bool = False


@dataclass(frozen=True)
class Score:
    """One sample: its mutants, and the calls that belong to none of them."""

    sample: str
    depth: float
    hits: tuple[Hit, ...]
    false: tuple[Call, ...]


@dataclass(frozen=True)
class Row:
    """One row of the benchmark table; field order is column order.

    `found` counts mutants whose length was called, `exact` those whose sequence was, `short` those
    of which the call has fewer copies because reads cannot tell; `false` are calls of no mutant.
    `coverage` is the share of `intervals` (95 %, of exact calls) that contain the true VAF. Seconds
    are the median, memory the most, of whole processes; `failed` counts those that did not end
    with status 0.
    """

    caller: str
    set: str
    samples: int
    itds: int
    found: int
    exact: int
    short: int
    false: int
    mean_z: float | None
    rms_z: float | None
    intervals: int
    coverage: float | None
    seconds: float | None
    megabytes: float | None
    failed: int


def score_sample(truth: Truth, calls: Sequence[Call], place: Place) -> Score:
    """Match each mutant with one call: by sequence, then by fewer copies, then by length."""
    mutants, reference = truth.mutants, place.sequence
    left = list(calls)
    found: dict[int, Hit] = {}
    for number, mutant in enumerate(mutants):
        sequence = mutant.sequence(reference)
        for call in left:
            if call.sequence(place) == sequence and call.kind in (None, mutant.kind):
                found[number] = Hit(mutant, call, exact=True)
                left.remove(call)
                break
    for number, (mutant, fragments) in enumerate(zip(mutants, truth.shown, strict=False)):
        if number in found or fragments is None or fragments >= LEAST_SHOWN:
            continue
        sequences = {one.sequence(reference) for one in with_fewer_copies(mutant)}
        for call in left:
            if call.open_ended and call.sequence(place) in sequences:
                found[number] = Hit(mutant, call, exact=False, short=True)
                left.remove(call)
                break
    for number, mutant in enumerate(mutants):
        if number in found:
            continue
        alike = next((call for call in left if call.length == len(mutant.inserted)), None)
        found[number] = Hit(mutant, alike, exact=False)
        if alike is not None:
            left.remove(alike)
    hits = tuple(found[number] for number in range(len(mutants)))
    return Score(truth.sample, truth.depth, hits, tuple(left))


def with_fewer_copies(mutant: Mutant) -> list[Mutant]:
    """The same duplication with fewer copies; none where one copy is inserted."""
    inserted = mutant.inserted
    lengths = (n for n in range(1, len(inserted) // 2 + 1) if len(inserted) % n == 0)
    unit = next(
        (inserted[:n] for n in lengths if inserted == inserted[:n] * (len(inserted) // n)), ""
    )
    copies = len(inserted) // len(unit) if unit else 0
    return [replace(mutant, inserted=unit * fewer) for fewer in range(1, copies)]


def z_score(called: float, true: float, depth: float) -> float:
    """The error of a VAF in units of binomial noise (see the module)."""
    return (called - true) / math.sqrt(true * (1 - true) / (INFORMATIVE_SHARE * depth))


def summarise(
    caller: str,
    name: str,
    scores: Sequence[Score],
    seconds: Sequence[float] = (),
    megabytes: Sequence[float] = (),
    failed: int = 0,
) -> Row:
    """The row of a set, or of several sets together."""
    hits = [(hit, score.depth) for score in scores for hit in score.hits]
    errors = [
        z_score(hit.call.vaf, hit.mutant.vaf, depth)
        for hit, depth in hits
        if hit.call is not None and not hit.short
        if hit.call.vaf is not None and 0 < hit.mutant.vaf < 1
    ]
    inside = [
        hit.call.interval[0] <= hit.mutant.vaf <= hit.call.interval[1]
        for hit, _ in hits
        if hit.exact and hit.call is not None and hit.call.interval is not None
    ]
    return Row(
        caller=caller,
        set=name,
        samples=len(scores),
        itds=len(hits),
        found=sum(hit.call is not None and not hit.short for hit, _ in hits),
        exact=sum(hit.exact for hit, _ in hits),
        short=sum(hit.short for hit, _ in hits),
        false=sum(len(score.false) for score in scores),
        mean_z=statistics.fmean(errors) if errors else None,
        rms_z=math.sqrt(statistics.fmean(z * z for z in errors)) if errors else None,
        intervals=len(inside),
        coverage=statistics.fmean(inside) if inside else None,
        seconds=statistics.median(seconds) if seconds else None,
        megabytes=max(megabytes) if megabytes else None,
        failed=failed,
    )


def read_calls(path: Path, place: Place) -> list[Call]:
    """The insertions of a VCF (plain or gzipped) that passed, of the first sample.

    A record may give the sequence (REF and ALT), or ``<DUP>`` with END, or ``<INS>`` with
    SVLEN. The VAF is AF, VAF, RAF, FA or FREQ of the sample or of INFO (``12.5%`` is 0.125), else
    the second of AD over their sum.

    Raises:
        UserError: the file cannot be read, or a line is not VCF.
    """
    opener: Any = gzip.open if path.suffix == ".gz" else open
    calls: list[Call] = []
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.startswith("#") or not line.strip():
                    continue
                try:
                    calls += _calls(line.rstrip("\n").split("\t"), place)
                except (ValueError, IndexError) as error:
                    raise UserError(f"{path}: line {number}: not a VCF record: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the calls cannot be read: {error}") from error
    return calls


def own_calls(prefix: str, place: Place) -> list[Call]:
    """The calls that ``flt3itd call`` wrote under a prefix, with what their remarks say of copies.

    Raises UserError as `read_calls` does.
    """
    calls = read_calls(Path(f"{prefix}.itd.vcf.gz"), place)
    events = json.loads(Path(f"{prefix}.flt3.json").read_text("utf-8"))["itd"]["events"]
    open_ended = {
        (event["pos"], event["alt"]) for event in events if _MORE_COPIES in event["remark"]
    }
    return [replace(call, open_ended=(call.position, call.alt) in open_ended) for call in calls]


def _calls(cells: Sequence[str], place: Place) -> Iterable[Call]:
    position, ref, alts, filters = int(cells[1]), cells[3].upper(), cells[4], cells[6]
    if filters not in ("PASS", "."):
        return
    info = dict(part.partition("=")[::2] for part in cells[7].split(";"))
    if len(cells) > 9:
        sample = dict(zip(cells[8].split(":"), cells[9].split(":"), strict=False))
    else:
        sample = {}
    ends = [float(bound) for bound in sample.get("AFCI", "").split(",") if bound not in ("", ".")]
    interval = (ends[0], ends[1]) if len(ends) == 2 else None
    kind = EventKind(info["KIND"]) if info.get("KIND", "") in set(EventKind) else None
    for alt in alts.split(","):
        if alt.startswith("<DUP"):
            begin, end = position + 1, int(info["END"]) + 1
            copy = place.sequence[begin - place.first_position : end - place.first_position]
            sequence, length = ref + copy, len(copy)
        elif alt.startswith("<INS"):
            sequence, length = "", abs(int(info["SVLEN"]))
        else:
            sequence, length = alt.upper(), len(alt) - len(ref)
        if length > 0:
            vaf = _vaf({**info, **sample})
            yield Call(position, ref, sequence, length, vaf, interval, kind)


def _vaf(values: dict[str, str]) -> float | None:
    for key in _VAF_KEYS:
        text = values.get(key, ".").split(",")[0]
        if text.endswith("%"):
            return float(text[:-1]) / 100
        if text not in ("", "."):
            return float(text)
    depths = [int(part) for part in values.get("AD", "").split(",") if part.isdecimal()]
    return depths[1] / sum(depths) if len(depths) > 1 and any(depths) else None
