"""Files that are damaged anywhere: what reads them ends with an answer or with one line.

A case is a file that is right, with a few stretches replaced by bytes that matter to some format
or by any bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flt3itd.common.errors import UserError
from flt3itd.insertions.followup import read_known
from flt3itd.locus.template import genomic_template
from flt3itd.reads.coordinates import Placement
from flt3itd.reads.primers import read_primers
from flt3itd.simulation.design import read_designs
from scripts.genome.intervals import exons_of, read_targets
from scripts.genome.targets import merged_targets
from scripts.inputs.clinical import read_clinical
from scripts.inputs.samples import read_samples
from tests.drawn_cases import CASES, TIMES
from tests.input_set import LOCUS, SLICES, write_set

PLAN = """sample\thaplotype\tvaf\tevents\tassay\tdepth\tread_length\tfragment_mean\tfragment_sd
S\tone\t0.4\tchr13_x:191-235dup filler=ACG; chr13_x:5C>T\tcapture\t300;KIT=20\t150\t280\t60
S\ttwo\t0.1\tchr13_x:640-643del\tcapture\t300;KIT=20\t150\t280\t60
"""
CLINICAL = """patient\tkind\tlabel\tstart\tend\tdose\tschedule\tcohort
P1\ttreatment\tx\tdiagnosis\tday28
E1\tenrolment\tx\t2025-01-01\t\t\t\tnewly_diagnosed
E1\ttreatment\tx\t2025-01-01\t\t1 mg\t7 days every 28 days
E1\tresponse\tCR\t2025-01-29
E1\trelapse\tx\t2025-03-01
E1\tdeath\tx\t2025-04-01
"""
TEMPLATE = genomic_template(LOCUS)
PLACEMENT = Placement("chr13", LOCUS.first_position - 1, "GRCh38")


def clinical(path: Path) -> Collection[object]:
    samples = read_samples(Path("samples.tsv")).values()
    return read_clinical(str(path), {"P1": list(samples)})


READERS: dict[str, Callable[[Path], Collection[object]]] = {
    "samples.tsv": read_samples,
    "clinical.tsv": clinical,
    "targets.bed": lambda path: (*read_targets(path, SLICES), *merged_targets(path)),
    "genes.gtf": lambda path: list(exons_of(path, SLICES)),
    "known.vcf": lambda path: read_known([path], TEMPLATE, PLACEMENT),
    "primers.bedpe": lambda path: read_primers(path, LOCUS, PLACEMENT),
    "plan.tsv": read_designs,
}
MEANING = (
    b"",
    b"\t",
    b"\n",
    b"\r\n",
    b" ",
    b"-",
    b"0",
    b"9" * 18,
    b"nan",
    b"1e9",
    b"\x00",
    b"\xff",
)
MARKS = (b"\xef\xbb\xbf", b'"', b"#", b";", b"=", b"<", b"/", b"chr2", b".")
BYTES = st.one_of(st.sampled_from(MEANING + MARKS), st.binary(max_size=6))
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), BYTES), min_size=1, max_size=4)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that are right, and the working folder."""
    folder = tmp_path_factory.mktemp("readers")
    write_set(folder)
    (folder / "plan.tsv").write_text(PLAN, "utf-8")
    (folder / "clinical.tsv").write_text(CLINICAL, "utf-8")
    lines = (folder / "genes.gtf").read_text("utf-8").splitlines(keepends=True)
    (folder / "genes.gtf").write_text("".join(lines[:40]), "utf-8")
    return folder


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("name", READERS)
def test_the_whole_file_is_read(name: str) -> None:
    assert READERS[name](Path(name))


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_read_or_refused_in_one_line(name: str, folder: Path) -> None:
    whole = (folder / name).read_bytes()
    damaged = folder / f"damaged.{name}"
    refused = 0

    @settings(CASES, max_examples=200 * TIMES)
    @given(EDITS)
    def check(edits: list[tuple[float, int, bytes]]) -> None:
        nonlocal refused
        data = whole
        for place, length, new in edits:
            at = round(place * len(data))
            data = data[:at] + new + data[at + length :]
        damaged.write_bytes(data)
        try:
            READERS[name](damaged)
        except UserError as error:
            refused += 1
            assert "\n" not in str(error), error
            assert str(error).startswith(str(damaged)) or str(error).startswith("samples.tsv")

    check()
    assert refused > 10
