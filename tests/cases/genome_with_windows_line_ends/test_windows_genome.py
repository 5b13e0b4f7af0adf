"""The genome of a configuration has Unix line ends, whatever its first line holds."""

from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.readable import check_plain_fasta


@pytest.mark.parametrize("name", ["chr13", "chr13 with a description"])
def test_it_is_refused_before_anything_is_aligned(tmp_path: Path, name: str) -> None:
    fasta = tmp_path / "genome.fa"
    fasta.write_bytes(f">{name}\nACGT\n".encode())
    check_plain_fasta("genome", str(fasta))
    fasta.write_bytes(f">{name}\r\nACGT\r\n".encode())
    with pytest.raises(UserError, match="genome: row 1: found Windows line ends; save it with"):
        check_plain_fasta("genome", str(fasta))
