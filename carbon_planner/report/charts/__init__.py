"""Charts of the report, one per file; matplotlib is imported when the first one is drawn."""
