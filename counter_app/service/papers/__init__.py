"""From the journal's entries to the rows of a paper, and from rows to a PDF."""
