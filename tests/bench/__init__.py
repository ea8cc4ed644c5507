"""How fast and how heavy the pages are, beside a floor; one JSON object a line.

Each module here measures one thing: a generator `measure()` of Measurements.
"""
