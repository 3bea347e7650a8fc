"""Bad input on the pages: a message where one looks, what was typed kept, nothing touched."""

import re
from dataclasses import replace
from html import unescape

import pytest

from kartotek.core.find import find_one
from kartotek.core.write import write
from kartotek.people import roles
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.interfaces.web.refused import NOBODYS, errors, field, focused, said, text_of
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ann, ola):
    client = signed_in(ann)
    client.get("/keys")  # who was here when is noted once
    return client


LISTS = [
    ("sort=nosuch", "Contacts have no field “nosuch”."),
    ("sort=name;drop table crm_contact", "Contacts have no field “name;drop table crm_contact”."),
    ("sort=-", "Contacts have no field “”."),
    ("sort=--name", "Contacts have no field “-name”."),
    ("sort=tags", "“Tags” cannot be sorted by."),
    ("f=nosuch:is:1", "Contacts have no field “nosuch”."),
    ("f=name", "The filter “name” is cut off."),
    ("f=name:near:x", "“Name” cannot be filtered with “near”."),
    ("f=birthday:is:soon", "“soon” is no date."),
    ("f=company:is:x", "“x” is no record."),
    ("f=name:is:" + "x" * 300, "This is 300 letters long; at most 200 fit."),
    ("nosuch=1", "Contacts have no field “nosuch”."),
    ("lifecycle=nosuch", "“nosuch” is not one of the choices"),
    ("owner=x", "“x” is no record."),
    ("cols=nosuch", "Contacts have no field “nosuch”."),
    ("cols=jobs.role", "Contacts have no field “jobs.role”."),
    ("cols=company.nosuch", "Contacts have no field “company.nosuch”."),
    ("after=tampered", "Start again from the first page."),
    ("\x00=1", "Contacts have no field"),
]


@pytest.mark.parametrize(("query", "says"), LISTS)
def test_a_list_that_is_not_understood_says_why_and_leads_back(query, says, browser):
    before = everything()
    page = browser.get(f"/contacts?{query}")
    html = text_of(page)
    assert page.status_code == 422
    assert any(says in one for one in said(page))
    way_back = r'role="alert">.*<a class="btn go" href="/contacts">Show all contacts'
    assert re.search(way_back, html, re.DOTALL)
    assert "<h1>Contacts</h1>" in html and 'id="filter"' in html and 'name="q"' in html
    assert "data-uid" not in html  # nobody takes the whole list for what was asked
    assert everything() == before


@pytest.mark.parametrize(("query", "says"), LISTS)
def test_the_list_that_stands_there_stays_and_a_toast_says_why(query, says, browser):
    piece = browser.get(f"/contacts?{query}", **PIECE)
    assert (piece.status_code, piece["HX-Retarget"]) == (422, "#toasts")
    assert says in said(piece)[0]


@pytest.mark.parametrize("size", ["²", "9" * 5_000, "-1", "x"])
def test_a_size_that_is_none_gives_the_usual_page(size, browser):
    assert browser.get("/contacts", {"size": size}).status_code == 200


def test_a_hidden_field_is_refused_like_a_misspelt_one(monkeypatch, world, browser):
    hidden = {"contacts": frozenset({"birthday"})}
    rights = roles.Rights(verbs=roles.rights_of("sales").verbs, hidden=hidden)
    monkeypatch.setitem(
        roles._DELIVERED, "sales", replace(roles._DELIVERED["sales"], rights=rights)
    )
    blind = signed_in(world.bob)
    for query in ("sort={}", "cols={}", "f={}:empty", "{}=1980-02-29"):
        pages = [blind.get(f"/contacts?{query.format(name)}") for name in ("birthday", "nosuchxx")]
        assert [page.status_code for page in pages] == [422, 422]
        told = [" ".join(said(page)) for page in pages]
        assert told[0] == told[1].replace("nosuchxx", "birthday")


ADDRESSES = [
    ("/nosuch", 404, "There is nothing called “nosuch” here."),
    ("/contacts/12", 404, "There is no page at this address."),
    ("/a/b/c/d", 404, "There is no page at this address."),
    (f"/contacts/{NOBODYS}", 404, "There is no such contact, or it is not open to you."),
    ("/contacts/{fjord}", 404, "There is no such contact, or it is not open to you."),
    ("/contacts/{ola}/field/nosuch", 422, "Contacts have no field “nosuch”."),
    ("/contacts/{ola}/history?before=x", 422, "This link to older entries is damaged."),
    ("/contacts/{ola}/timeline?before=x", 422, "This link to older entries is damaged."),
    ("/trash?type=nosuch", 404, "There is nothing called “nosuch” here."),
    ("/trash?type=contacts&after=x", 422, "Start again from the first page."),
    ("/contacts/new?company=x", 404, "There is no such company"),
    ("/nosuch/new", 404, "There is nothing called “nosuch” here."),
]


