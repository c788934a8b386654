"""Every sentence is used somewhere, and the views hold none of their own."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "product_gui"
TEXTS = sorted((ROOT / "text").glob("*.py"))
VIEWS = sorted((ROOT / "views").glob("*.py"))


def names_defined(module: ast.Module) -> set[str]:
    names = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    for node in module.body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def names_used(module: ast.Module) -> set[str]:
    nodes = list(ast.walk(module))
    loaded = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    imported = {a.name for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names}
    return loaded | imported | {n.attr for n in nodes if isinstance(n, ast.Attribute)}


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_every_sentence_is_used(text: Path) -> None:
    others = [path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts]
    used = set().union(*(names_used(ast.parse(path.read_text())) for path in others))
    assert names_defined(ast.parse(text.read_text())) - used == set()


def sentences(module: ast.Module) -> list[str]:
    """Texts with a space between two words, but for docstrings: those a person could read."""
    bodies = (ast.Module, ast.ClassDef, ast.FunctionDef)
    statements = [s for n in ast.walk(module) if isinstance(n, bodies) for s in n.body]
    docstrings = {s.value for s in statements if isinstance(s, ast.Expr)}
    return [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in docstrings
        and any(word.isalpha() for word in node.value.split()[1:])
    ]


@pytest.mark.parametrize("view", VIEWS, ids=lambda path: path.stem)
def test_views_hold_no_sentences_of_their_own(view: Path) -> None:
    found = sentences(ast.parse(view.read_text()))
    for_the_log = ("There is no program that opens folders.", "%s could not be shown: %s")
    assert [text for text in found if text not in for_the_log] == []
