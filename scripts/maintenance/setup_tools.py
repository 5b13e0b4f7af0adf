"""Set up what `make run` and `make test` need: .venv, and the external tools.

Standard library only: it runs on a machine that has nothing but Python. Registries and
mirrors are those that pip, uv, apt and conda of this machine are set to.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.workflow.versions import version_of

VENV = Path(".venv")
UV_FOLDER = Path(".uv")
STAMP = VENV / "installed.sha256"
PROFILE = VENV / "profile" / "config.yaml"
"""A Snakemake profile for this machine; the Makefile passes it on."""

OLDEST_PYTHON = (3, 11)

IMPORTED = (
    "cyvcf2",
    "dnaio",
    "edlib",
    "jinja2",
    "numpy",
    "pandas",
    "pydantic",
    "pyfaidx",
    "pysam",
    "scipy.optimize",
    "scipy.stats",
    "snakemake.cli",
    "spoa",
    "xlsxwriter",
    "xopen",
    "yaml",
)
"""What a run imports of packages. Python compiles a module when it is imported first; to compile
all of all packages takes longer than the rest of the set-up."""


class SetupError(Exception):
    """Something is missing that cannot be installed here; the message tells the ways to get it."""


@dataclass(frozen=True)
class Tool:
    """An external program, the oldest version that is known to do, and its Debian package."""

    name: str
    oldest: str
    package: str


TOOLS = (
    Tool("bwa", "0.7.17", "bwa"),
    Tool("samtools", "1.16", "samtools"),
    Tool("bcftools", "1.16", "bcftools"),
    Tool("freebayes", "1.3.6", "freebayes"),
    Tool("fastp", "0.23.2", "fastp"),
    Tool("tabix", "1.16", "tabix"),
)


@dataclass(frozen=True)
class Missing:
    """A tool that cannot be used; `found` is its version, or empty where there is none."""

    tool: Tool
    found: str

    def __str__(self) -> str:
        have = f"found {self.found}" if self.found else "not found"
        return f"{self.tool.name} {self.tool.oldest} or newer ({have})"


def as_numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparing: 0.7.17-r1188 is (0, 7, 17)."""
    numbers = []
    for part in version.split("-", 1)[0].split("."):
        digits = "".join(c for c in part if c.isdigit())
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def missing_tools() -> list[Missing]:
    """The tools that are not on PATH in a sufficient version."""
    missing = []
    for tool in TOOLS:
        try:
            found = version_of(tool.name)
        except (OSError, ValueError):
            found = ""
        if as_numbers(found) < as_numbers(tool.oldest):
            missing.append(Missing(tool, found))
    return missing


def apt_prefix() -> list[str] | None:
    """How apt-get can be run here without questions; None where it cannot."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def apt_install(packages: Sequence[str], prefix: Sequence[str]) -> bool:
    """Install Debian packages; the list of packages is renewed only if that is needed."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    _say(f"installing with apt-get: {' '.join(packages)}")
    if _works(install, quiet=True):
        return True
    return _works([*apt, "update"]) and _works(install)


def find_conda() -> str | None:
    """conda, mamba or micromamba on PATH, whichever comes first in this order."""
    return next((name for name in ("conda", "mamba", "micromamba") if shutil.which(name)), None)


def provide_tools() -> bool:
    """Make the external tools available. True if they come from conda, rule by rule.

    Raises:
        SetupError: Tools are missing and none of the ways to get them is open here.
    """
    missing = missing_tools()
    prefix = apt_prefix()
    if missing and prefix is not None:
        apt_install(sorted({m.tool.package for m in missing}), prefix)
        missing = missing_tools()
    if not missing:
        return False
    conda = find_conda()
    if conda is None:
        packages = " ".join(sorted({m.tool.package for m in missing}))
        raise SetupError(
            f"missing: {', '.join(map(str, missing))}. Get them in one of these ways: "
            f"put them on PATH; on Debian or Ubuntu, `apt-get install {packages}` as root; "
            "or install conda, mamba or micromamba, and they are taken from envs/."
        )
    _say(f"missing on PATH: {', '.join(map(str, missing))}; {conda} makes envs/ at the first run")
    if conda != "conda":
        _provide_conda(conda)
    return True


def _provide_conda(other: str) -> None:
    """Snakemake calls `conda`; where there is only mamba or micromamba, it installs one."""
    folder = VENV / "conda"
    if not (folder / "bin" / "conda").exists():
        create = [other, "create", "-y", "-p", str(folder.absolute()), "-c", "conda-forge", "conda"]
        if not _works(create):
            raise SetupError(f"{other} could not install conda, which Snakemake needs for envs/")
    link = VENV / "bin" / "conda"
    link.unlink(missing_ok=True)
    link.symlink_to((folder / "bin" / "conda").absolute())


