"""Tables derived from the journal, one file per family, that can be rebuilt at any time."""
