"""The house's promises, read from the code itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[1]
ROOMS = (
    "core", "web", "people", "equipment", "funding", "loans", "labels", "logistics", "returns",
    "board", "reports", "exchange", "demo",
)  # fmt: skip
DOORS = {"views.py", "cli.py", "jobs.py", "api.py", "serve.py"}


OPEN_TO_ALL = {
    "depot.command",
    "depot.place",
    "depot.store",
    "public.item",
    "offline.manifest",
    "offline.shell",
    "offline.worker",
    "reports.our_year",
    "reports.our_year_csv",
    "requests.ask_collection",
    "requests.ask_fault",
    "requests.ask_found",
    "requests.send_collection",
    "requests.send_fault",
    "requests.send_found",
    "requests.thanks",
    "people.sign_in",
    "people.sign_in_now",
    "web_doors.favicon",
    "web_doors.healthz",
    "web_doors.readyz",
    "web_doors.robots",
    "web_static.file",
}


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms or ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def everything() -> list[Path]:
    return [ROOT / "app.py", ROOT / "serve.py", *modules()]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def test_the_program_commits_in_one_place() -> None:
    commits = [
        name_of(path)
        for path in everything()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert commits == ["core/db.py"]


def test_every_unsafe_route_writes_in_the_one_transaction_and_no_safe_one_does(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        unsafe = bool(rule.methods & {"POST", "PUT", "PATCH", "DELETE"})
        assert unsafe == hasattr(view, "writes"), (
            f"{rule.endpoint}: unsafe and not @writes, or safe"
        )
        assert not (unsafe and rule.methods & {"GET"}), f"{rule.endpoint} is both safe and unsafe"


def test_every_route_asks_who_you_are_or_says_that_it_does_not(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        assert hasattr(view, "needs"), f"{rule.endpoint} declares no access"


def test_the_routes_open_to_all_are_these(app: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "needs", ()) is None
    }
    assert open_to_all == OPEN_TO_ALL


def test_no_address_takes_an_integer_from_inside(app: Flask) -> None:
    # An entry's number is its public name.
    allowed = {
        "funding.entry",
        "funding.reverse",
        "funding.new_dispute",
        "funding.raise_dispute",
        "funding.to_lay",
        "funding.lay_entry",
    }
    taken = {rule.endpoint for rule in app.url_map.iter_rules() if "<int:" in rule.rule} - allowed
    assert not taken


def test_every_page_has_a_title() -> None:
    for path in sorted(ROOT.glob("*/templates/**/*.html")):
        text = path.read_text()
        if "{% extends" in text and path.name != "layout.html":
            assert "{% block title %}" in text, f"{name_of(path)} has no title"


def test_no_page_has_inline_script_or_style() -> None:
    for path in sorted(ROOT.glob("*/templates/**/*.html")):
        text = path.read_text()
        assert not re.search(
            r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=[\"']|<style", text
        ), name_of(path)
        assert "|safe" not in text.replace(" ", ""), f"{name_of(path)} lets raw text through"


def test_nobody_imports_the_application() -> None:
    for path in modules():
        for node in ast.walk(tree(path)):
            named = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert "app" not in [one.split(".")[0] for one in named], name_of(path)


def test_rules_know_neither_flask_nor_the_database() -> None:
    for path in modules():
        if path.name == "rules.py":
            text = path.read_text()
            assert not re.search(r"^(from|import) (flask|sqlalchemy|\w+\.models)", text, re.M), (
                name_of(path)
            )


def test_the_time_is_asked_for_at_the_doors_only() -> None:
    for path in everything():
        at_a_door = (
            path.name in DOORS or path.parts[-2] in {"web", "demo"} or path.name == "clock.py"
        )
        # The audit trail is written by the commit itself, which belongs to the door.
        if at_a_door or name_of(path) == "people/audit.py":
            continue
        calls = [
            node.lineno
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "now"
        ]
        assert not calls, f"{name_of(path)} asks the time at lines {calls}"


def test_what_people_do_says_who_and_when() -> None:
    for path in modules():
        if path.name != "actions.py":
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                if node.name in MARKS:
                    continue
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                assert {"by", "at"} <= keywords, f"{name_of(path)}: {node.name} lacks by= or at="


SEEN_BY_SOMEBODY = re.compile(r"\b(Client|Order|Loan|Visit|Entry|Statement|Staff|Spend)\b")
# What the rooms ask one another while somebody acts; never what a page shows.
INSIDE = {
    "loans": {"open_loan_of"},
}
# Marks on a thing that another act makes in the same breath, and says who and when.
MARKS = {"record_clean"}


def test_reads_of_people_orders_and_money_take_the_viewer() -> None:
    loose = []
    for path in modules("people", "funding", "loans", "logistics", "returns", "board", "reports"):
        if path.name != "queries.py":
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            given = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
            answer = ast.unparse(node.returns) if node.returns else ""
            room = path.relative_to(ROOT).parts[0]
            if (
                SEEN_BY_SOMEBODY.search(answer)
                and "viewer" not in given
                and "_of" not in node.name
                and node.name not in INSIDE.get(room, set())
            ):
                loose.append(f"{name_of(path)}: {node.name} -> {answer}")
    assert not loose


def test_modules_and_functions_stay_small() -> None:
    for path in everything():
        lines = [line for line in path.read_text().splitlines() if line.strip()]
        assert len(lines) <= 300, f"{name_of(path)} has {len(lines)} lines"
        for function in functions(path):
            length = (function.end_lineno or 0) - function.lineno
            assert length <= 45, f"{name_of(path)}: {function.name} has {length} lines"


def test_names_are_the_fields_words() -> None:
    banned = re.compile(r"(^|_)(service|manager|helper|util|utils|handler|processor|common)(_|$)")
    for path in everything():
        assert not banned.search(path.stem), name_of(path)
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                snake = re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower()
                assert not banned.search(snake), f"{name_of(path)}: {node.name}"


def test_nothing_is_caught_that_is_not_understood() -> None:
    for path in everything():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                broad = caught in {"", "Exception", "BaseException"}
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                assert not broad or raises, f"{name_of(path)}:{node.lineno} swallows everything"


def test_nothing_is_unpickled_or_evaluated() -> None:
    for path in everything():
        text = path.read_text()
        assert not re.search(
            r"\bpickle\b|yaml\.load|\beval\(|\bexec\(|render_template_string", text
        )


def test_the_rooms_lean_one_way() -> None:
    told = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_promises(room: str) -> None:
    for path in modules(room):
        assert ast.get_docstring(tree(path)), name_of(path)
