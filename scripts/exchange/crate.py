"""RO-Crates: a folder that says what its files are. The files stay where they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from flt3itd import __version__
from flt3itd.common.unfinished import unfinished_folder
from scripts.exchange.packages import CRATE


def crate_of(name: str, description: str, files: Mapping[str, Mapping[str, Any]]) -> ROCrate:
    """A crate of files, by their path in the folder, with what is known of each."""
    crate = ROCrate()
    crate.name, crate.description = name, description
    for path, told in files.items():
        crate.add_file(dest_path=path, properties=dict(told))
    return crate


def add_pipeline(crate: ROCrate) -> None:
    """Say that this version of the pipeline made all files of a crate."""
    software = {"@type": "SoftwareApplication", "name": "myeloid panel and FLT3"}
    entity = ContextEntity(crate, "#pipeline", {**software, "version": __version__})
    crate.add_action(
        crate.add(entity),
        identifier="#run",
        result=crate.get_by_type("File"),
        properties={"name": "The run"},
    )


def write_crate(crate: ROCrate, out: Path) -> None:
    """Write the description of a crate alone."""
    with unfinished_folder(out) as place:
        crate.metadata.write(place)
        (place / CRATE).replace(out)
