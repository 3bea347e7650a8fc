"""The guarded client, part by part: which addresses, which next one, which letters go out."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kartotek.integrations import guarded
from kartotek.integrations.guarded import Client, Refused, Unreachable, fit, may_be_asked

HERE = ip_network("127.0.0.1/32")
DAY = timedelta(days=1)


def asked(method="GET", url="https://example.com/a", headers=None, body=b""):
    return guarded._Request(method, url, headers or {}, body)


def test_the_bounds_of_a_question():
    client = Client(purpose="test")
    assert (client.seconds, client.most, client.redirects) == (10.0, 1_048_576, 3)
    assert (client.allowed, guarded.LONGEST) == ((), 2_000)
    assert client.resolve is guarded.lookup


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/", "http://example.com", "HTTPS://EXAMPLE.com:8443/x?y=z#part",
        "https://a_b-c.example./", "https://93.184.216.34/", "https://[2606:4700::1111]/",
        "https://blåbær.example/", f"https://{'a' * 63}.example/", "https://1.2.3.example/",
        "https://example.com/" + "x" * 1_980,
    ],
)  # fmt: skip
def test_an_address_in_its_usual_spelling_is_fit(url):
    assert fit(url).hostname


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.com/" + "x" * 1_981, "too long"),
        ("https://example.com/a b", "space"), ("https://example.com/\x7f", "space"),
        ("https://example.com/\x00", "space"), ("https://example.com\\x", "backslash"),
        ("https://[::1", "no web address. Enter"), ("https://example.com:99999/", "Enter"),
        ("https://example.com:x/", "Enter"), ("ftp://example.com/", "begin with https"),
        ("https:///x", "begin with"), ("https://example.com:0/", "begin with"),
        ("https://me@example.com/", "name and password"), ("https://@example.com/", "password"),
        ("https://1.2.3/", "four parts"), ("https://example.0x7f/", "four parts"),
        ("https://0X7F000001/", "four parts"), ("https://01.2.3.4/", "four parts"),
        (f"https://{'a' * 64}.example/", "four parts"), ("https://a..example/", "four parts"),
        ("https://a!b.example/", "four parts"), ("https://[fe80::1%25lo]/", "four parts"),
        (f"https://{'å' * 70}.example/", "four parts"), ("https://example.1/", "four parts"),
    ],
)  # fmt: skip
def test_any_other_spelling_is_refused_with_what_to_write(url, why):
    with pytest.raises(Refused, match=why):
        fit(url)


@pytest.mark.parametrize(
    "inside",
    [
        "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1",
        "192.88.99.1", "192.168.0.1", "224.0.0.1", "233.252.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%lo", "fc00::1", "fec0::1", "ff02::1", "ff0e::1",
        "2001::1", "5f00::1", "64:ff9b:1::808:808", "4000::1", "8000::1",
        "2002:a00:1::", "64:ff9b::a00:1", "::ffff:10.0.0.1", "::10.0.0.1", "::ffff:0:10.0.0.1",
    ],
)  # fmt: skip
def test_no_address_inside_is_asked(inside):
    assert not may_be_asked(inside)


@pytest.mark.parametrize("outside", ["1.1.1.1", "192.88.98.1", "2606:4700::1111", "2a00::1"])
def test_addresses_outside_are_asked(outside):
    assert may_be_asked(outside)


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("::ffff:10.0.0.1", ["10.0.0.1"]), ("::10.0.0.1", ["10.0.0.1"]),
        ("::ffff:0:10.0.0.1", ["10.0.0.1"]), ("64:ff9b:1::a00:1", ["10.0.0.1"]),
        ("2002:a00:1::5", ["10.0.0.1"]), ("2606:4700::a00:1", []), ("10.0.0.1", []),
    ],
)  # fmt: skip
def test_the_address_inside_another_is_found(address, carried):
    assert guarded._carried(ip_address(address)) == [IPv4Address(one) for one in carried]


def test_what_the_owner_allows_holds_however_it_is_spelt_and_for_it_alone():
    net = [ip_network("10.0.0.0/24"), ip_network("fd00::/64")]
    for one in ("10.0.0.7", "::ffff:10.0.0.7", "64:ff9b::a00:7", "fd00::5%eth0"):
        assert may_be_asked(one, net)
    for one in ("10.0.1.7", "fd00:1::5", "2002:a00:7::"):
        assert not may_be_asked(one, net)


def test_a_name_has_each_of_its_addresses_once(monkeypatch):
    wanted = []

    def told(host, port, type):
        wanted.append((host, port, type))
        return [(0, 0, 0, "", (one, port)) for one in ("1.1.1.1", "2606::1", "1.1.1.1")]

    monkeypatch.setattr(guarded.socket, "getaddrinfo", told)
    assert guarded.lookup("example.com", 443) == ["1.1.1.1", "2606::1"]
    assert wanted == [("example.com", 443, socket.SOCK_STREAM)]


@pytest.mark.parametrize("error", [OSError("none"), UnicodeError("label too long")])
def test_a_name_without_an_address_is_told(error, monkeypatch):
    def told(*_given, **_more):
        raise error

    monkeypatch.setattr(guarded.socket, "getaddrinfo", told)
    with pytest.raises(Unreachable, match="no machine called “example"):
        guarded.lookup("example.com", 443)


@pytest.mark.parametrize(
    ("method", "becomes_get", "then", "body"),
    [
        ("POST", True, "GET", b""), ("PUT", True, "GET", b""), ("POST", False, "POST", b"x"),
        ("GET", True, "GET", b"x"), ("HEAD", True, "HEAD", b"x"),
    ],
)  # fmt: skip
def test_what_is_asked_next_is_as_the_answer_said(method, becomes_get, then, body):
    first = asked(method, headers={"X-Key": "k"}, body=b"x")
    after = guarded._redirected(first, "b?c", becomes_get=becomes_get)
    assert (after.method, after.url) == (then, "https://example.com/b?c")
    assert (after.body, after.headers) == (body, {"X-Key": "k"})


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("https://example.com/b", True), ("//EXAMPLE.com/b", True),
        ("https://example.com:8443/b", False), ("https://other.example/b", False),
    ],
)  # fmt: skip
def test_what_was_meant_for_one_machine_is_told_to_no_other(where, kept):
    after = guarded._redirected(asked(headers={"X-Key": "k"}), where, becomes_get=False)
    assert after.headers == ({"X-Key": "k"} if kept else {})


def test_plain_leads_on_to_encrypted_and_to_plain_but_never_back():
    plain = asked(url="http://example.com/a")
    assert guarded._redirected(plain, "https://example.com/b", becomes_get=True).url
    assert guarded._redirected(plain, "http://example.com/b", becomes_get=True).url
    with pytest.raises(Refused, match="not encrypted"):
        guarded._redirected(asked(), "http://example.com/b", becomes_get=True)


def test_which_answers_lead_on_and_which_of_them_become_a_get():
    leads = {301: True, 302: True, 303: True, 307: False, 308: False}
    assert leads == guarded._REDIRECTING


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://example.com/", "example.com"), ("https://example.com:443/", "example.com"),
        ("http://example.com:80/", "example.com"), ("http://example.com:443/", "example.com:443"),
        ("https://example.com:80/", "example.com:80"), ("https://[2606::1]:81/", "[2606::1]:81"),
        ("https://blåbær.example/", "xn--blbr-roah.example"),
    ],
)  # fmt: skip
def test_the_machine_is_named_as_it_expects(url, named):
    assert guarded._host(fit(url)) == named


def heard(url, answer, request=None, **options):
    """What the client sends over a connection that is there, and what it makes of an answer."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        client = Client(purpose="test", **options)
        told = client._heard(request or asked(url=url), fit(url), 1, ours)
        ours.close()
        sent = b"".join(iter(lambda: theirs.recv(65_536), b""))
    return told, sent.decode()


