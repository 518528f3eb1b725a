"""Ground floor: units, messages, errors, feedback, output fields, hashing. Imports nothing of the other packages."""
