"""From the bytes of a file to a history: formats, layouts, cells, and what is wrong with them."""
