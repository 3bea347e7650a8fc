"""The canary: were something to phone home in these tests, it would be seen."""

import socket
import urllib.request

import pytest

from tests.outgoing import PhonedHome


def test_a_connection_to_another_machine_is_refused_and_seen():
    with pytest.raises(PhonedHome), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


def test_a_look_up_of_another_machine_is_seen():
    with pytest.raises(PhonedHome):
        urllib.request.urlopen("http://updates.example.com/")
