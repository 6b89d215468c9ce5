"""The counter's own procedure for the days when every central system is dark."""

import logging

__version__ = "0.1.0"

# Warnings go to the file that `logs.start_logging` opens, never to a terminal by themselves.
logging.getLogger(__name__).addHandler(logging.NullHandler())