OK = b"HTTP/1.1 200 OK\r\nX-Told: Yes\r\nContent-Length: 4\r\n\r\nbody"


def test_an_answer_has_its_status_its_headers_and_where_it_came_from():
    told, _sent = heard("http://example.com/a", OK)
    assert (told.status, told.body, told.url) == (200, b"body", "http://example.com/a")
    assert told.headers == {"x-told": "Yes", "content-length": "4"}


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("http://example.com", "GET / HTTP/1.1"),
        ("http://example.com?q=1", "GET /?q=1 HTTP/1.1"),
        ("http://example.com/å/%20;v=1?q=ø#part", "GET /%C3%A5/%20;v=1?q=%C3%B8 HTTP/1.1"),
        ("http://example.com/a'<b>\"", "GET /a'%3Cb%3E%22 HTTP/1.1"),
    ],
)
def test_a_path_goes_out_in_plain_letters(url, line):
    assert heard(url, OK)[1].splitlines()[0] == line


def test_the_client_says_itself_which_machine_it_asks_and_how():
    url, own = "http://example.com:81/", {"HOST": "x", "accept-encoding": "gzip", "X-Key": "k"}
    lines = heard(url, OK, asked("POST", url, own, b"body"))[1].splitlines()
    assert lines[0] == "POST / HTTP/1.1"
    assert sorted(lines[1:6]) == [
        "Accept-Encoding: identity", "Connection: close", "Content-Length: 4",
        "Host: example.com:81", "X-Key: k",
    ]  # fmt: skip
    assert lines[6:] == ["", "body"]


