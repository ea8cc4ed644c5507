"""The check of valid HTML finds what a page must not have."""

from __future__ import annotations

import pytest

from tests.markup import markup_findings

PAGE = """<!doctype html>
<html lang="nl" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mijn map</title>
<link rel="stylesheet" href="/static/base.css">
<script src="/static/page.js" nonce="abc" defer></script>
</head>
<body>
<a class="skip" href="#inhoud">Ga naar de inhoud</a>
<main id="inhoud">
<h1><span lang="nl" dir="ltr">Mijn map</span> <span lang="ar" dir="rtl">ملفي</span></h1>
<svg class="icon" width="24" height="24" aria-hidden="true" focusable="false">
<use href="/static/icons.svg#house"></use>
</svg>
<form method="post" action="/taal">
<input type="hidden" name="csrf_token" value="x">
<label for="naam">Naam</label> <input id="naam" name="naam" type="text" required>
<button>Verder</button>
</form>
%s
</main>
</body>
</html>
"""


def test_a_good_page_has_no_finding() -> None:
    assert markup_findings(PAGE % "") == []


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ('<p id="naam">twice</p>', "no-dup-id"),
        ("<p><div>inside</div></p>", "no-implicit-close"),
        ('<input type="text" name="x">', "input-missing-label"),
        ('<img src="/foto">', "wcag/h37"),
        ('<p style="color: red">red</p>', "no-inline-style"),
        ("<script>alert(1)</script>", "require-csp-nonce"),
        ('<label for="nobody">Naam</label>', "no-missing-references"),
        ("<style>p { color: red }</style>", "no-style-tag"),
        ("<h3>too deep</h3>", "heading-level"),
        ("<a href='/x'></a>", "wcag/h30"),
        ("<ul><p>x</p></ul>", "element-permitted-content"),
    ],
)
def test_a_wrong_page_is_found(wrong: str, rule: str) -> None:
    findings = markup_findings(PAGE % wrong)
    assert any(f"[{rule}]" in finding for finding in findings), findings
