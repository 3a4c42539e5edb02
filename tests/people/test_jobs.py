"""Jobs: done in pieces, each once; stopped and gone on with; seen by whoever asked."""

import threading

import pytest
from flask import Flask

from core.db import db, transaction
from core.errors import NotAllowed, NotFound, Refused
from people.jobs.actions import KINDS, ask, cancel
from people.jobs.jobs import next_piece, stop, work, work_on
from people.jobs.models import Job
from people.jobs.queries import job_by_code, jobs, open_jobs
from people.rules import Role
from tests.builders import NOON, a_member_of_staff
from tests.conftest import an_app

DID: list[tuple[int, int]] = []


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    DID.clear()

    def piece(job: Job, **_: object) -> int:
        some = min(3, job.total - job.done)
        DID.append((job.done, some))
        return some

    def refuse(_job: Job, **_: object) -> int:
        raise NotAllowed("The third line was posted before.")

    monkeypatch.setitem(KINDS, "count", piece)
    monkeypatch.setitem(KINDS, "refuse", refuse)


def a_job(total: int = 7, kind: str = "count", **but: object) -> Job:
    by = but.get("by") or a_member_of_staff(Role.ADMINISTRATOR)
    return ask(kind, "Count to seven", total, by=by, at=NOON)


def test_a_job_is_done_in_pieces_and_says_how_far_it_is(app: Flask) -> None:
    job = a_job()
    assert (job.state, job.ended) == ("waiting", False)
    next_piece(job.id, at=NOON)
    assert (job.state, job.done) == ("under way", 3)
    for _ in range(3):
        next_piece(job.id, at=NOON)
    assert (job.state, job.done) == ("finished", 7)
    assert next_piece(job.id, at=NOON) is None
    assert DID == [(0, 3), (3, 3), (6, 1), (7, 0)]


def test_a_job_called_off_keeps_what_was_done(app: Flask) -> None:
    job = a_job()
    next_piece(job.id, at=NOON)
    cancel(job, by=job.by, at=NOON)
    assert next_piece(job.id, at=NOON) is None
    assert (job.state, job.done) == ("cancelled", 3)
    with pytest.raises(NotAllowed, match="cancelled already"):
        cancel(job, by=job.by, at=NOON)
    stop(job.id, Refused("Too late."))
    assert job.failed_because is None


def test_a_job_is_seen_by_whoever_asked_and_by_who_sees_the_trail(app: Flask) -> None:
    mine, ada = a_member_of_staff(Role.FINANCE), a_member_of_staff(Role.ADMINISTRATOR)
    other = a_member_of_staff(Role.FINANCE)
    job = a_job(by=mine)
    assert list(jobs(viewer=mine)) == [job] == [one for one in jobs(viewer=ada) if one == job]
    assert job_by_code(job.code.lower(), viewer=ada) is job
    assert not jobs(viewer=other)
    for code, viewer in ((job.code, other), ("nonsense", mine)):
        with pytest.raises(NotFound):
            job_by_code(code, viewer=viewer)


@pytest.fixture
def busy(fresh_url: str):
    app = an_app(fresh_url)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_worker_does_all_that_waits_and_stops_what_is_refused(busy: Flask) -> None:
    with busy.app_context():
        with transaction("test"):
            good, bad = a_job().id, a_job(kind="refuse").id
        assert work(once=True) == 2
        assert open_jobs() == []
        assert db.session.get_one(Job, good).done == 7
        assert db.session.get_one(Job, bad).failed_because == "The third line was posted before."
        assert db.session.get_one(Job, bad).state == "stopped"
        db.session.remove()


def test_two_workers_do_every_piece_once(busy: Flask) -> None:
    with busy.app_context(), transaction("test"):
        number = a_job(total=60).id
    ready = threading.Barrier(4)

    def worker() -> None:
        with busy.app_context():
            ready.wait()
            work_on(number)
            db.session.remove()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with busy.app_context():
        work_on(number)
        assert db.session.get_one(Job, number).done == 60
        db.session.remove()
    assert sorted(start for start, some in DID if some) == list(range(0, 60, 3))


def test_a_job_has_its_page(app: Flask, as_) -> None:
    job = a_job()
    ada = as_(Role.ADMINISTRATOR)
    assert "0 of 7 done" in ada.get(f"/jobs/{job.code}").get_data(as_text=True)
    assert job.title in ada.get("/jobs").get_data(as_text=True)
    assert ada.post(f"/jobs/{job.code}/cancel").status_code == 303
    assert ada.post(f"/jobs/{job.code}/cancel").status_code == 409
    assert as_(Role.PRESCRIBER).get(f"/jobs/{job.code}").status_code == 404
