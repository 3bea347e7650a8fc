"""The canary: were something to phone home in these tests, it would be seen."""

import ast
import socket
import urllib.request

import pytest

from tests.budgets.sources import modules, nodes
from tests.outgoing import PhonedHome


def test_a_connection_to_another_machine_is_refused_and_seen():
    with pytest.raises(PhonedHome), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


def test_a_look_up_of_another_machine_is_seen():
    with pytest.raises(PhonedHome):
        urllib.request.urlopen("http://updates.example.com/")


# Modules that open connections; whoever needs the world outside asks the guarded client.
CONNECTING = {
    "aiohttp", "asyncio", "ftplib", "http.client", "httpx", "imaplib", "ldap3", "nntplib",
    "paramiko", "poplib", "requests", "smtplib", "socket", "ssl", "telnetlib", "urllib.request",
    "urllib3", "websocket", "websockets", "xmlrpc.client", "django.core.mail",
}  # fmt: skip
MAY_CONNECT = {
    "integrations/guarded.py": {"http.client", "socket", "ssl"},  # the one way out
    "operations/house.py": {"socket"},  # this machine's own name and ports
    "operations/keeper.py": {"socket"},  # this machine's own ports
}


def connecting(text):
    """The modules that open connections, of those this source imports."""
    names = set()
    for node in nodes(text):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return {one for one in CONNECTING if any(f"{name}.".startswith(f"{one}.") for name in names)}


def test_no_module_but_the_guarded_client_reaches_out():
    found = {path: names for path, text in modules().items() if (names := connecting(text))}
    assert found == MAY_CONNECT


@pytest.mark.parametrize(
    "text",
    [
        "import socket",
        "import urllib.request as quiet",
        "from urllib import request",
        "from http import client",
        "def late():\n    from httpx import get",
        "from django.core import mail",
        "from urllib3.util import retry",
    ],
)
def test_a_module_that_reaches_out_is_caught(text):
    assert connecting(text)
    assert not connecting("from urllib.parse import urlsplit\nfrom http import HTTPStatus")
