"""Rows in, bytes out: the papers of the counter as PDF."""
