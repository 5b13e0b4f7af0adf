"""Give the linked genome a bwa index: the user's own where there is one, else a new one."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

SUFFIXES = (".amb", ".ann", ".bwt", ".pac", ".sa")


def existing_index(genome: Path) -> dict[str, Path]:
    """The bwa index beside the real genome file by suffix; empty unless whole and up to date.

    The list of alternate contigs (.alt), which bwa reads if present, belongs to it.
    """
    real = genome.resolve()
    files = {suffix: real.with_name(real.name + suffix) for suffix in SUFFIXES}
    if any(not file.is_file() for file in files.values()):
        return {}
    if any(file.stat().st_mtime < real.stat().st_mtime for file in files.values()):
        return {}
    alternate = real.with_name(f"{real.name}.alt")
    return files | ({".alt": alternate} if alternate.is_file() else {})


def main() -> None:
    """The command that the rule `index_genome_for_bwa` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("genome", type=Path)
    genome: Path = parser.parse_args().genome
    existing = existing_index(genome)
    for suffix, file in existing.items():
        link = genome.with_name(genome.name + suffix)
        link.unlink(missing_ok=True)
        link.symlink_to(file)
    if not existing:
        subprocess.run(["bwa", "index", str(genome)], check=True)


if __name__ == "__main__":
    main()
