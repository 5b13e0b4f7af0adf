import re


def out(path):
    """A path in the output folder; may hold wildcards."""
    return f"{SETTINGS.output}/{path}"


def one_of(names):
    """A pattern for a wildcard that is one of these names; of no names, one that never fits."""
    return "|".join(map(re.escape, names)) or "(?!)"


def name_by(wildcards):
    """The name of a file of each job: its wildcards, separated by dots; of none, the sample's."""
    return ".".join(f"{{{wildcard}}}" for wildcard in wildcards or ("sample",))


def log_of(rule_name, *wildcards):
    """The log file of each job of a rule."""
    return out(f"logs/{rule_name}/{name_by(wildcards)}.log")


def benchmark_of(rule_name, *wildcards):
    """The benchmark file of each job of a rule."""
    return out(f"benchmarks/{rule_name}/{name_by(wildcards)}.tsv")


GENOME = out("work/reference/genome.fa")
GENOME_INDEX = out("work/reference/genome.fa.fai")
GENE_MODELS = out("work/reference/gene_models.gtf")
BWA_INDEX = multiext(GENOME, ".amb", ".ann", ".bwt", ".pac", ".sa")
PREFLIGHT = out("work/preflight.json")
ANNOTATION_CHECKED = out("work/annotation_checked.json")
IDENTITY_SNPS = out("work/identity_snps.tsv")
IDENTITY = out("cohort/identity.json")
VERSIONS = out("work/versions.json")


wildcard_constraints:
    sample=one_of(SAMPLES),
    lane=r"L\d+",
    patient=one_of(PATIENTS),
    control=one_of(CONTROLS),
    assay="capture|amplicon",
