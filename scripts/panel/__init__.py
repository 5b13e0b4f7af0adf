"""Small variants and long events of the panel: called, counted, named, filtered, marked."""
