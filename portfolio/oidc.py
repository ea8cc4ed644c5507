"""The flow by which an organisation's staff come in: code, PKCE, state and nonce.

What lives here: where the browser is sent, and whether what comes back holds. What does not:
fetching (issuer.py), what is kept (models/work_login.py) and whom it lets in (the views).
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]  # no types
from authlib.oauth2.auth import encode_client_secret_basic  # type: ignore[import-untyped]  # no types
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # no types
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # no types
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portfolio.issuer import IssuerError, ask, may_ask, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.models.work_flow import Secrets
    from portfolio.models.work_login import Door

# Signatures with a public key alone: never none, never HS256.
ALGORITHMS = ("RS256", "PS256", "ES256")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY = 60
# A token is made for this flow: none of long ago.
OLDEST = 600
LONGEST_WORD = 4_000
# What an issuer says when somebody showed two things (RFC 8176, and the REFEDS profile).
TWO_THINGS = frozenset({"mfa"})
TWO_LEVELS = frozenset({"https://refeds.org/profile/mfa"})


@dataclass(frozen=True, repr=False)
class Said:
    """What the issuer said of whoever came back."""

    subject: str
    second: bool


def read_issuer(issuer: str, *, local: bool) -> dict[str, Any]:
    """Fetch what an issuer publishes of itself. Raises IssuerError."""
    said = ask(issuer.rstrip("/") + "/.well-known/openid-configuration", local=local)
    if said.get("issuer") != issuer:
        refuse("issuer")
    for name in ENDPOINTS:
        url = said.get(name)
        if not isinstance(url, str) or not may_ask(url, local=local):
            raise IssuerError(name)
    ways = said.get("code_challenge_methods_supported")
    if ways is not None and not (isinstance(ways, list) and "S256" in ways):
        refuse("pkce")
    return said


def way_there(door: Door, secrets: Secrets, back: str, *, local: bool) -> str:
    """Give the address at the issuer where somebody signs in. Raises IssuerError."""
    said = read_issuer(door.issuer, local=local)
    asked = [
        ("response_type", "code"),
        ("client_id", secrets.client_id),
        ("redirect_uri", back),
        ("scope", "openid"),
        ("state", secrets.state),
        ("nonce", secrets.nonce),
        ("code_challenge", create_s256_code_challenge(secrets.verifier)),
        ("code_challenge_method", "S256"),
    ]
    if door.second_there:
        asked.append(("claims", '{"id_token":{"amr":null,"acr":null}}'))
    url: str = add_params_to_uri(said["authorization_endpoint"], asked)
    return url


def come_back(
    door: Door, secrets: Secrets, answer: Mapping[str, str], back: str, *, local: bool
) -> Said:
    """Check what came back, trade its code, and read who it is. Raises IssuerError."""
    said = read_issuer(door.issuer, local=local)
    _check_answer(secrets, answer, always=bool(said.get(ISS_ALWAYS)))
    form = urlencode(
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": back,
            "code_verifier": secrets.verifier,
        }
    )
    _, headers, _ = encode_client_secret_basic(
        _Client(quote_plus(secrets.client_id), quote_plus(door.secret)),
        "POST",
        said["token_endpoint"],
        {},
        form,
    )
    tokens = ask(said["token_endpoint"], local=local, body=form, headers=headers)
    keys = ask(said["jwks_uri"], local=local)
    return read_token(secrets, tokens, keys)


ISS_ALWAYS = "authorization_response_iss_parameter_supported"


def _check_answer(secrets: Secrets, answer: Mapping[str, str], *, always: bool) -> None:
    """Refuse an answer of another flow, or of another issuer than this flow was sent to."""
    if not hmac.compare_digest(answer.get("state", "").encode(), secrets.state.encode()):
        refuse("state")
    issuer = answer.get("iss")
    if issuer != secrets.issuer and (issuer is not None or always):
        refuse("iss")
    if "error" in answer or not 0 < len(answer.get("code", "")) <= LONGEST_WORD:
        refuse("no code")


@dataclass(frozen=True, repr=False)
class _Client:
    client_id: str
    client_secret: str


def read_token(secrets: Secrets, tokens: Mapping[str, Any], keys: dict[str, Any]) -> Said:
    """Check an ID token in every part, and read from it who came. Raises IssuerError."""
    written = tokens.get("id_token")
    if not isinstance(written, str):
        refuse("no token")
    try:
        read = jwt.decode(written, _public_keys(keys), algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": secrets.issuer},
                "aud": {"essential": True, "value": secrets.client_id},
            },
            params={
                "client_id": secrets.client_id,
                "nonce": secrets.nonce,
                "access_token": tokens.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IssuerError(type(error).__name__) from error
    subject, audience = claims["sub"], claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if several and claims.get("azp") != secrets.client_id:
        refuse("azp")
    if not isinstance(claims["iat"], (int, float)) or time.time() - claims["iat"] > OLDEST:
        refuse("iat")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_WORD:
        refuse("sub")
    return Said(subject, _is_second(claims))


def _is_second(claims: Mapping[str, Any]) -> bool:
    ways = claims.get("amr")
    named = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
    return bool(named & TWO_THINGS) or claims.get("acr") in TWO_LEVELS


def _public_keys(keys: dict[str, Any]) -> KeySet:
    """Take from what an issuer publishes only keys of the kinds that may sign."""
    listed = keys.get("keys")
    if not isinstance(listed, list):
        refuse("keys")
    fit = [
        key
        for key in listed
        if isinstance(key, dict)
        and key.get("kty") in ("RSA", "EC")
        and key.get("use", "sig") == "sig"
        and "d" not in key
    ]
    if not fit:
        refuse("keys")
    return KeySet.import_key_set({"keys": fit})
