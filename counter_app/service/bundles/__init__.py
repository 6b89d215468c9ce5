"""Bundles on media: signed and encrypted ranges of chains, made, looked at and taken in."""
