"""The mutant that tests of the benchmark simulate and score."""

from flt3itd.locus.flt3 import flt3_locus
from scripts.benchmark.designs import Mutant

LOCUS = flt3_locus()
REFERENCE = LOCUS.sequence
FIRST = LOCUS.first_position
EXON = LOCUS.exon(14)
END_OF_UNIT = EXON.start + 80
UNIT = REFERENCE[END_OF_UNIT - 30 : END_OF_UNIT]
MUTANT = Mutant(END_OF_UNIT, UNIT, 0.2)
