"""One file a kind of channel: its demand becomes whole agents."""
