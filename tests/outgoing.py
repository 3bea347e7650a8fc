"""No test reaches another machine: an attempt is refused where it is made, and so seen."""

import ipaddress
import sys
from typing import Any


class PhonedHome(BaseException):
    """Something tried to reach another machine. Not an Exception, so nothing can swallow it."""


def _is_here(host: Any) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        if not _is_here(arguments[1][0]):
            raise PhonedHome(f"connect to {arguments[1]}")
    elif event == "socket.getaddrinfo" and not _is_here(arguments[0]):
        raise PhonedHome(f"look up {arguments[0]}")


def forbid() -> None:
    """From now on, in this process."""
    sys.addaudithook(_watch)
