"""What a process that answers does once, so that no request need wait for it."""

import gc

import pytest

import serve


def test_no_request_waits_while_the_whole_program_is_looked_through_for_rubbish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/nothing")
    try:
        serve.answering()
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
