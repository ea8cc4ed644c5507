"""Fetching what an organisation's issuer says, from there and from nowhere else.

A beheerder names the issuer, so its address is not ours to trust: only https, only addresses of
the open internet, looked up once and connected to exactly that; no redirects, little time and
little room. For tests alone an address of this machine may be used, over http.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from portfolio.config import LOOPBACK_HOSTS

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 5.0
# All of one answer together: an issuer that drips its bytes holds no thread for long.
LONGEST = 10.0
LARGEST = 256 * 1024
OK = 200
# An address of IPv4 in one of IPv6: a network may lead it inwards.
NAT64 = ip_network("64:ff9b::/96")


class IssuerError(Exception):
    """The issuer cannot be reached, or says what does not fit. The text is for the log."""


def refuse(why: str) -> NoReturn:
    """Stop here, and say why for the log."""
    raise IssuerError(why)


def may_ask(url: str, *, local: bool) -> bool:
    """Tell whether an address has the form of one that may be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not parts.hostname or parts.username or parts.password or parts.fragment or not plain:
        return False
    if local and parts.hostname in LOOPBACK_HOSTS:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443)


def ask(
    url: str,
    *,
    local: bool,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Get an object of JSON, or post a form and get one. Raises IssuerError."""
    if not may_ask(url, local=local):
        refuse("address")
    parts, until = urlsplit(url), time.monotonic() + LONGEST
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = HTTPConnection(host, port, timeout=TIMEOUT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.sock = _connect(host, port, secure=secure, local=local)
        connection.request("GET" if body is None else "POST", path, body, sent)
        answer = connection.getresponse()
        # A redirect is not followed: it could lead anywhere.
        if answer.status != OK:
            message = f"status {answer.status}"
            raise IssuerError(message)
        said = json.loads(_read(answer, until))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise IssuerError(type(error).__name__) from error
    finally:
        connection.close()
    if not isinstance(said, dict):
        refuse("shape")
    return said


def _read(answer: HTTPResponse, until: float) -> bytes:
    read = b""
    while piece := answer.read1(16 * 1024):
        read += piece
        if len(read) > LARGEST or time.monotonic() > until:
            refuse("size or time")
    return read


def _connect(host: str, port: int, *, secure: bool, local: bool) -> socket.socket:
    """Connect to an address that was looked at, so that no second look-up gives another."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(_is_open(each, local=local) for each in addresses):
        refuse("private address")
    line = socket.create_connection((addresses[0], port), timeout=TIMEOUT)
    if not secure:
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise


def _is_open(address: str, *, local: bool) -> bool:
    known = ip_address(address.partition("%")[0])
    inner = getattr(known, "ipv4_mapped", None) or getattr(known, "sixtofour", None) or known
    if known in NAT64:
        inner = ip_address(int(known) & 0xFFFFFFFF)
    if local and inner.is_loopback:
        return True
    return bool(known.is_global and inner.is_global and not inner.is_multicast)
