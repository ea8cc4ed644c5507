"""What must stand nowhere in the source: queries made of strings, secrets, guessable chance."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from portfolio.keyring import new_id
from tests.house.finding import ROOT, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.house.finding import Source

# Whatever unpacks these runs what is in them; chance that can be foretold guards nothing.
NEVER_IMPORTED = frozenset(
    {"pickle", "cPickle", "marshal", "shelve", "dill", "yaml", "jsonpickle", "random", "uuid"}
)
NEVER_CALLED = frozenset({"eval", "exec", "compile", "__import__"})
XML = frozenset({"xml", "lxml", "xmltodict", "defusedxml"})
# Chance without a secret: where a picture of the example lies, and noise that hides nothing.
PLAY = frozenset({"portfolio.demo_pictures"})
# Bytes of chance: 12 are the nonce of AES-GCM, 16 are the 128 bits of an id.
ENOUGH = 12
TAKES_SQL = frozenset({"execute", "text", "executescript", "exec_driver_sql"})
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b|\bghp_\w{36}\b|\bxox[baprs]-\w{10,}|\bsk_live_\w{16,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|(?:postgres(?:ql)?|smtps?|https?|s3)://[^\s:/@'\"{}<>]+:[^\s@'\"{}<>]{6,}@(?!host)[a-z]"
)


def calls_of(source: Source) -> Iterator[tuple[str, str, ast.Call]]:
    """List every call with its place and the last part of its name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            yield source.at(node), name or getattr(node.func, "id", ""), node


def made_of_strings(node: ast.expr) -> bool:
    """Tell whether a text is put together from parts that are not fixed."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return not all(isinstance(each, ast.Constant) for each in (node.left, node.right))
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return called and node.func.attr in ("format", "join")  # type: ignore[attr-defined]  # as called


def test_no_query_is_made_of_strings() -> None:
    """ASVS 1.2.4. What goes to a database as SQL is fixed; values travel beside it."""
    asked = [
        place
        for source in sources("portfolio")
        for place, name, call in calls_of(source)
        if name in TAKES_SQL and call.args and made_of_strings(call.args[0])
    ]
    # Pragmas take no values beside them; their names and numbers are ours.
    assert [place for place in asked if not place.startswith("portfolio.engines:")] == []
    assert made_of_strings(ast.parse("f'SELECT {x}'", mode="eval").body)
    assert made_of_strings(ast.parse("'SELECT ' + x", mode="eval").body)
    assert made_of_strings(ast.parse("'SELECT {}'.format(x)", mode="eval").body)
    assert not made_of_strings(ast.parse("'SELECT 1'", mode="eval").body)


def test_nothing_is_unpacked_that_may_run_and_no_shell_is_asked() -> None:
    """ASVS 1.5.2. No pickle and the like, no evaluation of text, no shell=True, no XML parser."""
    wrong = []
    for source in sources("portfolio"):
        for node in ast.walk(source.tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            roots = {name.partition(".")[0] for name in names} & (NEVER_IMPORTED | XML)
            if roots and not source.name.startswith(tuple(PLAY)):
                wrong.append(f"{source.at(node)}: {roots}")  # type: ignore[arg-type]  # an import
        for place, name, call in calls_of(source):
            if isinstance(call.func, ast.Name) and name in NEVER_CALLED:
                wrong.append(f"{place}: {name}")
            if any(each.arg == "shell" for each in call.keywords) or name in ("system", "popen"):
                wrong.append(f"{place}: a shell")
    assert wrong == []


def test_what_is_secret_is_drawn_by_the_system_with_128_bits_or_more() -> None:
    """ASVS 11.5.1. Ids, tokens and keys; no random, no uuid (see the imports above)."""
    short = []
    for source in sources("portfolio"):
        for place, name, call in calls_of(source):
            if name not in ("token_urlsafe", "token_hex", "token_bytes", "urandom"):
                continue
            given = call.args[0] if call.args else None
            count = given.value if isinstance(given, ast.Constant) else None
            if isinstance(count, int) and count < ENOUGH:
                short.append(place)
    assert short == []
    drawn = [new_id() for _ in range(2000)]
    assert len(set(drawn)) == 2000
    assert all(len(each) == 22 for each in drawn)
    # Each letter of each place comes about as often as another.
    for at in (0, 10, 20):
        seen = [each[at] for each in drawn]
        assert max(seen.count(letter) for letter in set(seen)) < 80


def test_no_secret_stands_in_the_source_or_its_history() -> None:
    """ASVS 13.3.1. In no file that is kept, and in no line that any commit ever added."""
    assert SECRETS.search("postgresql://portfolio:hunter22@db.example.nl/x")
    assert SECRETS.search("-----BEGIN PRIVATE " + "KEY-----")
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    command = [git, "log", "--all", "-p", "-U0", "--no-color", "--no-ext-diff", "--diff-filter=AM"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    log = done.stdout.decode("utf-8", "replace")
    added = (line[1:] for line in log.splitlines() if line.startswith("+"))
    found = {found.group() for line in added if (found := SECRETS.search(line))}
    # What stands in tests to be refused, and here to be found.
    assert {each for each in found if not IS_OF_A_TEST.search(each)} == set()


IS_OF_A_TEST = re.compile(r"hunter22|a-passphrase|geheim|example|voorbeeld|PRIVATE|user:password")
