"""The report of an evaluation: one self-contained page, its JSON twin, the map picture and the charts."""
