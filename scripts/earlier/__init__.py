"""Results of earlier runs: a patient's samples whose reads are not in this run."""
