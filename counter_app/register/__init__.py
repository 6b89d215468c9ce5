"""The offline copy of the central register: import, search and person matching."""
