"""Whether reads can carry an answer: what is measured of them, and a verdict for each question."""
