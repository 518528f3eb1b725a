"""Factor sets: records, validation, stores, look-up with fallback, import and export."""