def find_uv() -> str:
    """The command uv: the one on PATH, or one that is installed by pip into .uv.

    Raises:
        SetupError: There is no uv and no pip to install it with.
    """
    own = UV_FOLDER / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(own) if own.exists() else None):
        if candidate and _works([candidate, "--version"], quiet=True):
            return candidate
    if _install_uv():
        return str(own)
    prefix = apt_prefix()
    if prefix is not None and apt_install(["python3-venv"], prefix) and _install_uv():
        return str(own)
    raise SetupError(
        "uv is missing and pip could not install it. Install uv by hand, or pip "
        "(on Debian or Ubuntu: apt-get install python3-venv), and try again."
    )


def _install_uv() -> bool:
    """With pip, or else in a small environment; both leave the system's Python alone."""
    _say("installing uv into .uv")
    folder = str(UV_FOLDER)
    pip = ["-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if _works([sys.executable, *pip, "--target", folder, "uv"], quiet=True):
        return True
    return _works([sys.executable, "-m", "venv", "--clear", folder], quiet=True) and _works(
        [str(UV_FOLDER / "bin" / "python"), *pip, "uv"]
    )


def uv_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv: what pip is told by variables, uv is told too, unless it is set."""
    changed = dict(environment)
    for pip, uv in (
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
        ("PIP_CERT", "SSL_CERT_FILE"),
    ):
        if pip in environment and uv not in environment:
            changed[uv] = environment[pip]
    return changed


def make_venv() -> None:
    """Make .venv from requirements.lock, unless it is up to date.

    Raises:
        SetupError: uv could not make it.
    """
    digest = hashlib.sha256()
    for source in ("requirements.lock", "pyproject.toml"):
        digest.update(Path(source).read_bytes())
    wanted = digest.hexdigest()
    if STAMP.is_file() and STAMP.read_text("ascii") == wanted:
        return
    uv = find_uv()
    environment = uv_environment(os.environ)
    environment.pop("VIRTUAL_ENV", None)
    python = str(VENV / "bin" / "python")
    base = sys.executable if sys.version_info >= OLDEST_PYTHON else ">=3.11"
    _say("making .venv")
    install = [uv, "pip", "install", "--quiet", "--python", python]
    steps = (
        [uv, "venv", "--clear", "--quiet", "--python", base, str(VENV)],
        [*install, "--require-hashes", "-r", "requirements.lock"],
        [*install, "--no-deps", "--no-build-isolation", "-e", "."],
        [python, "-c", f"import {', '.join(IMPORTED)}"],
    )
    for step in steps:
        if not _works(step, environment):
            raise SetupError(f"could not make .venv; this failed: {' '.join(step)}")
    STAMP.write_text(wanted, "ascii")


def compile_checkout() -> None:
    """Compile the modules of this checkout that are not: a run starts a hundred programs."""
    _works([str(VENV / "bin" / "python"), "-m", "compileall", "-q", "flt3itd", "scripts"])


def write_lock() -> None:
    """Renew requirements.lock: every version and hash for any platform, and no host.

    Raises:
        SetupError: uv could not resolve the dependencies.
    """
    compile_lock = [find_uv(), "pip", "compile", "--quiet", "pyproject.toml", "--all-extras"]
    compile_lock += ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    compile_lock += ["--no-emit-index-url", "--custom-compile-command", "make lock"]
    if not _works([*compile_lock, "-o", "requirements.lock"], uv_environment(os.environ)):
        raise SetupError("could not renew requirements.lock")


def write_profile(conda: bool) -> None:
    """Tell Snakemake where the tools come from, and how to go on after a run that was cut short.

    What a killed run left half done is redone; a sample that fails does not stop the others. Jobs
    are chosen greedily: the default solver starts a program for each choice, and cores wait for it.
    """
    PROFILE.parent.mkdir(exist_ok=True)
    tools = "software-deployment-method: conda\n" if conda else ""
    PROFILE.write_text(
        f"rerun-incomplete: true\nkeep-going: true\nscheduler: greedy\n{tools}", "ascii"
    )


def _works(
    command: Sequence[str], environment: Mapping[str, str] | None = None, quiet: bool = False
) -> bool:
    output = subprocess.DEVNULL if quiet else sys.stderr
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
            check=False,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0


def _say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def main() -> None:
    """The command behind `make setup`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="only renew requirements.lock")
    a = parser.parse_args()
    try:
        if a.lock:
            write_lock()
            return
        make_venv()
        compile_checkout()
        write_profile(provide_tools())
    except SetupError as error:
        sys.exit(f"set-up: {error}")


if __name__ == "__main__":
    main()
