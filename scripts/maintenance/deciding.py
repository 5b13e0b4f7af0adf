"""The modules that decide, and the unit tests that hold them: what `make mutants` takes."""

from __future__ import annotations

ROOMS = (
    "flt3itd/fitness",
    "scripts/answers",
    "scripts/carry_over",
    "scripts/classification",
    "scripts/coverage",
    "scripts/identity",
    "scripts/kmt2a",
    "scripts/ubtf",
)
"""Folders that exist to decide: each module of theirs is in `TESTS` or in `CARRIERS`."""

CARRIERS = frozenset(
    (
        "scripts/answers/judge.py",
        "scripts/answers/measure.py",
        "scripts/answers/pictures.py",
        "scripts/carry_over/list_run.py",
        "scripts/coverage/depth_curves.py",
        "scripts/coverage/rows.py",
        "scripts/identity/count.py",
        "scripts/identity/records.py",
        "scripts/identity/write.py",
        "scripts/kmt2a/rows.py",
    )
)
"""Modules of these folders that read, call, draw and write, and leave decisions to the others."""

TESTS: dict[str, tuple[str, ...]] = {
    "flt3itd/common/statistics.py": ("statistics", "detection"),
    "flt3itd/events.py": ("events", "interpretation", "naming", "call"),
    "flt3itd/fitness/answers.py": ("fitness",),
    "flt3itd/fitness/clips.py": ("fitness",),
    "flt3itd/fitness/crossing.py": ("cycles",),
    "flt3itd/fitness/cycles.py": ("cycles", "fitness"),
    "flt3itd/fitness/judgement.py": ("fitness", "splice_sites"),
    "flt3itd/fitness/measurement.py": ("fitness", "cycles"),
    "flt3itd/fitness/several.py": ("target_reads",),
    "flt3itd/fitness/thresholds.py": ("fitness", "cycles"),
    "flt3itd/insertions/counting.py": (
        "selection",
        "refinement",
        "itd_calls",
        "residues",
        "linking",
    ),
    "flt3itd/insertions/itd.py": ("itd_calls", "events", "countable", "residues", "linking"),
    "flt3itd/insertions/itd_filters.py": ("itd_filters",),
    "flt3itd/interpretation.py": ("events", "judgement", "call"),
    "flt3itd/kinase/error_model.py": ("error_model", "background", "tkd"),
    "scripts/carry_over/alleles.py": ("carry_over",),
    "scripts/carry_over/donors.py": ("carry_over",),
    "scripts/carry_over/hold_back.py": ("carry_over",),
    "scripts/carry_over/mark.py": ("carry_over",),
    "scripts/classification/classify.py": ("classification",),
    "scripts/classification/lesions.py": ("classification",),
    "scripts/classification/tables.py": ("classification",),
    "scripts/coverage/base_depth.py": ("exon_coverage", "hotspots"),
    "scripts/coverage/blind_genes.py": ("blind_genes",),
    "scripts/coverage/exon_coverage.py": ("exon_coverage",),
    "scripts/coverage/hotspot_answers.py": ("hotspots",),
    "scripts/coverage/hotspot_bases.py": ("exon_coverage", "hotspots"),
    "scripts/coverage/hotspot_codons.py": ("hotspots", "panel"),
    "scripts/coverage/target_reads.py": ("target_reads", "measure_sample"),
    "scripts/genome/limits.py": ("passing_limits", "panel_filters", "hotspots"),
    "scripts/identity/compare.py": ("identity_thresholds", "identity"),
    "scripts/identity/concordance.py": ("identity_thresholds", "identity"),
    "scripts/identity/contamination.py": ("identity_thresholds", "identity"),
    "scripts/identity/genotypes.py": ("identity",),
    "scripts/identity/mixture.py": ("identity_thresholds", "identity"),
    "scripts/identity/sex.py": ("identity_thresholds", "identity"),
    "scripts/identity/snps.py": ("identity_thresholds", "identity"),
    "scripts/identity/transplantation.py": ("identity",),
    "scripts/kmt2a/controls.py": ("kmt2a_controls", "kmt2a_dosage", "kmt2a_ptd"),
    "scripts/kmt2a/dosage.py": ("kmt2a_dosage",),
    "scripts/kmt2a/junction.py": ("kmt2a_junction",),
    "scripts/kmt2a/ptd.py": ("kmt2a_ptd",),
    "scripts/panel/filter_table.py": ("panel_filters",),
    "scripts/panel/filters.py": ("panel_filters", "panel_events", "panel"),
    "scripts/panel/marks.py": ("panel_filters", "hotspots", "panel"),
    "scripts/panel/read_fitness.py": ("target_reads",),
    "scripts/patient/follow.py": ("courses", "panel_genotypes", "patient"),
    "scripts/patient/genotypes.py": ("panel_genotypes",),
    "scripts/patient/timepoints.py": ("timepoints", "patient"),
    "scripts/patient/words.py": ("courses", "patient"),
    "scripts/ubtf/duplications.py": ("ubtf", "ubtf_reads"),
}
"""The modules that decide, and the tests (`tests/unit/test_*.py`) that hold them: nearest first."""
