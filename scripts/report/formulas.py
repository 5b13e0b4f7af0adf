"""What stands behind each group of numbers in a report: the formula and the program version."""

from __future__ import annotations

from collections.abc import Mapping

from flt3itd.records import FltResult
from scripts.report.model import Formula, Metric

_FLT3 = (
    (
        "flt3.itd.events.vaf, flt3.itd.total_vaf",
        "VAF_i = x_i / sum of all x. The abundances x_h of the wild-type and mutant haplotypes "
        "maximise the likelihood of y_w ~ Poisson(sum over h of x_h * g_hw): y_w fragments show "
        "window w (the junction of an ITD, or a boundary of its duplicated segment), and g_hw is "
        "the number of placements of a fragment on haplotype h that show w, with the read and "
        "fragment lengths of this sample. The total is 1 - x_wildtype / sum of all x.",
    ),
    (
        "flt3.itd.events.ar, flt3.itd.total_ar",
        "AR_i = x_i / x_wildtype = VAF_i / (1 - sum of all ITD VAFs). An infinite ratio (null in "
        "JSON) means that no wild-type molecule is estimated.",
    ),
    (
        "flt3.itd.events.vaf_low, vaf_high, ar_low, ar_high",
        "95% profile-likelihood interval; the deviance is scaled by the ratio of the naive to the "
        "robust variance, because one fragment can show several windows (Chandler and Bate 2007).",
    ),
    (
        "flt3.itd.events.mutant_fragments, wildtype_fragments, informative_fragments",
        "Fragments that show the junction; mean number at the two boundaries of the segment that "
        "the likelihood ascribes to the wild type; the mates of a fragment count once, and a read "
        "that fits two haplotypes equally well supports neither alone.",
    ),
    (
        "flt3.itd.limit_of_detection, flt3.tkd.codons.limit_of_detection",
        "The smallest VAF that would be found with probability 95% with these filters: for an ITD "
        "(Poisson) at the least covered base of residues 572 to 612 that is deep enough, for a "
        "codon (binomial) and the substitution that is hardest to tell from errors.",
    ),
    (
        "flt3.itd.known.vaf_upper, background_probability, limit_of_detection",
        "vaf_upper = (upper 95% bound of the Poisson mean of the mutant fragments / placements "
        "that show the junction) / (fragments at the boundaries / placements that show these). "
        "background_probability = P(X >= mutant fragments), X binomial of the fragments that show "
        "the ITD or made-up ITDs near by, which nobody has, with the share of the boundary "
        "fragments that are the ITD's. limit_of_detection = the smallest VAF that makes as many "
        "fragments as are detected, with probability 95% (Poisson).",
    ),
    (
        "flt3.tkd.events.vaf, vaf_low, vaf_high, ar",
        "VAF = mutant fragments / all fragments that show the codon or the place of the change, "
        "with its 95% Wilson score interval; AR = mutant / wild-type fragments.",
    ),
    (
        "flt3.tkd.events.p_value",
        "P(X >= mutant fragments) if errors alone made them; X gamma-Poisson, with the rate of "
        "the substitution in this sample, times the factor that controls show at this place when "
        "flt3.provenance.background names them.",
    ),
    (
        "flt3.depth.fragments",
        "Informative fragments at each base of an exon, 5' to 3' on the transcript.",
    ),
)

_PANEL = (
    "panel.variants.vaf, panel.filtered.vaf",
    "VAF = alternate fragments / informative fragments (depth), counted from the alignments with "
    "the mates of a fragment once; 95% Wilson score interval. Around insertions, deletions and "
    "changes that crowd: the share of the haplotype that maximises the likelihood of all "
    "fragments, in which a read that begins or ends within the place counts less; Wilson interval "
    "of as many equally weighted fragments. Insertions, duplications and deletions of 20 bases or "
    "more: the likelihood of the ITDs, and its interval. Both may differ from alternate fragments "
    "/ depth.",
)
_PANEL_LIMIT = (
    "panel.limit_of_detection",
    "The smallest VAF that shows the required number of alternate fragments with probability 95% "
    "(binomial) at the least covered base of all assessable exons.",
)
_HOTSPOTS = (
    "hotspots.depth, limit_of_detection",
    "depth: fragments with a base of good quality at the base of the codon that has fewest. The "
    "limit is the smallest VAF that gives enough of them with probability 95% (binomial): what a "
    "variant needs to pass, and more than errors explain (gamma-Poisson with shape 1, at the rate "
    "of the most frequent substitution of the base in this sample, significance 0.01 divided by "
    "the changes that are looked at). For kinase domain codons of FLT3 see flt3.tkd.",
)
_KMT2A = (
    "panel.kmt2a_ptd.ratio, vaf, limit_of_detection",
    "ratio = exp(T): T is the mean, over the exons of the run, of the logarithm of the depth minus "
    "its mean in the controls, less the median of the same over the exons behind exon 11; exons "
    "weigh by the root of their bases. Its 95% interval and the limit are Student's t times the "
    "spread of T between the controls, with the counting error of a shallower sample. VAF = ratio "
    "- 1. A run is raised above a false positive rate of 0.001 for all runs together; the limit is "
    "the VAF that is found with probability 95% in the run that is hardest to find.",
)
_COVERAGE = (
    "coverage.mean",
    "Sum over target exons of mean depth x length, divided by the sum of their lengths. Depth is "
    "the number of fragments over a base, those that delete it too.",
)


def formulas(
    flt3: FltResult, versions: Mapping[str, str], metrics: tuple[Metric, ...], pipeline: str
) -> tuple[Formula, ...]:
    """One entry for each group of numbers. `pipeline` is the version of this pipeline."""
    flt3itd = f"flt3itd {flt3.provenance.version}"
    caller = _version("freebayes", versions)
    own = f"pipeline {pipeline}"
    fixed = (
        *(Formula(what, formula, flt3itd) for what, formula in _FLT3),
        Formula(*_PANEL, f"{caller}, {own}"),
        Formula(*_PANEL_LIMIT, own),
        Formula(*_HOTSPOTS, f"{_version('bcftools', versions)}, {own}"),
        Formula(*_KMT2A, own),
        Formula(*_COVERAGE, f"{_version('samtools', versions)}, {own}"),
    )
    tool = {"samtools": _version("samtools", versions), "fastp": _version("fastp", versions)}
    measured = tuple(
        Formula(
            f"metrics.{metric.key}",
            metric.source,
            next((made for name, made in tool.items() if name in metric.source), own),
        )
        for metric in metrics
    )
    return fixed + measured


def _version(tool: str, versions: Mapping[str, str]) -> str:
    return f"{tool} {versions.get(tool, '(version not recorded)')}"
