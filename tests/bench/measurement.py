"""What a measurement is, and how it is written."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

Unit = Literal["1/s", "ratio", "ms", "queries", "MB", "bytes", "requests", "s"]


@dataclass(frozen=True)
class Measurement:
    """One number: what was measured, on which page ("" for none), and in which unit."""

    name: str
    page: str
    value: float
    unit: Unit

    def as_line(self) -> str:
        """Write it as one line of JSON."""
        return json.dumps({**asdict(self), "value": round(self.value, 3)})
