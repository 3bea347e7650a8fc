"""An import as the tests press it: a file brought, checked, imported."""

import re
from io import BytesIO

from kartotek.core.worker import Worker

PEOPLE = (
    "Name;First name;E-mail;Shoe size\n"
    "Ola Nordmann;Ola;ola@example.com;43\n"
    "Kari Nordmann;Kari;kari@example.com;38\n"
    "Per Hansen;Per;no address;41\n"
)


def bring(browser, text=PEOPLE, name="people.csv", **more):
    """The address of the import of this file."""
    file = BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = name
    return browser.post("/import", {"file": file, **more})["Location"]


def text_of(browser, address):
    return browser.get(address).content.decode()


def checked(browser, address, **chosen):
    """Press "See what would come of it", and let the worker do it."""
    kind = re.search(r'name="type" value="(\w*)"', text_of(browser, address))
    assert kind is not None
    assert browser.post(f"{address}/check", {"type": kind[1], **chosen}).status_code == 302
    Worker().run_due()
    return text_of(browser, address)


def imported(browser, address):
    assert browser.post(f"{address}/run").status_code == 302
    Worker().run_due()
    return text_of(browser, address)


def figures(text):
    found = re.findall(r'class="figure [^"]*"><dt>([^<]*)</dt><dd>([^<]*)</dd>', text)
    return {label: int(count) for label, count in found}
