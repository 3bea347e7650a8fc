"""What an answer that refuses something says, and where."""

import re
from html import unescape
from uuid import UUID

NOBODYS = str(UUID(int=7))  # the uid of no record


def text_of(answer):
    return unescape(answer.content.decode())


def said(answer):
    """The messages of an answer: beside a field, in a toast, or on a page of their own."""
    found = re.findall(r'class="(?:error|toast-text)"[^>]*>([^<]+)<', text_of(answer))
    return found + re.findall(r"<h[12]>[^<]+</h[12]>\s*<p>([^<]+)</p>", text_of(answer))


def errors(answer):
    """Which input has which message, as a screen reader puts them together."""
    html = text_of(answer)
    told = dict(re.findall(r'<p class="error" id="([^"]+)-error"[^>]*>([^<]+)</p>', html))
    named = dict(re.findall(r'<\w+ id="([^"]+)" name="([^"]+)"', html))
    return {named.get(id, id): message for id, message in told.items()}


def focused(answer):
    return re.findall(r'name="([^"]+)"[^>]* autofocus', text_of(answer))


def field(ola, name, query=""):
    return f"/contacts/{ola.uid}/field/{name}{query}"
