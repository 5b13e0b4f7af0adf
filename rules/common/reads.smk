import shlex
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.reads.primers import is_fasta, read_primer_text

# Assays that answer nothing of the panel. bwa takes neither long reads nor spliced ones, so their
# FASTQ go to flt3itd as they are.
FLT3_ALONE = (Assay.LONG, Assay.RNA)
TRIMMED_LANES = {
    name: sample.lanes
    for name, sample in SAMPLES.items()
    if sample.lanes and sample.assay not in FLT3_ALONE
}
WITH_UMIS = [name for name, sample in SAMPLES.items() if sample.umi]
GIVEN_AS_FASTQ = one_of(name for name, sample in SAMPLES.items() if sample.lanes)
GIVEN_AS_BAM = one_of(
    name for name, sample in SAMPLES.items() if sample.bam and not sample.umi
)
ALIGNED_HERE = one_of(TRIMMED_LANES)
MERGED_HERE = one_of(name for name in TRIMMED_LANES if name not in WITH_UMIS)
SPREAD_OVER_LANES = one_of(
    name
    for name, sample in SAMPLES.items()
    if len(sample.lanes) > 1 and name not in TRIMMED_LANES
)
PAIRED = one_of(
    name for name, lanes in TRIMMED_LANES.items() if lanes[0].fq2 is not None
)
SINGLE = one_of(name for name, lanes in TRIMMED_LANES.items() if lanes[0].fq2 is None)
WITHOUT_PANEL = one_of(name for name, s in SAMPLES.items() if s.assay in FLT3_ALONE)


def assay_of(wildcards):
    """How the library of a sample was made (`flt3itd.common.assay`)."""
    return SAMPLES[wildcards.sample].assay


def is_read_as_given(sample):
    """Whether the FASTQ files of a sample go to flt3itd as they are."""
    return bool(sample.lanes) and sample.name not in TRIMMED_LANES


def given_fastqs(sample):
    """The FASTQ files of a sample that is read as it is: of read 1, and of read 2 of pairs."""
    first = sample.lanes[0]
    if len(sample.lanes) == 1:
        return first.files
    mates = range(1, 1 + len(first.files))
    return [out(f"work/{sample.name}/all_R{mate}.fastq.gz") for mate in mates]


def sample_fastqs(wildcards):
    """All FASTQ files of a sample, lane by lane."""
    return [path for lane in SAMPLES[wildcards.sample].lanes for path in lane.files]


def trimmed_fastqs(wildcards):
    """The trimmed reads of a lane: of both mates, or single ones."""
    lane = SAMPLES[wildcards.sample].lane(wildcards.lane)
    return [
        out(f"work/{wildcards.sample}/{lane.name}_R{mate}.trimmed.fastq.gz")
        for mate in range(1, 1 + len(lane.files))
    ]


def lane_bams(wildcards):
    """The aligned lanes of a sample."""
    lanes = SAMPLES[wildcards.sample].lanes
    return [out(f"work/{wildcards.sample}/{lane.name}.bam") for lane in lanes]


def simulated_umi(wildcards):
    """How a sample of the example that has UMIs is simulated: molecules read twice."""
    sample = SAMPLES.get(wildcards.sample)
    if sample is None or sample.umi is None:
        return ""
    return f"--umi {shlex.quote(sample.umi)} --family-size 2"


def lane_reads(mate):
    """The reads of a lane that are trimmed: as given, or with their UMIs taken out."""

    def path(wildcards):
        name, lane = wildcards.sample, wildcards.lane
        if name in WITH_UMIS:
            return out(f"work/{name}/{lane}_R{mate}.umi.fastq.gz")
        return SAMPLES[name].lane(lane).files[mate - 1]

    return path


def umi_of_alignment(wildcards):
    """Where the UMIs of aligned reads stand: those of FASTQ were put into the tag RX."""
    name = wildcards.sample
    return "RX" if name in TRIMMED_LANES else SAMPLES[name].umi


def read_group_of(name, part):
    """The @RG line of a part of a sample, with tabs as bwa wants them written."""
    return rf"@RG\tID:{name}.{part}\tSM:{name}\tLB:{name}\tPL:ILLUMINA"


def read_group(wildcards):
    """The @RG line of a lane."""
    return read_group_of(wildcards.sample, wildcards.lane)


def unaligned_files(paths):
    """FASTQ of single reads, or of both mates, as samtools import wants them."""
    options = ("-0",) if len(paths) == 1 else ("-1", "-2")
    return shlex.join(
        word for pair in zip(options, paths, strict=True) for word in pair
    )


