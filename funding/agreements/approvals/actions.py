"""The board approves a version of the agreement; the partners' consents stay what they are."""

from datetime import datetime

from core.db import add
from core.errors import NotAllowed
from funding.agreements.approvals.models import Approval
from funding.agreements.approvals.queries import approval_of
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import HELD
from people.models import Staff


def approve(version: AgreementVersion, *, decision: str, by: Staff, at: datetime) -> Approval:
    """Keep that a decision of the board approved a version as it stands.

    It takes nobody's consent away and stands in for none. Raises NotAllowed where the version is
    in force, or this revision has been approved.
    """
    if version.status in HELD:
        raise NotAllowed("That version is in force already, so there is nothing to approve.")
    if approval_of(version) is not None:
        raise NotAllowed("The board has approved this version already.")
    approval = Approval(version_id=version.id, revision=version.revision, decision=decision)
    approval.at, approval.by_id = at, by.id
    return add(approval)
