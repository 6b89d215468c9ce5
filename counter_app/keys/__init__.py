"""Wrapping, signing and encrypting: every secret of a workstation passes here."""