def test_an_answer_of_just_the_most_is_whole_and_one_byte_more_is_too_large():
    assert heard("http://example.com/", OK, most=4)[0].body == b"body"
    with pytest.raises(Unreachable, match="too large"):
        heard("http://example.com/", OK, most=3)


def test_a_connection_that_ended_is_not_made_again():
    with pytest.raises(OSError, match="without response"):
        heard("http://example.com/", b"")


@pytest.fixture
def secured(tmp_path, monkeypatch):
    """An encrypted machine called here.example, whose certificate this house trusts; its port."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.DNSName("here.example")
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - DAY, now + DAY)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "here.pem"
    kind = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(kind, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(kind)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answer, args=(server, listening), daemon=True).start()
        yield listening.getsockname()[1]


def _answer(server, listening):
    with suppress(OSError), server.wrap_socket(listening.accept()[0], server_side=True) as one:
        one.recv(65_536)
        one.sendall(OK)


@pytest.mark.django_db
def test_an_encrypted_machine_is_asked_by_its_name(secured):
    client = Client(purpose="test", allowed=[HERE], resolve=lambda _host, _port: ["127.0.0.1"])
    assert client.ask("GET", f"https://here.example:{secured}/").body == b"body"


@pytest.mark.django_db
def test_one_with_the_certificate_of_another_is_not(secured):
    client = Client(purpose="test", allowed=[HERE], resolve=lambda _host, _port: ["127.0.0.1"])
    with pytest.raises(Unreachable, match="certificate"):
        client.ask("GET", f"https://other.example:{secured}/")


@pytest.mark.django_db
def test_one_that_drips_while_keys_are_exchanged_is_over_in_time():
    """Each byte comes before the time for one is over, and the last of them never does."""
    ended = threading.Event()

    def drip(listening):
        with listening.accept()[0] as one:
            one.sendall(b"\x16\x03\x03\x40\x00")  # the head of a very long message
            while not ended.wait(0.05):
                one.send(b"\x02")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_until_broken, args=(drip, listening), daemon=True).start()
        client = Client(purpose="test", allowed=[HERE], seconds=0.3,
                        resolve=lambda _host, _port: ["127.0.0.1"])  # fmt: skip
        begun = time.monotonic()
        last = threading.Timer(6, ended.set)
        last.start()
        with pytest.raises(Unreachable):
            client.ask("GET", f"https://here.example:{listening.getsockname()[1]}/")
        assert time.monotonic() - begun < 5
        last.cancel()
        ended.set()


def _until_broken(act, listening):
    with suppress(OSError):
        act(listening)
