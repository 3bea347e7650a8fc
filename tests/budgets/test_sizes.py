"""How long a function and a file may be, what a file may not be called, who has a docstring."""

import ast

from tests.budgets.sources import files, modules, nodes, offenders, tree

FUNCTION_MOST, FILE_MOST, TEMPLATE_MOST = 60, 400, 400
SCRIPT_MOST = 400
TIRED_NAMES = {"utils", "helpers", "common", "misc", "manager", "managers", "helper", "util"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def long_functions(text):
    return [
        node.name
        for node in nodes(text)
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


def too_long(texts, most):
    """Path → lines of the files with more than `most`."""
    return {path: n for path, text in texts.items() if (n := len(text.splitlines())) > most}


def test_functions_and_files_are_short():
    assert offenders(modules(), lambda path: long_functions(modules()[path])) == {}
    assert too_long(modules(), FILE_MOST) == {}


def test_every_module_says_what_lives_in_it():
    assert offenders(modules(), lambda path: without_docstring(path, modules()[path])) == {}
    assert [path for path in modules() if is_tired(path)] == []


def test_templates_styles_and_scripts_are_short():
    assert too_long(files(".html", ".css", ".js"), FILE_MOST) == {}


def test_a_breach_is_caught():
    assert long_functions("def long():\n" + "    x = 1\n" * 60) == ["long"]
    assert without_docstring("core/x.py", "x = 1") == ["the module"]
    assert without_docstring("core/x.py", '"""X."""\ndef f():\n    a = 1\n    return a') == ["f"]
    assert without_docstring("core/x.py", '"""X."""\nclass C:\n    pass') == ["C"]
    assert too_long({"x": "1\n2\n3", "y": "1"}, 2) == {"x": 3}
    assert is_tired("core/utils.py")
    assert is_tired("pages/manager.py")
