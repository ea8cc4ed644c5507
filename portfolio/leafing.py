"""Which leaf of a long list is asked for: a number in the address, so each leaf has its own."""

from __future__ import annotations

from flask import request

from portfolio.planned import Leaves

# More than any list has; a larger number is no leaf.
MOST = 1_000


def asked_leaf(name: str) -> int:
    """Read which leaf of this list is asked for; without a right number the first."""
    number = request.args.get(name, "")
    return int(number) if number.isascii() and number.isdecimal() and _fits(number) else 1


def leaves_asked() -> Leaves:
    """Read which goals and which talks of a plan are asked for."""
    return Leaves(asked_leaf("doelen"), asked_leaf("gesprekken"))


def _fits(number: str) -> bool:
    return len(number) <= len(str(MOST)) and 0 < int(number) <= MOST
