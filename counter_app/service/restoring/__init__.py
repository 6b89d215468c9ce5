"""A new epoch from a copy: what is read, what is built from it, and what may be lost."""
