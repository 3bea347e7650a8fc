"""Nothing but the doors writes records, no model leaves core, no outside dict reaches a filter."""

import ast
import re

import pytest
from django.apps import apps

from tests.budgets.sources import imported, modules, nodes, offenders, room_of, tree

# Every place of ours that writes a table by SQL: file and function, and the tables it writes.
RECORD = "{record_type.table}"
WRITERS = {
    # the doors, and what they call: nothing else writes the tables of records
    "core/apply.py _insert": {RECORD},
    "core/apply.py _update": {RECORD},
    "core/apply.py _write_part": {"{part.table}"},
    "core/apply.py _write_identifiers": {"core_identifier"},
    "core/remove.py _store": {RECORD},
    "core/removing_many.py _store": {RECORD},
    "core/linking.py write": {"core_linkrow"},
    "core/log.py append": {"core_change"},
    "core/searching.py put": {"{name}"},
    "core/searching.py put_new": {"{table_of(record_type)}"},
    "core/storage.py merge": {"{name}"},
    "core/searching.py drop": {"{table_of(record_type)}"},
    # an erasure: the only DELETE of a record, and the only act that rewrites the log
    "core/erasing.py _forget": {RECORD, "{part.table}", "{table}"},
    "core/redirecting.py _cut_in_trash": {"{table}"},
    "core/log_rewriting.py empty": {"core_change"},
    "core/log_rewriting.py rewrite": {"core_change"},
    "core/blanking.py blank": {"{one.table}"},
    "core/erased_files.py let_go": {"core_importdraft", "core_storedfile"},
    "core/erased_files.py rename": {RECORD},
    "core/erased.py put_down": {"core_erased", "core_erasedname"},
    # sort keys follow from their texts: no version, no line in the log
    "core/alphabet.py _one_chunk": {RECORD},
    # machinery that holds no record
    "core/consumers.py _cursor": {"core_cursor"},
    "core/consumers.py feed": {"core_cursor"},
    "core/drafts.py _change": {"core_importdraft"},
    "core/drafts.py begin": {"core_importdraft"},
    "core/drafts.py let_go_of_old": {"core_importdraft"},
    "core/files.py _change": {"core_storedfile"},
    "core/files.py _insert": {"core_storedfile"},
    "core/files.py forget": {"core_storedfile"},
    "core/files.py sweep": {"core_storedfile"},
    "core/housekeeping.py _delete": {"{table}"},
    "core/sharing.py _store": {"core_share"},
    "core/sharing.py unshare": {"core_share"},
    "core/record_lock.py _store": {"core_lock"},
    "core/record_lock.py bring_lock": {"core_lock"},
    "core/record_lock.py end_lock": {"core_lock"},
    "core/idempotency.py answered_once": {"core_idempotencykey"},
    "core/jobs.py hold": {"core_job"},
    "core/jobs.py put_down_recurring": {"core_job"},
    "core/jobs.py store": {"core_job"},
    "core/receipts.py record": {"core_receipt"},
    "core/security.py note": {"core_securityline"},
    "core/moving_shares.py bring_shares": {"core_share"},
    "core/moving_shares.py follow_undo": {"core_share"},
    "core/suggesting.py _drop_stale": {"core_suggestion"},
    "core/suggesting.py _store": {"core_suggestion"},
    "core/suggestions.py _say": {"core_suggestion"},
    "core/tally.py refresh": {"core_tally"},
    "core/acts.py remember": {"core_batch"},
    "core/worker.py _change": {"core_job"},
    "core/worker.py claim": {"core_job"},
    "core/leaving.py note_left": {"core_outsideaddress"},
    "core/logo.py remove_logo": {"core_logo"},
    "core/logo.py set_logo": {"core_logo"},
    "core/workspace.py customized": {"core_workspace"},
    "core/workspace.py keep_settings": {"core_workspace"},
    "core/settling_in.py settle_in": {"core_workspace"},
    # credentials and sessions
    "operations/restoring.py _bring_up_to_date": {"{SESSIONS}"},
    "people/middleware.py _note_seen": {"people_account"},
    "people/signing.py give_account": {"people_account"},
    "people/devices.py begin": {"people_session"},
    "people/devices.py _remember": {"people_session"},
    "people/devices.py renewed": {"people_session"},
    "people/devices.py used": {"people_session"},
    "people/devices.py _end": {"people_session", "django_session"},
    "people/tokens.py make_token": {"people_token"},
    "people/tokens.py revoke_token": {"people_token"},
    "people/tokens.py _note_used": {"people_token"},
    "people/tokens.py stay_revoked": {"people_token"},
}
# Models that are credentials or sessions, and the files that may save them.
CREDENTIALS = {"User", "Account", "Session", "Invitation", "EmailAddress", "Token", "Authenticator"}
WRITES = {"save", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
SQL = re.compile(
    r"\b(INSERT\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY)\s+"
    r"(\{[^}]*\}|[\w.%\"]+|$)",
    re.IGNORECASE,
)


def tables():
    """The name of every table that Django knows; the search tables are written by f-strings."""
    return {model._meta.db_table for model in apps.get_models()}


def texts(node, function=""):
    """Every string of a source that is no docstring, with the function it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield function, child.value
        elif isinstance(child, ast.JoinedStr):
            yield function, "".join(map(_piece, child.values))
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from texts(child, child.name if is_function else function)


def _piece(part):
    return part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"


def statements(path, text):
    """(place, table) of each statement that writes; a table put in later counts as one, too."""
    known = tables()
    return [
        (f"{path} {function}", table.strip('"'))
        for function, found in texts(tree(text))
        for verb, table in SQL.findall(found)
        if table.strip('"') in known or (verb.isupper() and table[:1] in ("", "{", "%"))
    ]


def sql_writes(path, text):
    """Statements in this source that write a table which is not its own to write."""
    return [one for one in statements(path, text) if one[1] not in WRITERS.get(one[0], ())]


def model_writes(text):
    """Calls of Django's ways to write: on managers, on QuerySets, on instances."""
    found = []
    for node in nodes(text):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in WRITES | {"update", "create"}:
            continue
        chain = ast.unparse(node.func)
        if any(name in chain for name in CREDENTIALS) or "session" in chain.lower():
            continue
        is_manager = ".objects." in chain or "_base_manager" in chain
        if node.func.attr in WRITES or (is_manager and node.func.attr in ("update", "create")):
            found.append(chain)
    return found


NOT_OURS_TO_JUDGE = {  # saves of credentials, uploads and files, which are no records
    "user.save",
    "authenticator.save",
    "form.save",
    "request.session.save",
}


def writes_of(path):
    """Everything in a module that writes a record past the doors."""
    text = modules()[path]
    by_model = [one for one in model_writes(text) if one not in NOT_OURS_TO_JUDGE]
    return sql_writes(path, text) + by_model


def test_only_the_doors_write_records():
    assert offenders(modules(), writes_of) == {}


def test_no_place_may_write_more_than_it_does():
    written = {}
    for path, text in modules().items():
        for place, table in statements(path, text):
            written.setdefault(place, set()).add(table)
    assert written == WRITERS


@pytest.mark.parametrize(
    "text",
    [
        "cursor.execute('UPDATE crm_contact SET name = %s', [name])",
        "cursor.execute('DELETE FROM crm_company WHERE id = 1')",
        "cursor.execute('delete from \"crm_company\"')",
        "cursor.execute('TRUNCATE core_change')",
        "cursor.execute(f'INSERT INTO {record_type.table} (name) VALUES (1)')",
        "cursor.execute(f'UPDATE {record_type.table} SET version = 9')",
        "cursor.execute('UPDATE %s SET version = 9' % table)",
        "cursor.execute('DELETE FROM ' + table)",
    ],
)
def test_sql_that_writes_a_table_is_caught(text):
    for path in ("pages/x.py", "core/storage.py", "core/indexing.py", "core/apply.py"):
        assert sql_writes(path, text)
        assert sql_writes(path, f"def rebuild(): {text}")


@pytest.mark.parametrize(
    "text",
    [
        "'SELECT id FROM crm_contact FOR UPDATE SKIP LOCKED'",
        "'INSERT INTO else ON CONFLICT (id) DO UPDATE SET words = 1'",
        "f'CREATE TRIGGER BEFORE UPDATE OR DELETE ON {table}'",
        "_('Update %(count)s records') + 'Copy '",
        "def update():\n    'UPDATE crm_contact is what this never does.'",
    ],
)
def test_what_writes_nothing_is_no_breach(text):
    assert sql_writes("pages/x.py", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "contact.save()",
        "Contact.objects.filter(pk=1).delete()",
        "Contact.objects.create(name='x')",
        "Contact.objects.filter(pk=1).update(name='x')",
        "Contact._base_manager.bulk_create(rows)",
    ],
)
def test_a_write_through_django_is_caught(text):
    assert model_writes(text)


