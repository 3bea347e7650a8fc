"""Every page's path × everybody: what lies out of reach is not read, not changed, not known of.

The API's own matrix is `tests/interfaces/api/test_reach.py`. A path that is in none of the sets
below fails: whoever adds one says here what it opens.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from uuid_utils.compat import uuid7

from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove
from kartotek.core.write import write
from kartotek.people.shipped import SHIPPED
from kartotek.people.tokens import make_token
from tests.contract.samples import made
from tests.everything import everything
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
SCOPED = sorted(key for key, one in RECORD_TYPES.items() if one.scoped)
# Of saved views everybody has their own, and sees no others.
READ_BY_ALL = [key for key in SCOPED if SHIPPED["read_only"].rights.scope(key, "view") == "all"]

OF_A_PERSON = {"person", "person_file", "erase"}  # not every type tells of one
OF_A_FILE = {"file"}  # not every type holds one
OF_WHAT_TAKES_PART = {"relate", "relation_words"}  # not every type can be tied to others
OF_A_RELATION = {"relation", "end_relation", "drop_relation"}  # of one that stands on the card
OF_ONE = {
    "record", "peek", "field", "reveal", "remove", "restore", "history", "restore_version",
    "seen", "share", "unshare", "timeline", "lock", "unlock", "move", "move_to_day", "add_files",
    *OF_A_PERSON, *OF_A_FILE, *OF_WHAT_TAKES_PART, *OF_A_RELATION,
}  # fmt: skip
OF_ONE_VIEW = {"change_view", "view_links", "end_link"}
OF_A_LIST = {
    "list", "board", "calendar", "adding", "keep_view", "edit_many", "edit_many_field",
    "remove_many", "export", "merge", "alike", "alike_apart", "alike_look", "alike_say", "new",
    "duplicates", "options",
}  # fmt: skip
OF_ONES_OWN_WORK = {
    "undo", "undo_job", "import_page", "import_check", "import_mend", "import_run", "import_undo",
    "import_let_go", "import_failed", "export_page", "export_download", "upload_piece", "bulk_act",
    "me_back", "erased", "my_session_end", "my_token_end", "passkey_end",
}  # fmt: skip
OF_ADMINISTRATORS = {
    "doors", "session_end", "sessions_end", "token_end", "steps_end",
    "privacy", "retention",
    "settings", "company", "people", "new_person", "invite", "access", "hand", "security",
    "security_file", "leaving", "leaving_file", "roles", "new_role", "role", "drop_role",
    "settings_fields", "fields", "new_field", "fitted_field", "move_field", "hide_field",
    "drop_field",
}  # fmt: skip
OF_EVERYBODY_INSIDE = {  # what each finds there is their own
    "home",
    "ends",
    "keys",
    "live",
    "search",
    "imports",
    "exports",
    "upload",
    "trash",
    "me",
    "my_doors",
    "my_sessions_end",
    "my_token_new",
    "steps",
    "steps_sure",
    "app_set",
    "app_end",
    "codes_new",
    "passkey_add",
    "passkey_ask",
}
# Signed or secret addresses and what is about nobody: each has tests of its own.
OF_THE_STREET = {
    "healthz", "api", "source", "welcome", "sign_in", "sign_out", "password", "invitation",
    "view_file", "export_sent", "logo", "second_step", "by_passkey", "ask_passkey",
}  # fmt: skip
SAID = "Zyxwald Unseen"


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and how what is out of their reach is answered."""

    name: str
    client: Client
    headers: dict[str, str]
    statuses: tuple[int, ...]

    def ask(self, method: str, path: str, body: dict[str, str]):
        headers = {"HX-Request": "true", **self.headers}
        send = self.client.get if method == "GET" else self.client.post
        return send(path, body if method == "POST" else None, headers=headers)


