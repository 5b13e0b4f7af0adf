from pathlib import Path

from tests.builders import write_mates
from tests.itd_builders import LOCUS, Mutant, call, haplotype_of, replaced, sample_pairs, tandem

FIRST, LAST = 28_034_145, 28_034_206
GONE = (28_034_143, 28_034_158)


def mutant(vaf: float) -> Mutant:
    first, last = LOCUS.from_grch38(FIRST), LOCUS.from_grch38(LAST) + 1
    behind = LOCUS.from_grch38(GONE[1]) + 1
    bases = LOCUS.sequence[behind:last] + LOCUS.sequence[first:last]
    return replaced(GONE[0], LAST, bases, vaf)


def arguments(folder: Path, vaf: float) -> list[str]:
    folder.mkdir()
    pairs = sample_pairs([mutant(vaf)], depth=500)
    first, second = write_mates(folder, pairs)
    return ["--fastq", str(first), str(second)]


def test_an_itd_is_known_again_at_its_leftmost_place(tmp_path: Path) -> None:
    before = call(tmp_path / "1", *arguments(tmp_path / "1", 0.25))
    (event,) = before.passing
    assert event["on_same_molecules"].endswith("del")
    assert haplotype_of(event) == tandem(FIRST, LAST).sequence
    assert event["alt"][-1] != event["ref"]
    vcf = Path(f"{before.prefix}.itd.vcf.gz")
    after = call(tmp_path / "2", *arguments(tmp_path / "2", 0.05), "--known", str(vcf))
    (known,) = after.document["itd"]["known"]
    (again,) = after.passing
    assert known["status"] == "detected"
    assert known["mutant_fragments"] == again["mutant_fragments"] > 0
    assert (again["pos"], again["alt"]) == (event["pos"], event["alt"])