def input_of(wildcards):
    """The DNA of a library as an option, where the sheet tells it."""
    nanograms = SAMPLES[wildcards.sample].input_ng
    return "" if nanograms is None else f"--input-ng {nanograms}"


def as_aligned(wildcards):
    """The option that says that no read was filtered, of a sample that was aligned here."""
    aligned = wildcards.sample in TRIMMED_LANES
    return ["--as-aligned"] if aligned else []


def marks_copies(sample):
    """Whether fragments of a sample that is aligned here are told apart by both of their ends."""
    paired = all(lane.fq2 is not None for lane in sample.lanes)
    return sample.assay == Assay.CAPTURE and paired


# Pixels between clusters of one molecule on a patterned flow cell (Picard's advice); names that tell
# no coordinates have no such copies.
OPTICAL_DISTANCE = 2500


def copies_of(wildcards):
    """What marking told of the copies of a sample that was aligned here; nothing of others."""
    name = wildcards.sample
    marked = name in TRIMMED_LANES and name not in WITH_UMIS
    return out(f"work/{name}/copies.txt") if marked else []


def fastp_reports(wildcards):
    """The trimming reports of a sample, one for each lane; none where nothing is trimmed."""
    lanes = TRIMMED_LANES.get(wildcards.sample, ())
    return [out(f"work/{wildcards.sample}/{lane.name}.fastp.json") for lane in lanes]


def all_fastp_reports():
    """The trimming reports of all samples that were aligned here."""
    return [
        out(f"work/{name}/{lane.name}.fastp.json")
        for name, lanes in TRIMMED_LANES.items()
        for lane in lanes
    ]


def sample_bam(wildcards):
    """The coordinate-sorted BAM of a sample, whether aligned here or given."""
    return out(f"work/{wildcards.sample}/aligned.bam")


def sample_bai(wildcards):
    """The index of `sample_bam`."""
    return out(f"work/{wildcards.sample}/aligned.bam.bai")


def has_primers(assay):
    """Whether reads begin with primers that are known: these are hidden from the panel."""
    return assay == Assay.AMPLICON and SETTINGS.panel.primers is not None


def primers_of(wildcards):
    """The primers of an amplicon sample, where the configuration names them."""
    return SETTINGS.panel.primers if has_primers(assay_of(wildcards)) else []


def primers_of_families(wildcards):
    """The primers by which families of an amplicon sample are told, where they have coordinates."""
    primers = primers_of(wildcards)
    return primers if primers and not is_fasta(read_primer_text(Path(primers))) else []


def families_of(path):
    """A file about the families of a sample with UMIs; none for others."""
    return lambda wildcards: out(path) if wildcards.sample in WITH_UMIS else []


def panel_reads(sample, folder="work"):
    """The BAM of a sample or control in which the panel's variants and bases are counted.

    Long reads and RNA answer nothing of the panel: theirs is empty (`without_panel_reads`).
    """
    if sample.assay in FLT3_ALONE:
        return out(f"{folder}/{sample.name}/no_reads.bam")
    name = "primers_hidden" if has_primers(sample.assay) else "aligned"
    return out(f"{folder}/{sample.name}/{name}.bam")


def panel_bam(wildcards):
    """`panel_reads` of the sample of a job."""
    return panel_reads(SAMPLES[wildcards.sample])


def panel_bai(wildcards):
    """The index of `panel_bam`."""
    return f"{panel_bam(wildcards)}.bai"


def whole_short_reads(wildcards):
    """The BAM of a sample with primers and all, in which KMT2A and mapping are judged.

    Of long reads, and of RNA in FASTQ, it is empty, as `panel_reads`.
    """
    sample = SAMPLES[wildcards.sample]
    if sample.assay is Assay.LONG or is_read_as_given(sample):
        return panel_reads(sample)
    return sample_bam(wildcards)


def whole_short_reads_bai(wildcards):
    """The index of `whole_short_reads`."""
    return f"{whole_short_reads(wildcards)}.bai"


def flt3_reads(wildcards):
    """What FLT3 is called from: the alignment; of long reads or RNA in FASTQ the files, checked."""
    sample = SAMPLES[wildcards.sample]
    if is_read_as_given(sample):
        return {
            "fastq": given_fastqs(sample),
            "checked": out("work/{sample}/fastq_checked.json"),
        }
    return {"bam": sample_bam(wildcards), "bai": sample_bai(wildcards)}