def _patterns(resolver, before: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield path, one.name or ""
        else:
            yield from _patterns(one, path)


def routes() -> dict[str, str]:
    """Name → path of every page there is; the API and files of the look left out."""
    found = [(path, name) for path, name in _patterns(get_resolver()) if "api/v1/" not in path]
    return {name: path for path, name in found if not path.startswith(("static/", "^"))}


@pytest.fixture
def strangers(world):
    """Everybody who stands outside Dan's department."""
    bearer = {"Authorization": f"Bearer {make_token(world.bob, 'Matrix')[1]}"}
    found = [
        Asker("another department", signed_in(world.bob), {}, (404, 405)),
        Asker("no role", signed_in(world.eve), {}, (404, 405)),
        Asker("a token on a page", Client(), bearer, (401, 403, 405)),
        Asker("nobody", Client(), {}, (401, 403, 405)),
    ]
    for one in found:
        one.ask("GET", "/keys", {})
    return found


def args_of(path: str, key: str, uid) -> dict[str, object]:
    """What the placeholders of a path are filled with, to lead to one record."""
    held = RECORD_TYPES[key].files if key and "/file/" in path else []
    known = {
        "type_key": key, "uid": uid, "name": RECORD_TYPES[key].title if key else "x_none",
        "version": 1, "batch": uid, "job": uid, "token": uuid7(), "session": uuid7(), "member": uid,
        "line": 1, "key": "sales", "passkey": uuid7(), "receipt": uid,
        "relation": uuid7(),
    }  # fmt: skip
    if held:
        known["name"] = held[0].name
    return {name: value for name, value in known.items() if f":{name}>" in path}


def test_every_path_is_in_the_matrix():
    known = (
        OF_ONE | OF_ONE_VIEW | OF_A_LIST | OF_ONES_OWN_WORK | OF_ADMINISTRATORS
        | OF_EVERYBODY_INSIDE | OF_THE_STREET
    )  # fmt: skip
    assert set(routes()) == known


@pytest.mark.parametrize("is_removed", [False, True], ids=["there", "in the trash"])
@pytest.mark.parametrize("key", SCOPED)
def test_a_record_out_of_reach_opens_by_no_path(key, is_removed, strangers, world):
    title = RECORD_TYPES[key].title
    uid = made(world.dan, RECORD_TYPES[key]).uid
    if is_removed:
        remove(world.ann, key, uid)
    paths, before, odd = routes(), everything(), []
    for asker in strangers:
        for name in sorted(OF_ONE):
            address = reverse(name, kwargs=args_of(paths[name], key, uid))
            for method in ("GET", "POST"):
                body = {title: "Stolen", "to": f"member:{world.bob.member_uid}"}
                answer = asker.ask(method, address, body)
                if answer.status_code not in asker.statuses:
                    odd.append((asker.name, method, name, answer.status_code))
    assert not odd, str(odd)
    assert everything() == before


@pytest.mark.parametrize("key", SCOPED)
def test_no_list_and_no_act_on_many_tells_of_it(key, strangers, world):
    title = RECORD_TYPES[key].title
    uid = made(world.dan, RECORD_TYPES[key]).uid
    if RECORD_TYPES[key].fields[title].kind == "text":
        write(world.dan, key, uid, {title: SAID})
    paths, before, odd = routes(), everything(), []
    body = {"uid": str(uid), "q": SAID, title: SAID, "field": title, "value": "Stolen"}
    for asker in strangers:
        for name in sorted(OF_A_LIST - {"new", "keep_view", "alike_look"}):  # acts of their own
            address = reverse(name, kwargs=args_of(paths[name], key, uid))
            for method in ("GET", "POST"):
                query = "" if method == "POST" else f"?q={SAID.replace(' ', '+')}&uid={uid}"
                answer = asker.ask(method, address + query, body)
                text = b"".join(answer) if answer.streaming else answer.content
                told = text.decode(errors="replace")
                rows = ('data-uid="' + str(uid), f"/{key}/{uid}")
                if answer.status_code >= 500 or any(row in told for row in rows):
                    odd.append((asker.name, method, name, answer.status_code))
    assert not odd, str(odd)
    assert everything() == before


def test_ones_own_work_is_nobody_elses(strangers, world):
    """Undo of another's act, and the jobs, imports and exports that are not there for others."""
    batch = made(world.dan, RECORD_TYPES["contacts"]).batch
    paths, before, odd = routes(), everything(), []
    for asker in strangers:
        for name in sorted(OF_ONES_OWN_WORK):
            address = reverse(name, kwargs=args_of(paths[name], "", batch))
            for method in ("GET", "POST"):
                answer = asker.ask(method, address, {})
                if answer.status_code not in (*asker.statuses, 403, 422):
                    odd.append((asker.name, method, name, answer.status_code))
    assert not odd, str(odd)
    assert everything() == before


@pytest.mark.parametrize("who", ["bob", "cyd", "dan", "eve", "reader", "manager"])
def test_the_settings_are_the_administrators(who, world):
    asker = Asker(who, signed_in(getattr(world, who)), {}, (403, 404, 405))
    asker.ask("GET", "/keys", {})
    paths, before, odd = routes(), everything(), []
    for name in sorted(OF_ADMINISTRATORS):
        address = reverse(name, kwargs=args_of(paths[name], "contacts", world.ann.member_uid))
        for method in ("GET", "POST"):
            answer = asker.ask(method, address, {"name": "Mine", "role": "administrator"})
            if answer.status_code == 302:  # on to the first page of the settings
                answer = asker.ask(method, answer["Location"], {})
            if answer.status_code not in asker.statuses:
                odd.append((method, name, answer.status_code))
    assert not odd, str(odd)
    assert everything() == before


@pytest.mark.parametrize("key", READ_BY_ALL)
def test_who_may_only_read_changes_nothing(key, world):
    uid = made(world.bob, RECORD_TYPES[key]).uid
    reader = Asker("reader", signed_in(world.reader), {}, ())
    assert reader.ask("GET", f"/{key}/{uid}", {}).status_code == 200
    paths, before, odd = routes(), everything(), []
    reads = {"record", "peek", "history", "timeline", "seen", "reveal"}
    for name in sorted(OF_ONE - reads | {"remove_many", "edit_many", "merge", "new"}):
        address = reverse(name, kwargs=args_of(paths[name], key, uid))
        body = {RECORD_TYPES[key].title: "Stolen", "uid": str(uid), "version": "1",
                "to": f"member:{world.eve.member_uid}", "field": "name", "value": "x"}  # fmt: skip
        answer = reader.ask("POST", address, body)
        if answer.status_code not in (400, 403, 404, 405, 409, 422):
            odd.append((name, answer.status_code))
    assert not odd, str(odd)
    assert everything() == before


@pytest.mark.parametrize("key", SCOPED)
def test_the_owner_gets_in_so_the_matrix_can_fail(key, world):
    uid = made(world.dan, RECORD_TYPES[key]).uid
    dan = Asker("owner", signed_in(world.dan), {}, ())
    paths = routes()
    acts = {
        "reveal", "move", "move_to_day", "add_files", "remove", "restore", "restore_version",
        "share", "unshare", "unlock",
    }  # fmt: skip
    acts |= set() if RECORD_TYPES[key].files else OF_A_FILE
    acts |= OF_A_RELATION if RECORD_TYPES[key].takes_part else OF_A_RELATION | OF_WHAT_TAKES_PART
    for name in sorted(OF_ONE - acts - OF_A_PERSON):
        address = reverse(name, kwargs=args_of(paths[name], key, uid))
        assert dan.ask("GET", address, {}).status_code == 200, name
    assert str(uid) in dan.ask("GET", f"/{key}", {}).content.decode()
