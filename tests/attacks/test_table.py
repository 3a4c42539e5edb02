"""The table of attacks names tests that are there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_table_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "security.md").read_text())
    assert len(named) > 30
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in there, f"{path} has no {name}"


def test_every_attack_of_this_package_is_in_the_table() -> None:
    told = (ROOT / "docs" / "security.md").read_text()
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        assert path == Path(__file__) or f"tests/attacks/{path.name}::" in told, path.name


def test_every_row_of_the_table_says_what_could_happen_and_what_shows_it() -> None:
    rows = [
        row for row in (ROOT / "docs" / "security.md").read_text().splitlines() if row[:2] == "| "
    ]
    for row in rows[1:]:
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 3, row
        assert "`tests/" in cells[2], row
