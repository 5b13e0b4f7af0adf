from pathlib import Path

from scripts.workflow.ending import (
    remove_partial,
    run_words,
    tell_failure,
    tell_success,
)
from scripts.workflow.interrupt import handle_sigterm_aside
from scripts.workflow.looking import look_only_when_a_job_ends
from scripts.workflow.outdated import remove_outdated, unneeded_temporary_files
from scripts.workflow.terminal import speak_briefly

# What the terminal shows while a run goes on; a run with nothing to do has its last words too.
PROGRESS = speak_briefly(
    workflow,
    Path(SETTINGS.output),
    lambda: tell_success(workflow, Path(SETTINGS.output)),
)

# The first page of `snakemake --report`, which takes its words from the configuration.
config["this_run"] = run_words(SETTINGS, CONFIG_FILES, SAMPLES.values())


report: "../captions/run.rst"


onstart:
    handle_sigterm_aside()
    look_only_when_a_job_ends(workflow.scheduler)
    if not workflow.touch:
        remove_outdated(
            path for job in workflow.dag.needrun_jobs() for path in job.output
        )
        remove_partial(Path(SETTINGS.output))


onsuccess:
    if not workflow.storage_settings.notemp:
        remove_outdated(unneeded_temporary_files(workflow.dag))
    tell_success(workflow, Path(SETTINGS.output))


onerror:
    tell_failure(
        workflow,
        SETTINGS,
        {name: sample.patient for name, sample in SAMPLES.items()},
        frozenset(PROGRESS.on_full_disk),
    )
