"""Long reads of the locus in unit tests: where they lie, and calls of which nothing was found."""

from dataclasses import replace

from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.long_reads.caller import call_long_reads
from flt3itd.long_reads.fitness import FEWEST_GAPS
from flt3itd.reads.coordinates import place_in_genome

LOCUS = flt3_locus()
PLACEMENT, _ = place_in_genome(LOCUS, None, None)
NOTHING = replace(
    call_long_reads(None, genomic_template(LOCUS), ItdParameters(), known=(), sampling=EVERY_COUNT),
    gap_rate=FEWEST_GAPS,
)
"""With as many gaps as reads of long-read instruments have."""
