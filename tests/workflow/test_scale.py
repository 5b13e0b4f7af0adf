"""A large sheet is planned in one go; docs/performance.md tells how long that takes."""

from tests.workflow.conftest import Workplace

SAMPLES = 96


def test_a_run_of_ninety_six_samples_is_planned(workplace: Workplace) -> None:
    """Four flow cells' worth: three timepoints of 32 patients, the panel called in eight parts."""
    (workplace.folder / "reads").mkdir()
    samples = []
    for number in range(SAMPLES):
        reads = {f"fq{mate}": f"reads/S{number}_R{mate}.fastq.gz" for mate in (1, 2)}
        for path in reads.values():
            (workplace.folder / path).touch()
        patient, order = divmod(number, 3)
        place = {"patient": f"P{patient}", "order": str(order), "timepoint": f"time {order}"}
        samples.append({"sample": f"S{number}", **place, **reads})
    panel = {"name": "example", "targets": "panels/example/targets.bed", "chunks": 8}
    option = workplace.configure("many", samples, panel=panel)
    jobs = workplace.successful(option, "--dry-run", "--quiet", "rules").jobs
    assert jobs["call_flt3"] == jobs["align_lane"] == jobs["write_report"] == SAMPLES
    assert jobs["call_panel"] == 8 * SAMPLES
