"""The container recipe holds every environment and every part of the checkout that a run needs.

The image itself is not built here: that needs a container runtime and a network.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "envs" / "Dockerfile").read_text("utf-8")
PARTS = {
    "Snakefile",
    "rules",
    "scripts",
    "flt3itd",
    "panels",
    "config",
    "envs",
    "requirements.lock",
}


def test_every_environment_is_made_and_found() -> None:
    path = re.search(r"^ENV PATH=(.*)$", RECIPE, re.MULTILINE)
    assert path
    for env in (ROOT / "envs").glob("*.yaml"):
        assert f"envs/{env.name} " in RECIPE
        assert f"-p /opt/{env.stem} -f /opt/envs/{env.name} " in RECIPE
        # Scripts and the package run with the Python and the locked packages of Snakemake.
        assert f"/opt/{env.stem}/bin" in path.group(1) or env.stem == "flt3itd"


def test_what_a_run_needs_is_copied_and_exists() -> None:
    copied = set(re.findall(r"^COPY ([\w.]+) /opt/pipeline/", RECIPE, re.MULTILINE))
    assert copied == PARTS
    assert all((ROOT / part).exists() for part in copied)
