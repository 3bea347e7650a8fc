"""Bad input to the API: the right status, a message that names the thing, and nothing touched."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import orjson
import pytest

from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.write import write
from kartotek.people import roles
from tests.everything import everything
from tests.interfaces.api.calling import BASE
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
NOBODYS = str(UUID(int=7))  # the uid of no record


@dataclass(frozen=True)
class Case:
    """One bad request, and what its answer says. `{ola}` and its like stand for uids."""

    method: str
    path: str
    status: int
    field: str  # "" where the whole request is refused, not a field of it
    says: str
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body!r}"[:60] + f" {self.field}"


def patch(body, name, says, *, status=422, path="/contacts/{ola}", **headers):
    named = {one.replace("_", "-"): value for one, value in headers.items()}
    return Case("PATCH", path, status, name, says, body, named)


def get(query, name, says, status=422):
    return Case("GET", f"/contacts?{query}", status, name, says)


def of_key(says, key):
    return patch({"name": "x"}, "Idempotency-Key", says, Idempotency_Key=key)


def of_company(name, value, says):
    return patch({name: value}, name, says, path="/companies/{fjord}")


def of_note(name, value, says):
    return patch({name: value}, name, says, path="/notes/{note}")


FIELDS = [
    patch({"name": {"first": "Ola"}}, "name", "Expected text"),
    patch({"name": True}, "name", "Expected text"),
    patch({"name": None}, "name", "Fill this in"),
    patch({"name": " \x00 "}, "name", "Fill this in"),
    patch({"name": "x" * 990_000}, "name", "990000 letters long; at most 200 fit"),
    patch({"remember": ["a"]}, "remember", "Expected text"),
    patch({"remember": "x" * 200_000}, "remember", "at most 100000 fit"),
    patch({"phones": 5}, "phones", "Expected a list"),
    patch({"phones": "[x]"}, "phones", "Send it whole"),
    patch({"phones": ["1"] * 60}, "phones", "At most 50"),
    patch({"phones": ["9" * 900_000]}, "phones", "900000 letters long; at most 200 fit"),
    patch({"phones": [["22 33"]]}, "phones", "Expected text"),
    patch({"phones": [{"number": "22 33"}]}, "phones", "“number” is no part of this. It has: text"),
    patch({"emails": [{"text": "ola@example.com"}]}, "emails", "“text” is no part of this"),
    patch({"emails": ["ola"]}, "emails", "“ola” is no e-mail address. Write it like"),
    patch({"emails": ["a" * 900_000]}, "emails", "is no e-mail address"),
    patch({"addresses": [{"city": "x" * 301}]}, "addresses", "at most 300 letters fit"),
    patch({"tags": 5}, "tags", "Expected a list"),
    patch({"tags": {"fair": 1}}, "tags", "Expected a list"),
    patch({"tags": ["x" * 61]}, "tags", "a tag has at most 60"),
    patch({"lifecycle": "nosuch"}, "lifecycle", "is not one of the choices: Lead"),
    patch({"lifecycle": ["lead"]}, "lifecycle", "is not one of the choices"),
    patch({"birthday": "soon"}, "birthday", "“soon” is no date. Write it like"),
    patch({"birthday": "99999-01-01"}, "birthday", "is no date"),
    patch({"last_contacted": "soon"}, "last_contacted", "“soon” is no time. Write it like"),
    patch({"last_contacted": "0001-01-01T00:00:00+14:00"}, "last_contacted", "is no time"),
    patch({"last_contacted": "9999-12-31T23:59:59-14:00"}, "last_contacted", "is no time"),
    patch({"do_not_call": "maybe"}, "do_not_call", "Expected yes or no, not “maybe”"),
    patch({"company": "Fjord"}, "company", "“Fjord” is no record. Choose one"),
    patch({"company": NOBODYS}, "company", "not there, or not open to you. Choose another"),
    patch({"company": "{kari}"}, "company", "not there, or not open to you"),
    patch({"company": "{removed}"}, "company", "not there, or not open to you"),
    patch({"owner": "me"}, "owner", "“me” is no record"),
    patch({"created_at": "2026-01-01"}, "created_at", "cannot be typed in"),
    patch({"version": 1}, "version", "Contacts have no field “version”"),
    patch({"id": 5}, "id", "Contacts have no field “id”"),
    patch({"uid": NOBODYS}, "uid", "Contacts have no field “uid”"),
    patch({"nosuch": 1}, "nosuch", "Contacts have no field “nosuch”"),
    patch({"x" * 5_000: 1}, "x" * 60, "Contacts have no field"),
    of_company("employees", "many", "“many” is not a whole number"),
    of_company("employees", 1e30, "is not a whole number"),
    of_company("employees", 2**53 + 1, "too large to keep exactly"),
    of_company("employees", True, "Expected a whole number"),
    of_company("website", "javascript:alert(1)", "Write it like example.com"),
    of_note("about", "x", "Expected a list of records"),
    of_note("about", [5], "Expected a list of records"),
    of_note("about", [{"type": "nosuch", "uid": NOBODYS}], "not there, or not open to you"),
    of_note("about", [{"type": "contacts", "uid": "{fjord}"}], "not there, or not open to you"),
]
LINES = [
    patch({"jobs": "x"}, "jobs", "Expected a list of lines"),
    patch({"jobs": None}, "jobs", "Expected a list of lines"),
    patch({"jobs": ["x"]}, "jobs", "Line 1: Expected the fields of a line"),
    patch({"jobs": [None]}, "jobs", "Line 1: Expected the fields of a line"),
    patch({"jobs": {"{job}": "x"}}, "jobs", "Line 1: Expected the fields of a line"),
    patch({"jobs": {"x": {}}}, "jobs", "Line 1: “x” is no uid"),
    patch({"jobs": {"{job}": {"position": "first"}}}, "jobs", "Line 1: A position is a number"),
    patch({"jobs": [{"since": "soon"}]}, "jobs", "Line 1: From: “soon” is no date"),
    patch({"jobs": [{"company": NOBODYS}]}, "jobs", "Line 1: Company: The record you linked"),
    patch({"jobs": [{"nosuch": 1}]}, "jobs", "Line 1: A line has no field “nosuch”"),
    patch({"jobs": [{"uid": "{job}"}] * 2}, "jobs", "Line 2: This line stands here twice"),
    patch({"jobs": [{}] * 1_001}, "jobs", "At most 1000 lines"),
    patch({"jobs": [{"uid": "{karis_job}"}]}, "uid", "has this uid already", status=409),
]
BODIES = [
    patch(b"", "", "is no JSON", status=400),
    patch(b"{", "", "is no JSON", status=400),
    patch([1], "", "one JSON object of fields", status=400),
    patch(b'"x"', "", "one JSON object of fields", status=400),
    patch(b'{"name": "\xff"}', "", "not valid UTF-8", status=400),
    patch(b'{"name": "\\ud800"}', "", "is no JSON", status=400),
    patch(b'{"name": NaN}', "", "is no JSON", status=400),
    patch(b'{"name": 1e400}', "", "is no JSON", status=400),
    patch(b'{"name":' + b"9" * 5_000 + b"}", "", "is no JSON", status=400),
    patch(b'{"name":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "", "is no JSON", status=400),
    patch(b'{"name":' + b"[" * 900 + b"]" * 900 + b"}", "", "nested deeper", status=400),
    patch(b'{"name": "A", "name": "B"}', "", "“name” stands in the body twice", status=400),
    patch(b'{"jobs": [{"role": "A", "role": "B"}]}', "", "“role” stands in", status=400),
    patch(b'{"name": "' + b"x" * 1_000_000 + b'"}', "", "At most 1000000 bytes", status=413),
    patch(b"{}", "", "At most 1000000 bytes", status=413, Content_Length="9" * 5_000),
    patch(b"name=Ola", "", "Content-Type: application/json", status=415, Content_Type="text/plain"),
]
VERSIONS_AND_KEYS = [
    patch({"name": "x"}, "If-Match", "Send the ETag", If_Match="junk"),
    patch({"name": "x"}, "If-Match", "Send the ETag", If_Match='"1", "2"'),
    patch({"name": "x"}, "If-Match", "Send the ETag", If_Match='"-1"'),
    patch({"name": "x"}, "version", "There is no such version", If_Match='"0"'),
    patch({"name": "x"}, "version", "There is no such version", If_Match='"99"'),
    patch({"name": "x"}, "", "Somebody else changed this", status=409, If_Match='"1"'),
    Case("DELETE", "/contacts/{ola}", 409, "", "Somebody else changed", {}, {"If-Match": '"1"'}),
    of_key("at most 120 printable letters", "k" * 121),
    of_key("at most 120 printable letters", "k\x00"),
    of_key("used for another change", "used"),
    Case("POST", "/contacts", 422, "Idempotency-Key", "used for another",
         {"uid": NOBODYS, "name": "Ola"}, {"Idempotency-Key": "used"}),
    Case("DELETE", "/contacts/{kari}", 422, "Idempotency-Key", "used for another", {},
         {"Idempotency-Key": "used"}),
    Case("POST", "/contacts", 422, "uid", "This is no uid", {"uid": "x", "name": "Ola"}),
    Case("POST", "/contacts", 422, "uid", "This is no uid", {"uid": {}, "name": "Ola"}),
    Case("POST", "/contacts", 409, "uid", "has this uid already", {"uid": "{ola}", "name": "x"}),
]  # fmt: skip
ADDRESSES = [
    Case("GET", "/nosuch", 404, "", "There is nothing called “nosuch”"),
    Case("GET", f"/{'x' * 3_000}", 404, "", "There is nothing called “xxx"),
    Case("GET", "/contacts/12", 404, "", "nothing at this address"),
    Case("GET", f"/contacts/{NOBODYS}", 404, "", "no such contact"),
    Case("GET", "/contacts/{fjord}", 404, "", "no such contact"),
    patch({"name": "x"}, "", "no such contact", status=404, path="/contacts/{fjord}"),
    patch({"name": "x"}, "", "in the trash. Put it back first", path="/companies/{removed}"),
    Case("PUT", "/contacts", 405, "", "This address takes: GET, POST"),
]
QUESTIONS = [
    get("nonsense=1", "nonsense", "no such parameter. Known are: q, sort"),
    get("size=0", "size", "1 to 500 rows"),
    get("size=10000", "size", "1 to 500 rows"),
    get("size=%C2%B2", "size", "1 to 500 rows"),
    get("count=yes", "count", "Write 1 or 0"),
    get("fields=nosuch", "nosuch", "Contacts have no field"),
    get("fields=jobs.role", "jobs.role", "Contacts have no field"),
    get("fields=name.x", "name.x", "Contacts have no field"),
    get("fields=company.nosuch", "company.nosuch", "Contacts have no field"),
    get("fields=company.name.x", "company.name.x", "Contacts have no field"),
    get("sort=-", "", "Contacts have no field"),
    get("sort=--name", "-name", "Contacts have no field"),
    get("sort=name%20desc;drop%20table", "name desc;drop table", "Contacts have no field"),
    get("sort=(select%201)", "(select 1)", "Contacts have no field"),
    get("sort=company.name", "company.name", "Contacts have no field"),
    get("sort=%00", "\x00", "Contacts have no field"),
    get("sort=tags", "sort", "“Tags” cannot be sorted by"),
    get("f=name", "f", "“name” is no filter. Write it like"),
    get("f=nosuch:is:1", "nosuch", "Contacts have no field"),
    get("f=name__in:is:1", "name__in", "Contacts have no field"),
    get("f=removed_at:empty", "removed_at", "Contacts have no field"),
    get("f=name:like:x", "name", "cannot be filtered with “like”. It takes: is"),
    get("f=birthday:before:soon", "birthday", "“soon” is no date"),
    get("f=company:is:x", "company", "“x” is no record"),
    get(f"f=name:in:{',' * 1_000}", "name", "At most 1000 values"),
    get("&".join(["f=name:is:a"] * 51), "where", "at most 50 fit"),
    get("after=x", "after", "damaged. Start again from the first page"),
    get("after=%FF%00", "after", "damaged"),
    get("after=" + "A" * 50_000, "after", "damaged"),
]
CASES = [*FIELDS, *LINES, *BODIES, *VERSIONS_AND_KEYS, *ADDRESSES, *QUESTIONS]


@pytest.fixture
def known(ann):
    """The records that the cases speak of: their uids by name."""
    fjord = write(ann, "companies", None, {"name": "Fjord"}).uid
    removed = write(ann, "companies", None, {"name": "Gone"}).uid
    remove(ann, "companies", removed)
    job = {"company": str(fjord), "role": "Buyer"}
    ola = write(ann, "contacts", None, {"name": "Ola", "phones": "+47 22 00 00 01", "jobs": [job]})
    kari = write(ann, "contacts", None, {"name": "Kari", "jobs": [job]}).uid
    about = [{"type": "contacts", "uid": str(ola.uid)}]
    note = write(ann, "notes", None, {"text": "Hello", "about": about}).uid
    write(ann, "contacts", ola.uid, {"name": "Ola Nordmann"}, key="used")
    jobs = [find_one(ann, "contacts", uid)["jobs"][0]["uid"] for uid in (ola.uid, kari)]
    uids = [ola.uid, kari, fjord, removed, note, *jobs]
    names = ["ola", "kari", "fjord", "removed", "note", "job", "karis_job"]
    return {f"{{{name}}}": str(uid) for name, uid in zip(names, uids, strict=True)}


def filled(text, known):
    for name, uid in known.items():
        text = text.replace(name.encode(), uid.encode())
    return text


def asked(client, case, known):
    body = case.body if isinstance(case.body, bytes) else orjson.dumps(case.body)
    headers = dict(case.headers)
    kind = headers.pop("Content-Type", "application/json")
    path = filled(f"{BASE}{case.path}".encode(), known).decode()
    return client.generic(case.method, path, filled(body, known), kind, headers=headers)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_input_is_named_and_leaves_the_data_as_it_was(case, ann, known):
    client = signed_in(ann)
    client.get(f"{BASE}/contacts")  # who was here when is noted once
    before = everything()
    answer = asked(client, case, known)
    assert everything() == before
    assert (answer.status_code, answer["Content-Type"]) == (case.status, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["type"]) == (case.status, "about:blank")
    assert told["title"] and told["detail"].endswith(".")
    errors = told.get("errors") or [{"field": "", "message": told["detail"]}]
    assert [one["field"] for one in errors] == [case.field]
    assert case.says in errors[0]["message"] and errors[0]["message"].endswith(".")


def test_every_wrong_field_is_named_in_one_answer(ann, known):
    case = patch({"name": "", "birthday": "soon", "nosuch": 1, "emails": "x"}, "", "")
    told = asked(signed_in(ann), case, known).json()
    assert told["detail"] == "Correct these and send it again: name, birthday, nosuch, emails."
    assert find_one(ann, "contacts", known["{ola}"])["name"] == "Ola Nordmann"


def test_control_letters_are_left_out_of_what_is_written(ann, known):
    values = {"name": "O\x00la", "emails": ["o\x00la@example.com"], "tags": ["a\x00b"],
              "remember": "one\x00two", "phones": ["+47\x00 22 00 00 02"]}  # fmt: skip
    case = patch(values, "", "")
    assert asked(signed_in(ann), case, known).status_code == 200
    row = find_one(ann, "contacts", known["{ola}"])
    assert "\x00" not in repr(dict(row.values))
    assert row["emails"][0]["address"] == "ola@example.com"


@pytest.fixture
def blind(monkeypatch, world):
    """Bob, whose role does not know of birthdays, nor of what companies are called."""
    hidden = {"contacts": frozenset({"birthday"}), "companies": frozenset({"employees"})}
    rights = replace(roles.rights_of("sales"), hidden=hidden)
    monkeypatch.setitem(
        roles._DELIVERED, "sales", replace(roles._DELIVERED["sales"], rights=rights)
    )
    return signed_in(world.bob)


@pytest.mark.parametrize(
    ("query", "hidden"),
    [
        ("fields={}", "birthday"), ("sort={}", "birthday"), ("f={}:is:2026-01-01", "birthday"),
        ("f={}:empty", "birthday"), ("fields={}", "company.employees"),
    ],
)  # fmt: skip
def test_a_hidden_field_is_refused_like_a_misspelt_one(query, hidden, blind):
    seen = [
        blind.get(f"{BASE}/contacts?{query.format(name)}").json() for name in (hidden, "nosuch")
    ]
    assert orjson.dumps(seen[0]) == orjson.dumps(seen[1]).replace(b"nosuch", hidden.encode())
    assert seen[0]["status"] == 422


def test_what_is_out_of_reach_answers_like_what_is_not_there(world):
    theirs = write(world.dan, "companies", None, {"name": "Secret"}).uid
    mine = write(world.bob, "contacts", None, {"name": "Ola"}).uid
    client = signed_in(world.bob)
    client.get(f"{BASE}/contacts")
    before = everything()
    for uid in (str(theirs), NOBODYS):
        linked = asked(client, patch({"company": uid}, "", "", path=f"/contacts/{mine}"), {})
        assert linked.json()["errors"][0]["message"].startswith("The record you linked is not")
        assert asked(client, Case("PATCH", f"/companies/{uid}", 404, "", ""), {}).status_code == 404
        assert (
            asked(client, Case("DELETE", f"/companies/{uid}", 404, "", ""), {}).status_code == 404
        )
    assert everything() == before


def test_a_very_long_word_is_searched_for_and_not_found(ann, known):
    answer = signed_in(ann).get(f"{BASE}/contacts", {"q": "x" * 60_000})
    assert (answer.status_code, answer.json()["rows"]) == (200, [])


def test_a_clash_of_lines_tells_each_side_whole_and_yours_can_be_sent_back(ann, known):
    mine = {"uid": "{job}", "role": "Mine"}
    theirs = [{"uid": known["{job}"], "role": "Theirs"}, {"role": "Added"}]
    write(ann, "contacts", known["{ola}"], {"jobs": theirs}, version=2)
    client = signed_in(ann)
    told = asked(client, patch({"jobs": [mine]}, "", "", If_Match='"2"'), known).json()
    (clash,) = told["conflicts"]
    assert [line["role"] for line in clash["base"]] == ["Buyer"]
    assert [line["role"] for line in clash["theirs"]] == ["Theirs", "Added"]
    again = patch({"jobs": clash["yours"]}, "", "", If_Match=f'"{told["version"]}"')
    assert asked(client, again, known).status_code == 200
    rows = find(ann, "contacts", Question(columns=("jobs",), uids=(UUID(known["{ola}"]),))).rows
    assert [line["role"] for line in rows[0]["jobs"]] == ["Mine", "Added"]
