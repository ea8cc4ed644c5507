"""What an issuer says is believed in every part or not at all, and only the open net is asked."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from portfolio import oidc
from portfolio.issuer import LARGEST, IssuerError, ask, may_ask
from portfolio.models.work_flow import Secrets
from portfolio.oidc import read_issuer, read_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ISSUER = "https://issuer.example"
FLOW = Secrets("state", "nonce-of-this-flow", "verifier", ISSUER, "mijn-map")
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}


def claims(**changed: object) -> dict[str, Any]:
    """Give the claims of a good token, with some changed; None leaves one out."""
    now = int(time.time())
    good: dict[str, object] = {
        "iss": ISSUER,
        "sub": "sub-1",
        "aud": "mijn-map",
        "nonce": FLOW.nonce,
        "iat": now,
        "exp": now + 300,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(said: Mapping[str, Any], key: RSAKey = KEY) -> dict[str, str]:
    """Give what the token endpoint answers, signed."""
    return {"id_token": jwt.encode({"alg": "RS256", "kid": "one"}, dict(said), key)}


def refused(tokens: Mapping[str, Any], keys: dict[str, Any] = KEYS) -> None:
    """Check that a token is not believed."""
    with pytest.raises(IssuerError):
        read_token(FLOW, tokens, keys)


def test_a_good_token_is_believed_and_only_what_it_says() -> None:
    """Two things count only when the token names both, and not from a list of single ways."""
    assert read_token(FLOW, signed(claims()), KEYS).subject == "sub-1"
    for said, second in (
        ({}, False),
        ({"amr": ["pwd", "otp"]}, False),
        ({"acr": "mfa"}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
    ):
        assert read_token(FLOW, signed(claims(**said)), KEYS).second is second
    several = claims(aud=["mijn-map", "other"], azp="mijn-map")
    assert read_token(FLOW, signed(several), KEYS).subject == "sub-1"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": ["mijn-map", "other"]},
        {"aud": ["mijn-map", "other"], "azp": "other"},
        {"azp": "other"},
        {"nonce": "of-another-flow"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"exp": None},
        {"exp": "never"},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 5000},
        {"amr": "mfa"},
    ],
    ids=lambda changed: str(changed)[:40],
)
def test_a_well_signed_token_for_another_flow_or_client_is_refused(
    changed: dict[str, Any],
) -> None:
    """Attack: a token of another client, flow or issuer, with a right signature."""
    refused(signed(claims(**changed)))


@pytest.mark.parametrize(("name", "hours"), [("exp", -1), ("iat", -1), ("iat", 1)])
def test_a_well_signed_token_of_another_hour_is_refused(name: str, hours: int) -> None:
    """Attack: a token that is over, of long ago, or of an hour that is still to come."""
    refused(signed(claims(**{name: int(time.time()) + hours * 3600})))


def _part(value: object) -> str:
    return _base64(json.dumps(value).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def test_a_token_that_the_issuers_key_did_not_sign_is_refused() -> None:
    """Attack: none, HS256 with the public key, another key, a cut or changed token, key inside."""
    good = signed(claims())["id_token"]
    head, body, mark = good.split(".")
    for alg in ("none", "None", "NONE"):
        refused({"id_token": f"{_part({'alg': alg})}.{_part(claims())}."})
    refused({"id_token": f"{head}.{body}."})
    refused({"id_token": f"{head}.{_part(claims(sub='sub-2'))}.{mark}"})
    for secret in (KEY.as_pem(private=False), b"geheim van de test en lang genoeg"):
        text = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims())}"
        made = hmac.digest(secret, text.encode(), "sha256")
        text += "." + _base64(made)
        refused({"id_token": text})
        # Not even when the issuer publishes that key.
        shared = {"kty": "oct", "k": _base64(secret), "kid": "one"}
        refused({"id_token": text}, {"keys": [shared]})
    refused(signed(claims(), OTHER))
    inside = {"alg": "RS256", "kid": "one", "jwk": OTHER.as_dict(private=False)}
    registry = jws.JWSRegistry(strict_check_header=False)
    text = jws.serialize_compact(inside, json.dumps(claims()), OTHER, registry=registry)
    refused({"id_token": text})
    for wrong in ("", "a.b.c", "." * 9, 7, None, ["x"]):
        refused({"id_token": wrong})
    no_keys: tuple[dict[str, Any], ...] = ({}, {"keys": []}, {"keys": "x"}, {"keys": [7]})
    for keys in no_keys:
        refused(signed(claims()), keys)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1",
        "https://127.0.0.1:443/x",
        "https://localhost",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[::ffff:10.0.0.1]",
        "https://10.0.0.1",
        "https://172.16.0.1",
        "https://192.168.1.1",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://2130706433",
        "https://0x7f.1",
        "https://[fe80::1]",
        "https://[fd00::1]",
        "https://[2002:7f00:1::]",
        "https://[64:ff9b::7f00:1]",
        "https://[64:ff9b::a00:1]",
        "https://224.0.0.1",
    ],
)
def test_an_inner_address_is_refused_before_a_word_is_sent(address: str) -> None:
    """Attack: server-side request forgery, by number, by name and by other ways to write it."""
    with pytest.raises(IssuerError, match=r"^private address$"):
        ask(address, local=False)
    with pytest.raises(IssuerError):
        read_issuer(address, local=False)


def test_an_address_of_another_form_is_refused() -> None:
    """Attack: another scheme or port, a name before the host, letters that read differently."""
    for address in (
        "http://example.org",
        "https://example.org:8443",
        "https://example.org@127.0.0.1",
        "https://user:word@example.org",
        "https://example.org#x",
        "https://example.org\\@127.0.0.1",
        "https://example.org/ x",
        "https://example.org/\r\nHost: x",
        "file:///etc/passwd",
        "ftp://example.org",
        "//example.org",
        "https://",
        "https://example.org:99999",
        "https://exаmple.org",
        "",
    ):
        assert not may_ask(address, local=False)
    for address in ("http://127.0.0.1:1", "http://localhost:1"):
        assert may_ask(address, local=True)
        assert not may_ask(address, local=False)
    # The setting opens this machine alone, no other inner address.
    assert not may_ask("http://10.0.0.1", local=True)
    with pytest.raises(IssuerError, match=r"^private address$"):
        ask("https://10.0.0.1", local=True)


class _Evil(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        """Answer as an issuer that means harm."""
        self.asked.append(self.path)
        if self.path.startswith("/away"):
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        body = {
            "/huge": b'{"x": "' + b"x" * (LARGEST * 2) + b'"}',
            "/list": b"[1]",
            "/deep": b"[" * 100_000,
            "/words": b"<html>",
            "/other/.well-known/openid-configuration": b'{"issuer": "https://evil.example"}',
            "/inner/.well-known/openid-configuration": json.dumps(
                {
                    "issuer": f"http://localhost:{self.server.server_port}/inner",  # type: ignore[attr-defined]  # the server of this handler
                    "authorization_endpoint": "https://issuer.example/a",
                    "token_endpoint": "http://169.254.169.254/x",
                    "jwks_uri": "https://issuer.example/k",
                }
            ).encode(),
        }.get(self.path, b'{"good": true}')
        self.send_response(200)
        self.end_headers()
        # Whoever asked may have gone away.
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by the class above it
        """Say nothing."""


@contextmanager
def evil() -> Iterator[tuple[str, list[str]]]:
    """Run an issuer that means harm; gives its address and what it was asked."""
    asked: list[str] = []
    handler = type("Handler", (_Evil,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_an_issuer_that_sends_on_or_says_too_much_is_refused() -> None:
    """Attack: a redirect to an inner address, a huge answer, other shapes, endpoints inside."""
    with evil() as (url, asked):
        assert ask(f"{url}/good", local=True) == {"good": True}
        asked.clear()
        with pytest.raises(IssuerError, match=r"^status 302$"):
            ask(f"{url}/away", local=True)
        assert asked == ["/away"]
        with pytest.raises(IssuerError, match=r"^size or time$"):
            ask(f"{url}/huge", local=True)
        for path in ("list", "deep", "words"):
            with pytest.raises(IssuerError):
                ask(f"{url}/{path}", local=True)
        with pytest.raises(IssuerError, match=r"^issuer$"):
            read_issuer(f"{url}/other", local=True)
        with pytest.raises(IssuerError, match=r"^token_endpoint$"):
            read_issuer(f"{url}/inner", local=True)
        asked.clear()
        for local in (url, url.replace("localhost", "127.0.0.1")):
            with pytest.raises(IssuerError, match=r"^address$"):
                ask(f"{local}/good", local=False)
        assert not asked


def test_an_answer_of_another_flow_or_issuer_is_refused() -> None:
    """Attack: login CSRF and mix-up: another state, another issuer, an error, no code."""
    good = {"state": "state", "iss": ISSUER, "code": "x"}
    oidc._check_answer(FLOW, good, always=True)
    for changed in (
        {"state": "other"},
        {"state": ""},
        {"iss": "https://evil.example"},
        {"code": ""},
        {"code": "x" * 5000},
        {"error": "access_denied"},
    ):
        with pytest.raises(IssuerError):
            oidc._check_answer(FLOW, good | changed, always=False)
    without = {"state": "state", "code": "x"}
    oidc._check_answer(FLOW, without, always=False)
    with pytest.raises(IssuerError):
        oidc._check_answer(FLOW, without, always=True)
