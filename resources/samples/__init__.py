"""The four sample offices, one folder each."""
