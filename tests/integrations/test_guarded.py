"""The guarded client: some sixty spellings of this machine, and not one request to it."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from kartotek.core.leaving import places
from kartotek.integrations import guarded
from kartotek.integrations.guarded import Client, Refused, Unreachable, may_be_asked

pytestmark = pytest.mark.django_db
OUTSIDE = "93.184.216.34"
HERE = ip_network("127.0.0.1/32")


class Canary(ThreadingHTTPServer):
    """A server of this machine that counts who asks it, and answers as it was told to."""

    daemon_threads = True

    def __init__(self, host="127.0.0.1"):
        self.hits: list[tuple[str, str, dict[str, str]]] = []
        self.says = lambda handler: handler.plain(b"canary")
        super().__init__((host, 0), Heard)

    @property
    def port(self):
        return self.server_address[1]


class Heard(BaseHTTPRequestHandler):
    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        told = {name.lower(): value for name, value in self.headers.items()}
        self.server.hits.append((self.command, self.path, told))
        self.server.says(self)

    do_POST = do_GET

    def plain(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@contextmanager
def serving(host="127.0.0.1"):
    server = Canary(host)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def canary():
    with serving() as server:
        yield server


def resolving(host, _port):
    """As the system would: names of this machine, numbers in every spelling libc knows."""
    known = {
        "localhost": ["127.0.0.1"], "localtest.example": ["127.0.0.1"], "six.example": ["::1"],
        "both.example": [OUTSIDE, "127.0.0.1"], "private.example": ["192.168.1.1"],
        "metadata.example": ["169.254.169.254"], "scoped.example": ["fe80::1%1"],
        "mapped.example": ["::ffff:127.0.0.1"], "nat.example": ["64:ff9b::7f00:1"],
        "localhost.": ["127.0.0.1"], "ip6-localhost": ["::1"], "xn--lcalhost-n1a.example": ["::1"],
    }  # fmt: skip
    if host in known:
        return known[host]
    host = host.encode("idna").decode()
    try:
        return known.get(host) or [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return [host] if ":" in host else [OUTSIDE]


SPELLINGS = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/", "http://127.1:{port}/", "http://127.0.1:{port}/",
    "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/", "http://017700000001:{port}/", "http://0x7f.1:{port}/",
    "http://127.0.0.1.:{port}/", "http://127.000.000.001:{port}/", "http://0:{port}/",
    "http://0.0.0.0:{port}/", "http://127.255.255.254:{port}/", "http://127.0.0.2:{port}/",
    "http://[::1]:{port}/", "http://[::]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/", "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/", "http://[2002:7f00:0001::1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/", "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/", "http://[fc00::1]:{port}/", "http://[fd12:3456::1]:{port}/",
    "http://[fec0::1]:{port}/", "http://[2001:0:7f00:1::]:{port}/", "http://[ff02::1]:{port}/",
    "http://10.0.0.1:{port}/", "http://172.16.0.1:{port}/", "http://192.168.0.1:{port}/",
    "http://100.64.0.1:{port}/", "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.1:{port}/", "http://198.18.0.1:{port}/", "http://224.0.0.1:{port}/",
    "http://240.0.0.1:{port}/", "http://255.255.255.255:{port}/", "http://192.88.99.1:{port}/",
    "http://localtest.example:{port}/", "http://six.example:{port}/",
    "http://both.example:{port}/", "http://private.example:{port}/",
    "http://metadata.example:{port}/", "http://mapped.example:{port}/",
    "http://nat.example:{port}/", "http://scoped.example:{port}/",
    "http://example.com@127.0.0.1:{port}/", "http://127.0.0.1:{port}@example.com/",
 "http://example.com\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.com/", "http://127.0.0.1%00:{port}/",
    "http://①②⑦.0.0.1:{port}/", "http://127。0。0。1:{port}/", "http://ⓛocalhost:{port}/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/", "data:text/plain,x", "jar:http://127.0.0.1:{port}/!x",
    "//127.0.0.1:{port}/", "http:127.0.0.1:{port}/", "http:///127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/", "http://127.0.0.1:{port}/ HTTP/1.1\r\nX: y",
    "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://[::1/", "",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_this_house_is_asked(spelling, canary, monkeypatch):
    connected = []
    monkeypatch.setattr(
        guarded.socket, "create_connection",
        lambda to, **_more: connected.append(to) or pytest.fail(f"connected to {to}"),
    )  # fmt: skip
    client = Client(purpose="test", resolve=resolving, seconds=1)
    with pytest.raises(Refused):
        client.ask("GET", spelling.replace("{port}", str(canary.port)))
    assert (connected, canary.hits) == ([], [])


def test_there_are_sixty_of_them():
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_the_world_outside_may_be_asked(address):
    assert may_be_asked(address)


def test_what_the_owner_allows_is_asked_and_its_neighbour_is_not(canary):
    client = Client(purpose="test", allowed=[HERE], resolve=resolving)
    answer = client.ask("POST", f"http://127.0.0.1:{canary.port}/x?a=b c".replace(" ", "%20"),
                        body=b"{}", headers={"X-Key": "k", "host": "elsewhere"})  # fmt: skip
    assert (answer.status, answer.body) == (200, b"canary")
    ((method, path, headers),) = canary.hits
    assert (method, path, headers["x-key"]) == ("POST", "/x?a=b%20c", "k")
    assert headers["host"] == f"127.0.0.1:{canary.port}"
    assert may_be_asked("::ffff:127.0.0.1", [HERE]) and not may_be_asked("127.0.0.2", [HERE])
    assert not may_be_asked("2002:7f00:1::", [HERE]) and not may_be_asked("::1", [HERE])


def test_a_name_is_looked_up_once_and_that_address_is_asked(monkeypatch):
    """Rebinding: the second look would tell of another machine, so there is none."""
    answers, connected = [[OUTSIDE], ["127.0.0.1"], ["127.0.0.1"]], []

    def connect(to, **_more):
        connected.append(to)
        raise OSError("no network here")

    monkeypatch.setattr(guarded.socket, "create_connection", connect)
    client = Client(purpose="test", resolve=lambda _host, _port: answers.pop(0))
    with pytest.raises(Unreachable, match="no network here"):
        client.ask("GET", "https://rebind.example/x")
    assert connected == [((OUTSIDE), 443)] and len(answers) == 2


def test_a_connection_that_leads_elsewhere_is_given_up(canary, monkeypatch):
    real, made = socket.create_connection, []
    monkeypatch.setattr(
        guarded.socket, "create_connection",
        lambda _to, **more: made.append(real(("127.0.0.1", canary.port), **more)) or made[0],
    )  # fmt: skip
    with pytest.raises(Refused, match="somewhere else"):
        Client(purpose="test", resolve=lambda _host, _port: [OUTSIDE]).ask(
            "GET", "http://example.com/"
        )
    assert (canary.hits, made[0].fileno()) == ([], -1)


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.2:{port}/", "http://localhost.:1/", "//127.0.0.2/", "file:///etc/passwd",
        "http://[::1]:{port}/", "gopher://127.0.0.1/", "http://2130706434:{port}/",
        "http://user:pass@127.0.0.1:{port}/",
    ],
)  # fmt: skip
def test_each_redirect_is_checked_anew(where, canary):
    with serving("127.0.0.2") as inner:
        target = where.replace("{port}", str(inner.port))
        canary.says = lambda handler: handler.plain(b"", 302, Location=target)
        client = Client(purpose="test", allowed=[HERE], resolve=lambda host, port: [
            "127.0.0.3" if host == "localhost." else resolving(host, port)[0]])  # fmt: skip
        with pytest.raises(Refused):
            client.ask("GET", f"http://127.0.0.1:{canary.port}/")
        assert (len(canary.hits), inner.hits) == (1, [])


def test_a_redirect_to_another_machine_tells_it_no_secret_and_a_post_becomes_a_get(canary):
    with serving() as other:
        there = f"http://127.0.0.1:{other.port}/next"
        canary.says = lambda handler: handler.plain(b"", 303, Location=there)
        client = Client(purpose="test", allowed=[HERE], resolve=resolving)
        asked = client.ask("POST", f"http://127.0.0.1:{canary.port}/", body=b"x",
                           headers={"Authorization": "Bearer secret"})  # fmt: skip
        assert (asked.url, asked.body) == (there, b"canary")
        ((method, path, headers),) = other.hits
        assert (method, path) == ("GET", "/next") and "authorization" not in headers
    canary.hits.clear()
    canary.says = lambda handler: handler.plain(b"", 307, Location="/again")
    with pytest.raises(Refused, match="on and on"):
        client.ask("POST", f"http://127.0.0.1:{canary.port}/", body=b"x")
    assert [hit[0] for hit in canary.hits] == ["POST"] * 4


def test_encrypted_does_not_lead_on_to_plain():
    request = guarded._Request("GET", "https://example.com/", {}, b"")
    with pytest.raises(Refused, match="not encrypted"):
        guarded._redirected(request, "http://example.com/", becomes_get=True)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (lambda handler: handler.plain(b"x" * 2_000), "too large"),
        (lambda handler: handler.plain(b"x", **{"Content-Length": "50"}), "broke off"),
        (lambda handler: handler.wfile.write(b"HTTP/9.9 what\r\n\r\n"), "no whole answer"),
        (
            lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 99_999),
            "no whole",
        ),
    ],
)
def test_an_answer_that_is_none_is_told(says, told, canary):
    def end(handler):
        says(handler)
        handler.close_connection = True

    canary.says = end
    with pytest.raises(Unreachable, match=told):
        Client(purpose="test", allowed=[HERE], resolve=resolving, most=1_000).ask(
            "GET", f"http://127.0.0.1:{canary.port}/"
        )


def test_one_that_drips_is_over_in_time(canary):
    def drip(handler):
        for _time in range(200):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.05)

    canary.says = drip
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        Client(purpose="test", allowed=[HERE], resolve=resolving, seconds=0.4).ask(
            "GET", f"http://127.0.0.1:{canary.port}/"
        )
    assert time.monotonic() - begun < 3


def test_one_that_leads_on_without_saying_where_is_the_answer(canary):
    canary.says = lambda handler: handler.plain(b"lost", 302)
    client = Client(purpose="test", allowed=[HERE], resolve=resolving)
    answer = client.ask("GET", f"http://127.0.0.1:{canary.port}/")
    assert (answer.status, answer.body, len(canary.hits)) == (302, b"lost", 1)


def waiting():
    """The guards of time that still wait."""
    timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    return [one for one in timers if not one.finished.is_set()]


def test_nothing_is_left_of_a_question_and_its_guard_keeps_no_process_alive(canary, monkeypatch):
    real, made, guards = socket.create_connection, [], []
    monkeypatch.setattr(
        guarded.socket, "create_connection",
        lambda *given, **more: made.append((real(*given, **more), more)) or made[-1][0],
    )  # fmt: skip
    canary.says = lambda handler: (guards.extend(waiting()), handler.plain(b"x"))
    client = Client(purpose="test", allowed=[HERE], resolve=resolving, seconds=30)
    client.ask("GET", f"http://127.0.0.1:{canary.port}/")
    assert [(one.daemon, one.interval) for one in guards] == [(True, 30)]
    assert [(one.fileno(), more) for one, more in made] == [(-1, {"timeout": 30})]
    assert waiting() == []


def test_a_name_that_nobody_has_is_told():
    with pytest.raises(Unreachable, match="no machine called"):
        Client(purpose="test", resolve=lambda _host, _port: []).ask(
            "GET", "https://nobody.example/"
        )


def counted():
    return [(one.host, one.port, one.purpose, one.times, one.refused) for one in places()]


def test_each_request_is_counted_and_its_path_is_not_kept(canary):
    client = Client(purpose="test", allowed=[HERE], resolve=resolving)
    there = f"http://localhost:{canary.port}"
    canary.says = lambda handler: handler.plain(b"", 302, Location=f"{there}/b")
    with pytest.raises(Refused):
        client.ask("GET", f"{there}/secret?key=secret")
    assert counted() == [("localhost", canary.port, "test", 4, 0)]
    assert "secret" not in repr(places())


def test_what_is_refused_is_counted_apart_and_was_never_used():
    with pytest.raises(Refused):
        Client(purpose="test", resolve=resolving).ask("GET", "https://private.example/x")
    assert counted() == [("private.example", 443, "test", 0, 1)]
    assert places()[0].last_used is None


def test_a_client_without_a_purpose_is_none():
    for given in ((), ("test",)):  # it is said by its name
        with pytest.raises(TypeError, match="purpose"):
            Client(*given)


def test_a_question_without_a_body_sends_none(canary):
    client = Client(purpose="test", allowed=[HERE], resolve=resolving)
    client.ask("POST", f"http://127.0.0.1:{canary.port}/")
    ((_method, _path, headers),) = canary.hits
    assert headers.get("content-length") == "0"
