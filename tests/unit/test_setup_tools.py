import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.maintenance import setup_tools
from scripts.maintenance.setup_tools import TOOLS, SetupError
from scripts.workflow import versions

ENOUGH = {
    "bwa": "Version: 0.7.17-r1188",
    "samtools": "samtools 1.16.1",
    "bcftools": "bcftools 1.17",
    "freebayes": "version:  v1.3.6",
    "fastp": "fastp 0.24.0",
    "tabix": "tabix (htslib) 1.16+ds",
}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose PATH holds one folder, at first empty; the checkout is an empty folder."""
    monkeypatch.chdir(tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    return programs


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def tools(folder: Path, **answers: str) -> None:
    """Programs that tell their versions; bwa on standard error and with an exit status."""
    for name, answer in (ENOUGH | answers).items():
        program(folder, name, f"echo '{answer}' >&2; exit 1")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0.7.17-r1188", (0, 7, 17)), ("1.16", (1, 16)), ("1.16+ds", (1, 16)), ("", ())],
)
def test_versions_as_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert setup_tools.as_numbers(text)[:2] == numbers[:2]


def test_nine_is_older_than_sixteen(machine: Path) -> None:
    tools(machine, samtools="samtools 1.9")
    (missing,) = setup_tools.missing_tools()
    assert str(missing) == "samtools 1.16 or newer (found 1.9)"


def test_every_tool_of_the_environments_is_provided() -> None:
    external = {name for family in versions.FAMILIES.values() for name in family}
    assert {tool.name for tool in TOOLS} == external & set(versions.COMMANDS)


def test_tools_on_path_are_taken(machine: Path) -> None:
    tools(machine)
    assert setup_tools.provide_tools() is False


def test_nothing_at_all_is_one_clear_message(machine: Path) -> None:
    tools(machine, fastp="fastp 0.20.1")
    (machine / "bwa").unlink()
    with pytest.raises(SetupError) as caught:
        setup_tools.provide_tools()
    text = str(caught.value)
    assert "bwa 0.7.17 or newer (not found), fastp 0.23.2 or newer (found 0.20.1)" in text
    assert "`apt-get install bwa fastp` as root" in text
    assert "conda, mamba or micromamba" in text
    assert "samtools" not in text


def test_conda_is_the_way_where_apt_is_not(machine: Path) -> None:
    program(machine, "conda", "exit 0")
    assert setup_tools.provide_tools() is True


def test_micromamba_brings_the_conda_that_snakemake_calls(machine: Path) -> None:
    program(
        machine,
        "micromamba",
        'while [ "$1" != -p ]; do shift; done; /bin/mkdir -p "$2/bin"; : > "$2/bin/conda"',
    )
    assert setup_tools.provide_tools() is True
    assert Path(".venv/bin/conda").resolve() == Path(".venv/conda/bin/conda").resolve()


@pytest.mark.parametrize("who", ["root", "sudo"])
def test_apt_installs_what_is_missing_and_updates_only_if_needed(
    machine: Path, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """This apt-get knows no package before `update`; what it is called with is noted."""
    if who == "root":
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    else:
        program(machine, "sudo", 'shift; [ "$1" = true ] || exec "$@"')
    program(machine, "env", 'shift; exec "$@"')
    program(machine, "true", "exit 0")
    tools(machine)
    (machine / "freebayes").rename(machine / "freebayes.installed")
    program(
        machine,
        "apt-get",
        f'echo "$@" >> {machine}/calls\n'
        f'case "$*" in *update) : > {machine}/updated; exit 0;; esac\n'
        f"[ -e {machine}/updated ] || exit 100\n"
        f"/bin/mv {machine}/freebayes.installed {machine}/freebayes",
    )
    assert setup_tools.provide_tools() is False
    calls = (machine / "calls").read_text().splitlines()
    install = "-q -y install --no-install-recommends freebayes"
    assert calls == [install, "-q -y update", install]


def test_sudo_that_asks_is_not_used(machine: Path) -> None:
    program(machine, "sudo", "exit 1")
    program(machine, "apt-get", "exit 0")
    assert setup_tools.apt_prefix() is None


def test_pip_variables_hold_for_uv_unless_it_has_its_own() -> None:
    given = {"PIP_FIND_LINKS": "wheels", "PIP_INDEX_URL": "one", "UV_DEFAULT_INDEX": "two"}
    changed = setup_tools.uv_environment(given)
    assert changed["UV_FIND_LINKS"] == "wheels"
    assert changed["UV_DEFAULT_INDEX"] == "two"


def test_the_profile_says_where_tools_come_from() -> None:
    setup_tools.write_profile(conda=True)
    assert "conda" in setup_tools.PROFILE.read_text()
    setup_tools.write_profile(conda=False)
    assert "conda" not in setup_tools.PROFILE.read_text()


def test_the_modules_of_the_checkout_are_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for package in ("flt3itd", "scripts"):
        (tmp_path / package / "room").mkdir(parents=True)
        (tmp_path / package / "room" / "part.py").write_text("")
    setup_tools.compile_checkout()
    assert len(list(tmp_path.glob("*/room/__pycache__/part.*.pyc"))) == 2


def test_make_lets_python_keep_what_it_compiled() -> None:
    done = subprocess.run(
        ["/usr/bin/env", f"PATH={os.defpath}", "PYTHONDONTWRITEBYTECODE=1", "make", "-s",
         "-f", str(Path(__file__).parents[2] / "Makefile"),
         "--eval=shown: ; @echo [$$PYTHONDONTWRITEBYTECODE]", "shown"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"


def test_the_lock_names_hashes_and_no_host() -> None:
    text = (Path(__file__).parents[2] / "requirements.lock").read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