@pytest.mark.parametrize("piece", [{}, PIECE], ids=["page", "piece"])
@pytest.mark.parametrize(("path", "status", "says"), ADDRESSES)
def test_an_address_that_leads_nowhere_says_so(path, status, says, piece, browser, ola, fjord):
    answer = browser.get(path.format(ola=ola.uid, fjord=fjord), **piece)
    assert answer.status_code == status
    assert any(says in one for one in said(answer))
    if not piece:
        assert 'href="/"' in text_of(answer)


EDITS = [
    ("name", {"name": ""}, "Fill this in"),
    ("name", {"name": "x" * 1_000_000}, "1000000 letters long; at most 200 fit"),
    ("birthday", {"birthday": "soon"}, "“soon” is no date. Write it like"),
    ("lifecycle", {"lifecycle": "nosuch"}, "is not one of the choices"),
    ("last_contacted", {"last_contacted": "0001-01-01T00:00"}, "is no time"),
    ("tags", {"tags": ",".join(map(str, range(60)))}, "At most 50"),
    ("phones", {"phones": "9" * 300}, "300 letters long; at most 200 fit"),
    ("emails", {"emails": "nobody"}, "“nobody” is no e-mail address"),
    ("company", {"company.text": "Nowhere", "company": ""}, "There is no “Nowhere”. Choose one"),
    ("company", {"company.text": "x", "company": "junk"}, "“junk” is no record"),
    ("company", {"company.text": "x", "company": NOBODYS}, "not there, or not open to you"),
    ("name", {"name": "x", "version": "99"}, "There is no such version"),
    ("name", {"name": "x", "key": "k\x00"}, "at most 120 printable letters"),
]


@pytest.mark.parametrize("where", ["", "?in=list"])
@pytest.mark.parametrize(("name", "form", "says"), EDITS)
def test_an_edit_that_does_not_parse_keeps_what_was_typed(name, form, says, where, browser, ola):
    before = everything()
    answer = browser.post(field(ola, name, where), {"version": "1", **form}, **PIECE)
    assert everything() == before
    assert answer.status_code == 422
    ((inside, message),) = errors(answer).items()
    assert inside.startswith(name) and says in message
    assert focused(answer)[:1] == [inside]
    typed = form.get(f"{name}.text", form.get(name))
    assert f'value="{typed}"' in text_of(answer) or name == "lifecycle"
    assert f'name="version" value="{form.get("version", 1)}"' in text_of(answer)


DAMAGED = [
    ("name", {"name": "x", "version": "²"}, "This form is damaged. Reload the page"),
    ("name", {"name": "x", "version": "junk"}, "This form is damaged. Reload the page"),
    ("name", {"name": "x", "version": "9" * 5_000}, "This form is damaged. Reload the page"),
    ("name", {"name": "x", "version": "-1"}, "This form is damaged. Reload the page"),
    ("jobs", {"jobs": "junk"}, "These lines are damaged. Reload the page"),
    ("jobs", {"jobs": "[5]"}, "Line 1: Expected the fields of a line"),
    ("jobs", {"jobs": '{"x": 1}'}, "Line 1: Expected the fields of a line"),
    ("jobs", {"jobs": '"x"'}, "Expected a list of lines"),
    ("jobs", {"jobs.rows": "1", "jobs.row": "x", "jobs.x.role": "y"}, "“x” is no uid"),
    ("phones", {"phones": "[{]"}, "Send it whole"),
    ("created_at", {"created_at": "2026-01-01"}, "cannot be typed in"),
    ("nosuch", {"nosuch": "x"}, "Contacts have no field “nosuch”"),
]


@pytest.mark.parametrize(("name", "form", "says"), DAMAGED)
def test_a_form_that_no_page_of_ours_sends_is_refused(name, form, says, browser, ola):
    before = everything()
    answer = browser.post(field(ola, name), form, **PIECE)
    assert everything() == before
    assert answer.status_code == 422
    assert any(says in one for one in said(answer))


def test_the_line_that_does_not_parse_has_the_message_and_the_cursor(browser, ola):
    form = {"emails.rows": "1", "emails.row": ["+0", "+1"], "emails.+0.address": "ola@example.com",
            "emails.+1.address": "ola@", "version": "1"}  # fmt: skip
    answer = browser.post(field(ola, "emails"), form, **PIECE)
    assert errors(answer) == {"emails.+1.address": "“ola@” is no e-mail address. "
                              "Write it like ola@example.com."}  # fmt: skip
    assert focused(answer) == ["emails.+1.address"]
    assert 'value="ola@example.com"' in text_of(answer)


def test_the_part_of_a_line_that_does_not_parse_has_the_message(browser, ola):
    own = str(ola["jobs"][0]["uid"])
    form = {"jobs.rows": "1", "jobs.row": [own, "+1"], f"jobs.{own}.role": "Buyer",
            "jobs.+1.role": "Chair", "jobs.+1.until": "soon", "version": "1"}  # fmt: skip
    answer = browser.post(field(ola, "jobs"), form, **PIECE)
    assert list(errors(answer)) == ["jobs.+1.until"]
    assert focused(answer) == ["jobs.+1.until"]
    assert 'value="Chair"' in text_of(answer)


