"""What `make mutants` breaks, and what it takes for noticed."""

import ast
import sys
import textwrap
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.maintenance import mutants
from scripts.maintenance.deciding import CARRIERS, ROOMS, TESTS
from scripts.maintenance.mutants import (
    REASONS,
    UNKNOWN,
    Count,
    Mutant,
    counts_in,
    known_reasons,
    page_of,
    sample,
    seconds_unchanged,
    started,
    survivors,
    survivors_among,
    survivors_in,
    survivors_of_functions,
)
from scripts.maintenance.mutations import mutations
from scripts.workflow.digest import CHECKOUT

SOURCE = textwrap.dedent(
    '''\
    """Words 7."""
    LEAST = 3
    SHARE: float = 0.5
    NONE = 0.0


    @decorated(9)
    def judge(depth: Literal[4], least: int = 2) -> bool:
        """More words."""
        # µ: bytes are not characters
        if not depth or "µ" in names and 1 < depth <= LEAST:
            return True
        parser.add_argument("--depth", default=9, required=True)
        zip(depth, least, strict=True)
        if __name__ == "__main__":
            run()
        return min(depth, key=f"{depth:5}") if least else any(x)
    '''
)
CHANGES = {
    ("3", "4"),
    ("3", "2"),
    ("0.5", "1.0"),
    ("0.5", "0.25"),
    ("0.0", "1.0"),
    ("2", "3"),
    ('not depth or "µ" in names and 1 < depth <= LEAST',
     "not depth and ('µ' in names and 1 < depth <= LEAST)"),
    ("not depth", "depth"),
    ('"µ" in names and 1 < depth <= LEAST', "'µ' in names or 1 < depth <= LEAST"),
    ('"µ" in names', "'µ' not in names"),
    ("1 < depth <= LEAST", "1 <= depth <= LEAST"),
    ("1 < depth <= LEAST", "1 < depth < LEAST"),
    ("1", "2"),
    ("True", "False"),
    ('min(depth, key=f"{depth:5}") if least else any(x)',
     "any(x) if least else min(depth, key=f'{depth:5}')"),
    ("min", "max"),
    ("any", "all"),
}  # fmt: skip


def test_each_decision_is_broken_in_its_ways_and_words_are_not() -> None:
    found = mutations(SOURCE)
    assert {(one.was, one.became[1:-1]) for one in found} == CHANGES
    assert len(found) == len(CHANGES)
    assert {one.function for one in found} == {"", "judge"}


def test_a_mutant_differs_in_its_place_alone() -> None:
    whole = ast.dump(ast.parse(SOURCE))
    for one in mutations(SOURCE):
        changed = one.applied(SOURCE)
        assert ast.dump(ast.parse(changed)) != whole
        assert len(changed.splitlines()) == len(SOURCE.splitlines())
        line = one.line - 1
        assert changed.splitlines()[:line] == SOURCE.splitlines()[:line]


def test_every_module_that_decides_is_there_with_tests() -> None:
    for module in TESTS:
        assert mutations((CHECKOUT / module).read_text("utf-8")), module
        for path in map(CHECKOUT.joinpath, mutants.tests_of(module)):
            files = list(path.glob("test_*.py")) if path.is_dir() else [path]
            assert files, path
            assert all(file.is_file() for file in files), path


