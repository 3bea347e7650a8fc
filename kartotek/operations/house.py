"""The names and addresses under which this machine is reached in its own network."""

from __future__ import annotations

import ipaddress
import socket
import sys
from pathlib import Path

_SIOCGIFADDR = 0x8915


def addresses() -> list[str]:
    """The machine's addresses in the house, the likeliest first. Sends nothing."""
    found = _of_interfaces() if sys.platform == "linux" else _of_own_name()
    known = dict.fromkeys(address for address in found if address and _is_outside(address))
    return list(known)


def names() -> list[str]:
    """The names others may type for this machine."""
    name = socket.gethostname().lower()
    return [name, f"{name}.local"] if name and name != "localhost" else []


def _of_interfaces() -> list[str]:
    """Asked of Linux, card by card; first the cards that lead out of the house."""
    import fcntl
    import struct

    routes = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
    leading = [line.split()[0] for line in routes if line.split()[1] == "00000000"]
    names = dict.fromkeys([*leading, *(name for _index, name in socket.if_nameindex())])
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for name in names:
            try:
                answer = fcntl.ioctl(asking, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # a card without an address
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def _of_own_name() -> list[str]:
    """Elsewhere the system knows its own name's addresses without asking anybody."""
    try:
        entries = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in entries]


def _is_outside(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_unspecified)


def port_is_free(host: str, port: int) -> bool:
    """Could a server listen there now?"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
