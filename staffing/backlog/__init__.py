"""Work that may wait: deadlines, lists to call."""
