"""Reads of approvals: whether the board approved a version as it stands."""

from sqlalchemy import select

from core.db import db
from funding.agreements.approvals.models import Approval
from funding.agreements.versions.models import AgreementVersion


def approval_of(version: AgreementVersion) -> Approval | None:
    """The board's approval of a version as it stands; one of an older revision is none."""
    return db.session.scalar(
        select(Approval).where(
            Approval.version_id == version.id, Approval.revision == version.revision
        )
    )
