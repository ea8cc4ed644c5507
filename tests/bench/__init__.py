"""How fast and how heavy the pages are, beside a floor; one JSON object a line.

The product is served as `portfolio serve` serves it. The floor serves the same templates with
the same values from memory: no database, no sealing, no gate, no sessions. Both run at once
and are asked in turns, so that whatever else the machine does slows both alike.
"""
