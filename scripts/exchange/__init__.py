"""A sample's report in open formats, for other systems; needs the extra `exchange`."""
