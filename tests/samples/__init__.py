"""Sample scans: invented administrative papers, printed, sealed, filled in by hand and scanned, each with its truth."""

from tests.samples.sample import Sample, make_document, save
from tests.samples.texts import KINDS

__all__ = ["KINDS", "Sample", "make_document", "save"]