def test_a_company_of_a_line_that_is_not_there_has_the_message(browser, ola):
    form = {"jobs.rows": "1", "jobs.row": ["+0"], "jobs.+0.role": "Chair",
            "jobs.+0.company.text": "Nowhere", "jobs.+0.company": "", "version": "1"}  # fmt: skip
    answer = browser.post(field(ola, "jobs"), form, **PIECE)
    assert list(errors(answer)) == ["jobs.+0.company.text"]


def test_the_uid_of_another_records_line_is_refused(browser, ann, ola):
    other = write(ann, "contacts", None, {"name": "Kari"}).uid
    own = str(ola["jobs"][0]["uid"])
    form = {"jobs.rows": "1", "jobs.row": own, f"jobs.{own}.role": "Stolen", "version": "1"}
    before = everything()
    answer = browser.post(f"/contacts/{other}/field/jobs", form, **PIECE)
    assert answer.status_code == 422
    assert "has this uid already" in said(answer)[0]
    assert everything() == before


def test_a_very_long_word_finds_nothing_anywhere(browser):
    long = "x" * 5_000
    for path in ("/search", "/contacts", "/contacts/options"):
        assert browser.get(path, {"q": long}, **PIECE).status_code == 200
    answer = browser.post("/contacts/duplicates", {"name": "x" * 1_000_000}, **PIECE)
    assert answer.status_code == 200


def disputed(browser, ann, ola, mine, theirs):
    """The conflict screen that comes when `mine` is sent after `theirs` was written."""
    write(ann, "contacts", ola.uid, {"jobs": theirs}, version=1)
    form = {"jobs.rows": "1", "version": "1", "jobs.row": [line["key"] for line in mine]}
    for line in mine:
        form |= {f"jobs.{line['key']}.{name}": value for name, value in line.items()}
    return browser.post(field(ola, "jobs"), form, **PIECE)


def job(line):
    """A line as the editor sends it."""
    company = {"company": str(line["company"].uid), "company.text": line["company"].title}
    return {"key": str(line["uid"]), "role": line["role"], "since": "", "until": "",
            "primary": "false", **company}  # fmt: skip


def lines_in(answer):
    """The lines that "Use mine" sends back."""
    return unescape(re.search(r'name="jobs" value="(.*?)">', answer.content.decode())[1])


def test_a_clash_of_lines_shows_all_lines_of_both(browser, ann, ola):
    own = ola["jobs"][0]
    theirs = [{"uid": str(own["uid"]), "role": "Theirs"}, {"role": "Added"}]
    answer = disputed(browser, ann, ola, [{**job(own), "role": "Mine"}], theirs)
    assert answer.status_code == 409
    shown = re.findall(r"<dd>(.*?)</dd>", text_of(answer), re.DOTALL)
    assert shown == ["Fjord · Buyer", "Fjord · Theirs\nAdded", "Fjord · Mine\nAdded"]


def test_using_mine_keeps_the_line_they_added(browser, ann, ola):
    own = ola["jobs"][0]
    theirs = [{"uid": str(own["uid"]), "role": "Theirs"}, {"role": "Added"}]
    answer = disputed(browser, ann, ola, [{**job(own), "role": "Mine"}], theirs)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text_of(answer)))
    hidden["jobs"] = lines_in(answer)
    assert browser.post(field(ola, "jobs"), hidden, **PIECE).status_code == 200
    lines = find_one(ann, "contacts", ola.uid)["jobs"]
    assert [(line["role"], str(line["uid"])) for line in lines][0] == ("Mine", str(own["uid"]))
    assert [line["role"] for line in lines] == ["Mine", "Added"]
    assert lines[0]["company"].title == "Fjord"


def test_a_link_out_of_reach_is_neither_told_nor_lost(world):
    secret = write(world.dan, "companies", None, {"name": "Secret"}).uid
    jobs = [{"role": "Buyer"}, {"company": str(secret), "role": "Chair"}]
    made = write(world.ann, "contacts", None, {"name": "Ola", "jobs": jobs})
    write(world.ann, "contacts", made.uid, {"owner": str(world.bob.member_uid)})
    ola = find_one(world.bob, "contacts", made.uid)
    browser = signed_in(world.bob)
    editor = text_of(browser.get(field(ola, "jobs", "?edit=1"), **PIECE))
    first, second = (str(line["uid"]) for line in ola["jobs"])
    write(world.ann, "contacts", made.uid, {"jobs": {second: {"role": "Theirs"}}})
    form = {"jobs.rows": "1", "jobs.row": [first, second], f"jobs.{first}.role": "Buyer",
            f"jobs.{second}.role": "Mine", "version": "2"}  # fmt: skip
    screen = browser.post(field(ola, "jobs"), form, **PIECE)
    assert screen.status_code == 409
    assert str(secret) not in editor + text_of(screen)
    sent = lines_in(screen)
    mine = {"jobs": sent, "version": "3"}
    assert browser.post(field(ola, "jobs"), mine, **PIECE).status_code == 200
    line = find_one(world.ann, "contacts", made.uid)["jobs"][1]
    assert (line["role"], line["company"].uid) == ("Mine", secret)
