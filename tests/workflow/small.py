"""A run that is over in seconds: two samples of one patient, at a low depth, with their truth."""

from __future__ import annotations

import yaml

from tests.workflow.conftest import READS, SHEET, Workplace

NAMES = ("T1_diagnosis", "T1_day28")
ITD = "chr13_28015001_28037000:19104-19148dup"

_PLAN = "sample haplotype vaf events assay depth read_length fragment_mean fragment_sd"
_LIBRARY = ("capture", "300", "150", "280", "60")


def write_small_run(workplace: Workplace, output: str = "small") -> str:
    """Write plan, sheet and configuration; returns the option that selects them.

    The first sample has an ITD with a VAF of 40 %, the second has it with 8 %.
    """
    plan = [_PLAN.split()]
    sheet = [[*SHEET, *READS]]
    for order, (name, vaf) in enumerate(zip(NAMES, ("0.4", "0.08"), strict=True), start=1):
        plan.append([name, "ITD45", vaf, ITD, *_LIBRARY])
        timepoint = name.removeprefix("T1_")
        cells = [name, "T1", timepoint, str(order), "BM", "newly_diagnosed", "capture"]
        reads = [f"example/fastq/{name}_R{mate}.fastq.gz" for mate in (1, 2)]
        sheet.append([*cells, *reads, ""])
    for file, rows in (("plan", plan), ("sheet", sheet)):
        text = "".join("\t".join(row) + "\n" for row in rows)
        (workplace.folder / f"small.{file}.tsv").write_text(text, "utf-8")
    example = yaml.safe_load((workplace.folder / "config" / "config.yaml").read_text("utf-8"))
    config = {key: example[key] for key in ("reference", "panel")}
    del config["panel"]["identity_snps"]  # reports that compare persons wait for all samples
    config |= {"samples": "small.sheet.tsv", "output": output, "simulation": "small.plan.tsv"}
    (workplace.folder / f"{output}.yaml").write_text(yaml.safe_dump(config), "utf-8")
    return f"--configfile={output}.yaml"
