"""Windows, one per file."""
