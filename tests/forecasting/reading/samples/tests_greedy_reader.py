"""A reading process that takes what it can get."""

import sys
import time
from pathlib import Path

from forecasting.reading.guarded import OUT_OF_MEMORY
from forecasting.reading.guarded_process import limit, tell

folder = Path(sys.argv[1])
limit(folder)
tell("reading", 0.1)
if (folder / "upload-0").read_bytes() == b"memory":
    try:
        held = bytearray(3_000_000_000)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
begun = time.monotonic()
while time.monotonic() - begun < 30:
    pass
