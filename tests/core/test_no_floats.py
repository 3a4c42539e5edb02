"""Money never passes through a floating-point number: read from the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Where things stand on paper is no money.
DRAWING = {ROOT / "funding/drawing.py"}
MONEY = sorted(
    {
        ROOT / "core/money.py",
        *(ROOT / "funding").rglob("*.py"),
        *(ROOT / "loans").rglob("*.py"),
    }
    - DRAWING
)


def faults(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{where} writes the float {node.value}")
        if isinstance(node, ast.Name) and node.id in {"float", "Float", "Double", "Numeric"}:
            found.append(f"{where} names {node.id}")
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"{where} divides with /")
    return found


@pytest.mark.parametrize("path", MONEY, ids=lambda path: str(path.relative_to(ROOT)))
def test_money_is_whole_pence(path: Path) -> None:
    assert not faults(path)


def test_the_money_rooms_are_all_looked_at() -> None:
    assert {"money.py", "ledger.py", "statements.py", "actions.py"} <= {one.name for one in MONEY}
