from dataclasses import dataclass, field
from pathlib import Path

from snakemake.io import temp

from scripts.workflow.outdated import remove_outdated, unneeded_temporary_files


@dataclass
class Job:
    output: list[str]


@dataclass
class Dag:
    """What is asked of Snakemake's plan."""

    jobs: list[Job]
    targetfiles: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)

    def is_needed_tempfile(self, job: Job, path: str) -> bool:
        return path in self.needed


def test_what_was_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    index, asked, read, kept = (tmp_path / name for name in ("index", "asked", "read", "kept"))
    for path in (index, asked, read, kept):
        path.touch()
    gone = tmp_path / "gone"
    job = Job([*(temp(str(path)) for path in (gone, index, asked, read)), str(kept)])
    dag = Dag([job], targetfiles={str(asked)}, needed={str(read)})
    remove_outdated(unneeded_temporary_files(dag))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asked", "kept", "read"]
