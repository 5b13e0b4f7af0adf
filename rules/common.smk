# What all rules share, by subject: rules files hold rules alone.
include: "common/jobs.smk"
include: "common/settings.smk"
include: "common/paths.smk"
include: "common/reads.smk"
include: "common/controls.smk"
include: "common/patients.smk"
include: "common/reports.smk"
include: "common/run.smk"
