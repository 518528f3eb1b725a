"""Methods of the field as functions of numbers and arrays: what sectors, tools and tests calculate with.

Nothing here knows zones, files or factor sets. Values come in as arguments (no default stands for a factor), null is
NaN and stays NaN, shapes broadcast as NumPy does. Each module names the source of its equations.
"""
