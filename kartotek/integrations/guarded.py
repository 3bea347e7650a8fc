"""The one client by which this house asks an address that somebody typed in.

Who may enter an address (of a webhook, a picture, a calendar) must not be able to make this machine
ask itself or its neighbours. So a name is looked up once, every address it has is checked, the
connection goes to the address that was checked and to no other, and each redirect begins anew.
What the owner's own network may be asked is said by `allowed`.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext as _

from kartotek.core.leaving import note_left

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = {"http": 80, "https": 443}
MOST_BYTES = 1 << 20
SECONDS = 10.0  # for one question, however slowly its answer comes
REDIRECTS = 3
LONGEST = 2_000  # letters of an address
_REDIRECTING = {301: True, 302: True, 303: True, 307: False, 308: False}  # does it become a GET?
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_KEPT = "/%?&=:@!$'()*+,;~-._[]"  # of a path and its question: not quoted, or not again
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
# What an IPv6 address may carry: where an IPv4 address stands in it, by its last bit's place.
_CARRIES: dict[IPv6Network, int] = {
    IPv6Network("::ffff:0:0/96"): 0,  # mapped, RFC 4291
    IPv6Network("::/96"): 0,  # compatible, RFC 4291
    IPv6Network("::ffff:0:0:0/96"): 0,  # translated, RFC 2765
    IPv6Network("64:ff9b:1::/48"): 0,  # NAT64 of one's own, RFC 8215
    IPv6Network("2002::/16"): 80,  # 6to4, RFC 3056
}
_TRANSLATED = IPv6Network("64:ff9b::/96")
_NEVER = [
    ip_network(one)
    for one in ("192.88.99.0/24", "2001::/32", "fec0::/10", "64:ff9b:1::/48", "5f00::/16")
]


class Refused(Exception):
    """This address is not asked; the sentence says why."""


class Unreachable(Exception):
    """It was asked, and no whole answer came."""


@dataclass(frozen=True)
class Answer:
    """What came back in the end, and from where."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    url: str


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def lookup(host: str, port: int) -> list[str]:
    """Every address of a name. Unreachable where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(_("There is no machine called “%(host)s”.") % {"host": host}) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True)
class Client:
    """Asks addresses from outside. `allowed`: networks of the owner's own that may be asked.

    `purpose` is the short key under which "What leaves this house" counts its requests.
    """

    purpose: str = field(kw_only=True)
    allowed: Sequence[Network] = ()
    resolve: Callable[[str, int], list[str]] = field(default=lookup)
    seconds: float = SECONDS
    most: int = MOST_BYTES
    redirects: int = REDIRECTS

    def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, redirects followed. Raises Refused or Unreachable."""
        request = _Request(method, url, dict(headers or {}), body)
        for _time in range(self.redirects + 1):
            answer = self._once(request)
            where = answer.headers.get("location", "")
            if answer.status not in _REDIRECTING or not where:
                return answer
            request = _redirected(request, where, becomes_get=_REDIRECTING[answer.status])
        raise Refused(_("This address leads on and on. Enter the one where it ends."))

    def _once(self, request: _Request) -> Answer:
        parts = fit(request.url)
        port = parts.port or PORTS[parts.scheme]
        host = str(parts.hostname)
        try:
            address = self._checked(host, port)
        except Refused:
            note_left(host, port, self.purpose, refused=True)
            raise
        note_left(host, port, self.purpose)
        try:
            return self._spoken(request, parts, address, port)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(
                _("%(host)s gave no whole answer: %(why)s") % {"host": host, "why": error}
            ) from None

    def _checked(self, host: str, port: int) -> str:
        """The address to connect to: all that the name has are open, or none is asked."""
        found = self.resolve(host, port)
        if not found:
            raise Unreachable(_("There is no machine called “%(host)s”.") % {"host": host})
        for one in found:
            if not may_be_asked(one, self.allowed):
                raise Refused(
                    _("“%(host)s” lies inside this house's own network, and is not asked. "
                      "Whoever runs Kartotek may allow it.")
                    % {"host": host}
                )  # fmt: skip
        return found[0]

    def _spoken(self, request: _Request, parts: SplitResult, address: str, port: int) -> Answer:
        sock = socket.create_connection((address, port), timeout=self.seconds)
        held = [sock]
        # One that sends a byte now and then would else never be over.
        guard = threading.Timer(self.seconds, _end, [held])
        guard.daemon = True
        guard.start()
        try:
            if ip_address(sock.getpeername()[0].split("%")[0]) != ip_address(address.split("%")[0]):
                raise Refused(_("The connection led somewhere else than it should."))
            if parts.scheme == "https":
                secured = ssl.create_default_context().wrap_socket(
                    sock, server_hostname=parts.hostname, do_handshake_on_connect=False
                )
                held[0] = secured
                secured.do_handshake()
            return self._heard(request, parts, port, held[0])
        finally:
            guard.cancel()
            held[0].close()

    def _heard(
        self, request: _Request, parts: SplitResult, port: int, sock: socket.socket
    ) -> Answer:
        connection = http.client.HTTPConnection(str(parts.hostname), port, timeout=self.seconds)
        connection.sock = sock  # connected and checked: it is not made again
        connection.auto_open = 0
        path = parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()
        named = {"Host": _host(parts), "Connection": "close", "Accept-Encoding": "identity"}
        own = {name.lower() for name in named}
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in own
        }
        connection.request(
            request.method, quote(path, safe=_KEPT), request.body or None, {**headers, **named}
        )
        response = connection.getresponse()
        body = response.read(self.most + 1)
        if len(body) > self.most:
            raise Unreachable(_("The answer is too large."))
        if response.length:  # it told of more than came
            raise Unreachable(_("The answer broke off."))
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, body, request.url)


