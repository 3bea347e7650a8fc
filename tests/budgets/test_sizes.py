"""How long a function and a file may be, what a file may not be called, who has a docstring."""

import ast

import pytest

from tests.budgets.sources import files, modules, tree

FUNCTION_MOST, FILE_MOST, TEMPLATE_MOST = 60, 400, 400
SCRIPT_MOST = 400
TIRED_NAMES = {"utils", "helpers", "common", "misc", "manager", "managers", "helper", "util"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def long_functions(text):
    return [
        node.name
        for node in ast.walk(tree(text))
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno + 1 > FUNCTION_MOST
    ]


def without_docstring(path, text):
    """The module; in core also every public class and function at its top."""
    body = tree(text)
    missing = [] if ast.get_docstring(body) or not text.strip() else ["the module"]
    if path.startswith("core/"):
        missing += [
            node.name
            for node in body.body
            if isinstance(node, (*FUNCTIONS, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
            and not _is_plain(node)
        ]
    return missing


def _is_plain(node):
    """A model's Meta, an app's Config, and functions of one statement speak for themselves."""
    if isinstance(node, ast.ClassDef):
        return node.name.endswith("Config")
    return len(node.body) == 1


def is_tired(path):
    return path.removesuffix(".py").rsplit("/", 1)[-1] in TIRED_NAMES


@pytest.mark.parametrize("path", modules())
def test_functions_and_files_are_short(path):
    text = modules()[path]
    assert long_functions(text) == []
    assert len(text.splitlines()) <= FILE_MOST


@pytest.mark.parametrize("path", modules())
def test_every_module_says_what_lives_in_it(path):
    assert without_docstring(path, modules()[path]) == []
    assert not is_tired(path)


@pytest.mark.parametrize("path", files(".html", ".css", ".js"))
def test_templates_styles_and_scripts_are_short(path):
    assert len(files(".html", ".css", ".js")[path].splitlines()) <= FILE_MOST


def test_a_breach_is_caught():
    assert long_functions("def long():\n" + "    x = 1\n" * 60) == ["long"]
    assert without_docstring("core/x.py", "x = 1") == ["the module"]
    assert without_docstring("core/x.py", '"""X."""\ndef f():\n    a = 1\n    return a') == ["f"]
    assert without_docstring("core/x.py", '"""X."""\nclass C:\n    pass') == ["C"]
    assert is_tired("core/utils.py")
    assert is_tired("pages/manager.py")