def test_no_module_of_a_room_that_decides_is_forgotten() -> None:
    there = {
        str(path.relative_to(CHECKOUT))
        for room in ROOMS
        for path in (CHECKOUT / room).glob("*.py")
        if mutations(path.read_text("utf-8"))
    }
    assert there <= TESTS.keys() | CARRIERS
    assert not CARRIERS & TESTS.keys()
    assert all((CHECKOUT / one).is_file() for one in CARRIERS)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of one module, whose test sees one of its two thresholds."""
    module, test = tmp_path / "decides.py", tmp_path / "tests" / "unit" / "test_decides.py"
    module.write_text("A = 5\nB = 7\n\n\ndef enough(x: int) -> bool:\n    return x >= A\n")
    test.parent.mkdir(parents=True)
    test.write_text(
        "import sys\nsys.path.insert(0, '.')\nfrom decides import enough\n\n\n"
        "def test_enough():\n    assert enough(5)\n    assert not enough(4)\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mutants, "CHECKOUT", tmp_path)
    monkeypatch.setattr(mutants, "TESTS", {"decides.py": ("decides",)})
    return tmp_path


def test_what_no_test_notices_survives_and_the_file_is_not_touched(checkout: Path) -> None:
    before = (checkout / "decides.py").read_text("utf-8")
    assert seconds_unchanged("decides.py", checkout / "scratch") > 0
    made = [Mutant("decides.py", one) for one in mutations(before)]
    left = survivors(made, 60, 2)
    assert [one.key for one in left] == [
        ("`decides.py`", "(module)", "`7`", "`6`"),
        ("`decides.py`", "(module)", "`7`", "`8`"),
    ]
    assert (checkout / "decides.py").read_text("utf-8") == before
    assert len(made) == 5


def test_functions_are_changed_where_all_is_loaded_already(checkout: Path) -> None:
    source = (checkout / "decides.py").read_text("utf-8") + "\n\ndef idle() -> int:\n    return 3\n"
    (checkout / "decides.py").write_text(source)
    made = [Mutant("decides.py", one) for one in mutations(source) if one.in_function]
    left = survivors_of_functions(made, 60, 1)
    assert [one.key for one in left] == [("`decides.py`", "idle", "`3`", "`4`")]
    assert len(made) == 2
    assert "decides" not in sys.modules


def test_of_a_module_that_its_tests_do_not_import_every_mutant_survives(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "def idle(x: int) -> bool:\n    return x >= 3\n"
    (checkout / "other.py").write_text(source)
    monkeypatch.setattr(mutants, "TESTS", {"other.py": ("decides",)})
    monkeypatch.syspath_prepend(str(checkout))
    made = [Mutant("other.py", one) for one in mutations(source)]
    assert survivors_of_functions(made, 60, 1) == made


def test_tests_that_fail_anyway_notice_nothing(checkout: Path) -> None:
    (checkout / "decides.py").write_text("A = 6\n\n\ndef enough(x):\n    return x >= A\n")
    with pytest.raises(UserError, match="its tests fail without any change"):
        seconds_unchanged("decides.py", checkout / "scratch")


def test_a_mutant_that_runs_for_ever_is_noticed(checkout: Path) -> None:
    source = "A = 5\nENDLESS = 0\nwhile ENDLESS:\n    pass\n\n\ndef enough(x):\n    return x >= A\n"
    (checkout / "decides.py").write_text(source)
    made = [Mutant("decides.py", one) for one in mutations(source)]
    assert survivors([one for one in made if one.mutation.was == "0"], 1, 2) == []


def test_the_page_keeps_other_modules_and_takes_reasons_from_the_table(tmp_path: Path) -> None:
    left = [("`a.py`", "f", "`x or y \\| z`", "`x`"), ("`b.py`", "g", "`1`", "`2`")]
    page = page_of({"a.py": Count(30, 10, 9), "b.py": Count(4, 4, 3)}, left, {})
    assert "Noticed: 12 of 14 (85.7%)." in page
    assert page.count(f"| {UNKNOWN} |") == len(left)
    assert survivors_in(page) == left
    assert "Not measured yet: `flt3itd/common/statistics.py`, " in page
    whole = page_of(dict.fromkeys(TESTS, Count(2, 2, 2)), [], {})
    assert "Not measured" not in whole
    assert counts_in(page) == {"a.py": Count(30, 10, 9), "b.py": Count(4, 4, 3)}
    table = tmp_path / "survivors.tsv"
    table.write_text("module\tfunction\twas\tbecame\twhy\nb.py\tg\t1\t2\tthe same | in words\n")
    known = page_of(counts_in(page), left, known_reasons(table))
    assert "| `b.py` | g | `1` | `2` | the same | in words |" in known
    assert survivors_in(known) == left


def test_only_survivors_are_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Mutant("a.py", one) for one in mutations("A = 1\nB = 2\n")]
    page = tmp_path / "page.md"
    monkeypatch.setattr(mutants, "PAGE", page)
    assert survivors_among(made, 4) == made
    page.write_text(page_of({"a.py": Count(4, 4, 3)}, [made[2].key], {}))
    assert survivors_among(made, 4) == [made[2]]
    assert survivors_among(made, 5) == made  # the module is another one


def test_a_sample_of_a_seed_is_always_the_same_and_in_order() -> None:
    made = [Mutant("a.py", one) for one in mutations("A = (" + "1, " * 50 + ")")]
    assert len(made) == 100
    assert sample(made, 100, seed=1) == sample(made, 200, seed=2) == made
    drawn = sample(made, 25, seed=1)
    assert len(drawn) == 25
    assert drawn == sample(made, 25, seed=1) == [one for one in made if one in drawn]
    assert drawn != sample(made, 25, seed=2)


def test_a_loaded_module_is_not_taken_for_its_mutant(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="its mutants would not be seen"):
        started("scripts/maintenance/mutations.py", "", tmp_path)


def test_every_reason_is_of_a_place_that_is_there() -> None:
    there = {
        Mutant(module, one).key
        for module in TESTS
        for one in mutations((CHECKOUT / module).read_text("utf-8"))
    }
    reasons = known_reasons(REASONS)
    assert reasons.keys() <= there
    assert all(reasons.values())
