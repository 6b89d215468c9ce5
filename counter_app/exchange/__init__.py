"""Copying ranges of chains between machines."""
