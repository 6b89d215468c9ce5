"""Runs first in the packed program: gives other programs back the library path that ours was started with.

The packed program searches its own folder for libraries, by an environment variable that would also lead a PDF
viewer or a printing system to ours. Without it a child process of our own has to begin from the start.
"""

import os
import sys

if sys.platform == "linux":
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before
    # Read by PyInstaller's loader alone, which would else take the path above for set already.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