def fit(url: str) -> SplitResult:
    """The parts of an address that may be asked at all. Refused for any other spelling."""
    if len(url) > LONGEST or _UNFIT.search(url):
        raise Refused(_("This is no web address: it is too long, or holds a space or backslash."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(
            _("This is no web address. Enter one such as https://example.com/x.")
        ) from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise Refused(_("Only addresses that begin with https:// or http:// are asked."))
    if "@" in parts.netloc:
        raise Refused(_("Leave name and password out of the address."))
    if not _is_plain(parts.hostname):
        raise Refused(_("Write the name of the machine, or its number as four parts with points."))
    return parts


def _is_plain(host: str) -> bool:
    """A name, or a number in its one usual spelling: no octal, hexadecimal or shortened one."""
    with suppress(ValueError):
        ip_address(host)
        return "%" not in host
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return False
    labels = host.removesuffix(".").split(".")
    return all(map(_LABEL.fullmatch, labels)) and not _NUMERIC.fullmatch(labels[-1])


def may_be_asked(spelt: str, allowed: Sequence[Network] = ()) -> bool:
    """Is this an address of the world outside, or one that the owner allowed?

    >>> may_be_asked("93.184.216.34"), may_be_asked("127.0.0.1"), may_be_asked("::ffff:10.0.0.1")
    (True, False, False)
    """
    address = ip_address(spelt.split("%")[0])
    # Mapped or translated (RFC 6052), it is the IPv4 address itself; all others are more than that.
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in _TRANSLATED):
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in network for network in allowed):
        return True
    return all(_is_outside(one) for one in (address, *_carried(address)))


def _is_outside(address: Address) -> bool:
    inside = (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
    )
    return not inside and not any(
        address in network for network in _NEVER if network.version == address.version
    )


def _carried(address: Address) -> list[IPv4Address]:
    """The IPv4 addresses inside an IPv6 one."""
    if not isinstance(address, IPv6Address):
        return []
    return [
        IPv4Address((int(address) >> bits) & 0xFFFFFFFF)
        for network, bits in _CARRIES.items()
        if address in network
    ]


def _redirected(request: _Request, where: str, *, becomes_get: bool) -> _Request:
    """The next request; what was meant for one machine alone is not told to another."""
    url = urljoin(request.url, where)
    before, after = urlsplit(request.url), fit(url)
    if before.scheme == "https" and after.scheme != "https":
        raise Refused(_("This address leads on to one that is not encrypted."))
    headers = request.headers
    if (before.hostname, before.port) != (after.hostname, after.port):
        headers = {}
    if becomes_get and request.method not in ("GET", "HEAD"):
        return _Request("GET", url, headers, b"")
    return _Request(request.method, url, headers, request.body)


def _host(parts: SplitResult) -> str:
    host = str(parts.hostname)
    host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return host if parts.port in (None, PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _end(held: list[socket.socket]) -> None:
    with suppress(OSError):
        held[0].shutdown(socket.SHUT_RDWR)
