"""What YAML would read in silence otherwise than it was meant."""

from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.yaml_text import check_yaml

CONFIG = "samples: s.tsv\nthresholds:\n  minimum_depth: 100\n  minimum_vaf: 0.01\n"


@pytest.mark.parametrize(
    "text",
    [
        CONFIG,
        f"\ufeff{CONFIG}",
        CONFIG.replace("\n", "\r\n"),
        CONFIG.replace("100", "0"),
        CONFIG.replace("100", "'0100'"),
        CONFIG.replace("0.01", "1.0e-2"),
        CONFIG.replace("0.01", "0.010"),
        CONFIG.replace("0.01", "00.01"),
        CONFIG.replace("100", "~"),
        "# nothing\n",
        "base: &base {a: 1}\nthresholds: {<<: *base, b: 1}\n",
        "a: {x: 1}\nb: {x: 1}\nlist: [{x: 1}, {x: 1}]\n",
        '{"samples": "s.tsv"}',
        "a: &a [1, 2]\nb: [*a, *a]\n",
        "a: &a [*a]\n",
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 20)),
    ],
)
def test_what_means_what_it_says_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8", newline="")
    check_yaml(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{CONFIG}samples: t.tsv\n", "row 5: samples: the key is already in row 1; keep one"),
        (
            f"{CONFIG}  minimum_depth: 5\n",
            "row 5: thresholds.minimum_depth: the key is already in row 3",
        ),
        (f"{CONFIG}thresholds: {{}}\n", "row 5: thresholds: the key is already in row 2"),
        (f'{CONFIG}"samples": t.tsv\n', "row 5: samples: the key is already in row 1"),
        ('{"a": {"x": 1, "x": 2}}', "row 1: a.x: the key is already in row 1"),
        (
            CONFIG.replace("100", "0100"),
            "row 3: thresholds.minimum_depth: found 0100, which YAML reads as 64; write 100, or",
        ),
        (CONFIG.replace("100", "-010"), "found -010, which YAML reads as -8; write 10, or"),
        (CONFIG.replace("100", "0x64"), "found 0x64, which YAML reads as 100; write it anew"),
        (CONFIG.replace("100", "0b11"), "found 0b11, which YAML reads as 3"),
        (
            CONFIG.replace("100", "1_000"),
            "row 3: thresholds.minimum_depth: found 1_000, which YAML reads as 1000; write 1000",
        ),
        (CONFIG.replace("100", "+5"), "found +5, which YAML reads as 5; write 5, or"),
        (CONFIG.replace("0.01", "0.0_1"), "found 0.0_1, which YAML reads as 0.01; write it anew"),
        (CONFIG.replace("0.01", "1:30.5"), "found 1:30.5, which YAML reads as 90.5"),
        (CONFIG.replace("100", "1:40"), "found 1:40, which YAML reads as 100"),
        (f"{CONFIG}panel: {{name: 007}}\n", "row 5: panel.name: found 007, which YAML reads as 7"),
        (f"{CONFIG}\tname: x\n", "row 5: no YAML: found character '\\t'"),
        ("samples: a: b\n", "row 1: no YAML: mapping values are not allowed here"),
        ("samples: 'a\n", "no YAML: "),
        ("samples: \x07\n", "no YAML: "),
        ("samples: 2020-99-99\n", "no YAML: month must be in 1..12"),
        ("samples: !!python/name:os.system\n", "row 1: no YAML: could not determine a constr"),
        ("? [a]\n: 1\n", "row 1: no YAML: found unhashable key"),
        ("samples: " + "[" * 3000, "no YAML: maximum recursion depth"),
        ("- samples\n", "no keys in it"),
        ("samples\n", "no keys in it"),
    ],
)
def test_what_would_be_lost_or_changed_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError) as caught:
        check_yaml(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        check_yaml(tmp_path / "none.yaml")
    path = tmp_path / "config.yaml"
    path.write_bytes(b"samples: \xe9\n")
    with pytest.raises(UserError, match="not UTF-8 text"):
        check_yaml(path)
