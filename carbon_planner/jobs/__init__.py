"""Jobs: what a run was given and gave, as data that can be written, replayed and compared."""
