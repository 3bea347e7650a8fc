"""A client that costs next to nothing: one kept connection, bytes out, bytes in."""

from __future__ import annotations

import socket

ROOM = 1 << 18  # bytes read at once


class Refused(Exception):
    """The server answered with another status than the measurement expects."""


class Client:
    """One connection to a server on this machine; `headers` go along with every request."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._port = port
        self._lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self._socket = self._connected()

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def get(self, path: str, headers: str = "") -> bytes:
        """The body of the answer; Refused unless it is a 200."""
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: str = "", status: int = 200
    ) -> bytes:
        """One request; `headers` are whole lines that end with CRLF."""
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{self._lines}{headers}{length}\r\n"
        self._socket.sendall(head.encode() + body)
        told, answer = self._answer()
        if told != status:
            raise Refused(f"{method} {path}: {told} {answer[:300]!r}")
        return answer

    def _answer(self) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _end, body = got.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        known = dict(line.lower().split(": ", 1) for line in lines[1:])
        wanted = int(known.get("content-length", "0"))
        parts, size = [body], len(body)
        while size < wanted:
            parts.append(self._more())
            size += len(parts[-1])
        return int(lines[0].split()[1]), b"".join(parts)

    def _more(self) -> bytes:
        got = self._socket.recv(ROOM)
        if not got:
            raise ConnectionError("The server closed the connection.")
        return got

    def close(self) -> None:
        self._socket.close()
