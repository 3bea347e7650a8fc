"""A sample, by seed, of the storm that `bin/faults` runs twenty times on each database."""

import os
import socket
import threading
from types import SimpleNamespace

import pytest

from tests.faults.storm import Storm, _client, strike


def test_an_answer_that_breaks_off_acknowledges_nothing():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        house = SimpleNamespace(address=f"http://127.0.0.1:{port}", port=port)
        storm = Storm()
        answering = threading.Thread(target=_break_off, args=(server,))
        answering.start()
        _client(house, "session", storm, 1, threading.Event())
        answering.join(5)
    assert (storm.acknowledged, storm.refused) == ({}, [])


def _break_off(server):
    with server.accept()[0] as asked:
        asked.recv(65_536)
        asked.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{")


@pytest.mark.fault
def test_a_kill_among_200_concurrent_writes_loses_nothing_acknowledged(tmp_path):
    told = strike(tmp_path, os.environ.get("KARTOTEK_TEST_DATABASE_URL", ""), seed=11)
    assert told["refused"] == []
    assert told["acknowledged"] > 50
    assert told["wrong"] == []
