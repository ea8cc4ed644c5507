"""What a page draws, without what it says besides: no comments, no marks with properties."""

from __future__ import annotations

import pikepdf
from pikepdf import Token, TokenFilter, TokenType

# These mark a part of the page for a program: a language, a layer, a text to read instead.
MARKS = frozenset({b"BMC", b"BDC", b"EMC", b"MP", b"DP"})
BEFORE_PICTURE = frozenset({b"BI", b"ID"})
# A picture inside the text of a page may be a JPEG with all that a camera wrote.
WITH_TAGS = frozenset({b"/DCT", b"/DCTDecode"})

_BLANK, _NOTHING = Token(TokenType.space, b"\n"), Token(TokenType.eof, b"")


def bare_content(content: bytes) -> bytes:
    """Rewrite the instructions of a page, a form or a pattern."""
    with pikepdf.new() as scratch:
        scratch.add_blank_page()
        scratch.pages[0].Contents = scratch.make_stream(content)
        return scratch.pages[0].get_filtered_contents(_Bare())


class _Bare(TokenFilter):
    """Holds the words back until it knows what is done with them."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[Token] = []
        self._tagged = False

    def handle_token(self, token: Token = _NOTHING) -> list[Token]:
        """Take one word, and give what may be written now."""
        kind = token.type_
        if kind in (TokenType.comment, TokenType.bad):
            # A blank keeps the words on both sides apart.
            token = _BLANK
        self._held.append(token)
        if kind == TokenType.name_ and token.raw_value in WITH_TAGS:
            self._tagged = True
        if kind == TokenType.eof:
            return self._let_go()
        if kind != TokenType.word or token.raw_value in BEFORE_PICTURE:
            return []
        if token.raw_value in MARKS or (token.raw_value == b"EI" and self._tagged):
            self._held = [_BLANK]
        return self._let_go()

    def _let_go(self) -> list[Token]:
        held, self._held, self._tagged = self._held, [], False
        return held
