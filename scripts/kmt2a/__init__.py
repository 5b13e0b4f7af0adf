"""KMT2A partial tandem duplications: by dosage, and by their junction."""
