"""The generic rooms name no record type: not in Python, templates, styles or scripts."""

import ast
import re
from functools import lru_cache

import pytest

from kartotek.core.recordtype import RECORD_TYPES
from tests.budgets.sources import files, imported, modules, nodes, offenders, room_of, tree

GENERIC = ("interfaces", "automation", "integrations", "ui")
# Words that also mean something else in plain English or in a protocol or format (ECMA-376).
PLAIN_WORDS = {
    "order", "orders", "role", "roles", "task", "tasks", "message", "messages", "problem",
    "problems", "tag", "relationship", "relationships", "Relationship", "Relationships",
    "tags", "file", "files", "note", "job", "jobs", "member", "lead",
}  # fmt: skip
# Who acts is known to every room: people is below them all.
PEOPLE = {"members", "member", "departments", "department", "Member", "Members", "Department",
          "Departments"}  # fmt: skip


@lru_cache(maxsize=1)
def forbidden():
    """Keys of the registry, names of models and of their declarations."""
    found = set()
    for key, record_type in RECORD_TYPES.items():
        found |= {key, record_type.model.__name__, type(record_type).__name__}
        found.add(record_type.model.__name__.lower())
    return found - PLAIN_WORDS - PEOPLE


def named_in_python(text):
    """Identifiers, attributes and string constants that are names of record types."""
    words = forbidden()
    found = [name for name in imported(text) if name.startswith("kartotek.crm")]
    documented = _docstrings(tree(text))
    for node in nodes(text):
        if isinstance(node, ast.Name) and node.id in words:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in words:
            found.append(node.attr)
        elif isinstance(node, ast.arg) and node.arg in words:
            found.append(node.arg)
        elif (
            isinstance(node, ast.Constant)
            and id(node) not in documented
            and isinstance(node.value, str)
        ):
            found += [word for word in re.findall(r"\w+", node.value) if word in words]
    return found


def _docstrings(body):
    found = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


COMMENTS = re.compile(r"\{#.*?#\}|/\*.*?\*/|<!--.*?-->|^\s*//.*?$", re.DOTALL | re.MULTILINE)


def named_in_text(text):
    """The same in a template, a style or a script, comments left out."""
    bare = COMMENTS.sub("", text)
    return [word for word in re.findall(r"\w+", bare) if word in forbidden()]


def generic_modules():
    return [path for path in modules() if room_of(path) in GENERIC]


MADE_BY_HAND = "ui/templates/pages/"  # of the room pages, which may know the business


def generic_files():
    return [
        path
        for path in files(".html", ".css", ".js")
        if room_of(path) in GENERIC and MADE_BY_HAND not in path
    ]


def test_a_generic_module_names_no_record_type():
    assert offenders(generic_modules(), lambda path: named_in_python(modules()[path])) == {}


def test_a_generic_template_style_or_script_names_no_record_type():
    texts = files(".html", ".css", ".js")
    assert offenders(generic_files(), lambda path: named_in_text(texts[path])) == {}


@pytest.mark.parametrize(
    "text",
    [
        "from kartotek.crm.contact import Contacts",
        'find(actor, "contacts", question)',
        'find(actor, "notes", question)',
        "def show(contacts): return contacts",
        "row.companies",
        "if record_type is Companies: pass",
        'path("contacts/<uid>", view)',
    ],
)
def test_a_breach_in_python_is_caught(text):
    assert named_in_python(text)


@pytest.mark.parametrize(
    "text",
    [
        '<a href="/contacts/">{{ _("All") }}</a>',
        '{% if type.key == "companies" %}x{% endif %}',
        ".contacts-table { color: red }",
        'const key = "companies";',
    ],
)
def test_a_breach_in_a_template_style_or_script_is_caught(text):
    assert named_in_text(text)


def test_a_comment_and_a_plain_word_are_no_breach():
    assert named_in_text("{# contacts and companies #} order task message") == []
    assert named_in_python('"""How contacts are shown."""\norder = "task"') == []