def models_of_crm(text):
    return [name for name in imported(text) if name.startswith("kartotek.crm")]


def test_no_module_outside_crm_takes_its_models():
    names = {model.__name__ for model in apps.get_app_config("crm").get_models()}
    outside = [path for path in modules() if room_of(path) not in ("crm", "site")]

    def taken(path):
        return [one for one in models_of_crm(modules()[path]) if one.split(".")[-1] in names]

    assert offenders(outside, taken) == {}


def returned_models(text):
    """Public functions of core whose annotations speak of a Django model or QuerySet."""
    found = []
    for node in tree(text).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns:
            told = ast.unparse(node.returns)
            is_model = re.search(r"\b(models\.Model|QuerySet|Manager|Record)\b", told)
            if is_model and "type[" not in told:
                found.append(node.name)
    return found


def test_no_door_gives_out_a_model():
    inside = [path for path in modules() if room_of(path) == "core"]
    assert offenders(inside, lambda path: returned_models(modules()[path])) == {}


def test_a_door_that_gives_out_a_model_is_caught():
    assert returned_models("def find(a) -> list[Record]: ...")
    assert returned_models("def find(a) -> QuerySet: ...")
    assert models_of_crm("from kartotek.crm.contact import Contact")


OUTSIDE = re.compile(r"request\.(GET|POST|body|headers|data|COOKIES)|json\.loads|orjson\.loads")
READERS = {"find", "find_one", "filter", "exclude", "get", "Question", "Condition", "write"}


def spread_from_outside(text):
    """`find(**request.GET)` and its kin: names chosen by a stranger."""
    found = []
    for node in nodes(text):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else (
            node.func.id if isinstance(node.func, ast.Name) else "")  # fmt: skip
        for keyword in node.keywords:
            if (
                keyword.arg is None
                and called in READERS
                and OUTSIDE.search(ast.unparse(keyword.value))
            ):
                found.append(ast.unparse(node))
    return found


def test_no_dict_from_outside_is_spread_into_a_question():
    assert offenders(modules(), lambda path: spread_from_outside(modules()[path])) == {}


@pytest.mark.parametrize(
    "text",
    [
        "find(actor, key, Question(**request.GET))",
        "Contact.objects.filter(**request.GET.dict())",
        "find(actor, key, **json.loads(request.body))",
    ],
)
def test_a_spread_from_outside_is_caught(text):
    assert spread_from_outside(text)
