"""Reads over the locus, from BAM or FASTQ, DNA or RNA, and what is known of their library."""
