"""The counter's own procedure for the days when every central system is dark."""

__version__ = "0.1.0"
