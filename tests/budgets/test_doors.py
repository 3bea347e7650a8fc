"""Nothing but the doors writes records, no model leaves core, no outside dict reaches a filter."""

import ast
import re

import pytest
from django.apps import apps

from kartotek.core.recordtype import RECORD_TYPES
from tests.budgets.sources import imported, modules, room_of, tree

# The doors, and what they call: the only files that may write the tables of records.
DOORS = {
    "core/apply.py", "core/remove.py", "core/removing_many.py", "core/searching.py",
    "core/linking.py", "core/log.py", "core/following.py",
}  # fmt: skip
# Machinery that holds no record, each with the tables it keeps.
MACHINERY = {
    "core/idempotency.py": {"core_idempotencykey"},
    "core/tally.py": {"core_tally"},
    "core/undo.py": {"core_batch"},
    "core/workspace.py": {"core_workspace"},
    "core/receipts.py": {"core_receipt", "core_batch"},
    "core/consumers.py": {"core_cursor"},
    "core/jobs.py": {"core_job"},
    "core/job_backend.py": {"core_job"},
    "core/security.py": {"core_securityline"},
    "core/housekeeping.py": {"core_idempotencykey", "core_job"},
    "core/storage.py": set(),
    "core/indexing.py": set(),
    "operations/restoring.py": {"django_session"},  # nobody stays signed in over a restore
}  # fmt: skip
# Models that are credentials or sessions, and the files that may save them.
CREDENTIALS = {"User", "Account", "Session", "Invitation", "EmailAddress", "Token"}
WRITES = {"save", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
SQL = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|COPY)\s+([\w{}.\"]+)")


def record_tables():
    return {one.table for one in RECORD_TYPES.values()} | {
        part.table for one in RECORD_TYPES.values() for part in one.parts.values()
    }


def sql_writes(path, text):
    """Statements in this source that write a table which is not its own to write."""
    if path in DOORS:
        return []
    allowed = MACHINERY.get(path, set())
    found = []
    for node in ast.walk(tree(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [table for _verb, table in SQL.findall(node.value) if _is_record(table)]
            found += [
                table
                for _verb, table in SQL.findall(node.value)
                if table.startswith("core_") and table not in allowed and path in MACHINERY
            ]
        elif isinstance(node, ast.JoinedStr):
            whole = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{name}"
                for part in node.values
            )
            found += [table for _verb, table in SQL.findall(whole)
                      if "{" in table and path not in MACHINERY]  # fmt: skip
    return found


def _is_record(table):
    return table.strip('"') in record_tables()


def model_writes(text):
    """Calls of Django's ways to write: on managers, on QuerySets, on instances."""
    found = []
    for node in ast.walk(tree(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
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
    "form.save",
    "request.session.save",
}


@pytest.mark.parametrize("path", modules())
def test_only_the_doors_write_records(path):
    text = modules()[path]
    assert sql_writes(path, text) == []
    assert [one for one in model_writes(text) if one not in NOT_OURS_TO_JUDGE] == []


@pytest.mark.parametrize(
    "text",
    [
        "cursor.execute('UPDATE crm_contact SET name = %s', [name])",
        "cursor.execute('DELETE FROM crm_company WHERE id = 1')",
        "cursor.execute(f'INSERT INTO {record_type.table} (name) VALUES (1)')",
        "cursor.execute(f'UPDATE {record_type.table} SET version = 9')",
    ],
)
def test_sql_that_writes_a_record_is_caught(text):
    assert sql_writes("pages/x.py", text)


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


@pytest.mark.parametrize("path", [one for one in modules() if room_of(one) not in ("crm", "site")])
def test_no_module_outside_crm_takes_its_models(path):
    names = {model.__name__ for model in apps.get_app_config("crm").get_models()}
    assert [one for one in models_of_crm(modules()[path]) if one.split(".")[-1] in names] == []


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


@pytest.mark.parametrize("path", [one for one in modules() if room_of(one) == "core"])
def test_no_door_gives_out_a_model(path):
    assert returned_models(modules()[path]) == []


def test_a_door_that_gives_out_a_model_is_caught():
    assert returned_models("def find(a) -> list[Record]: ...")
    assert returned_models("def find(a) -> QuerySet: ...")
    assert models_of_crm("from kartotek.crm.contact import Contact")


OUTSIDE = re.compile(r"request\.(GET|POST|body|headers|data|COOKIES)|json\.loads|orjson\.loads")
READERS = {"find", "find_one", "filter", "exclude", "get", "Question", "Condition", "write"}


def spread_from_outside(text):
    """`find(**request.GET)` and its kin: names chosen by a stranger."""
    found = []
    for node in ast.walk(tree(text)):
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


@pytest.mark.parametrize("path", modules())
def test_no_dict_from_outside_is_spread_into_a_question(path):
    assert spread_from_outside(modules()[path]) == []


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
