"""An agreement that everybody has agreed to, in force from a day."""

from datetime import date
from typing import Any

from funding.agreements.rules import Terms
from funding.agreements.versions import actions
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import quarters
from funding.models import Fund
from people.rules import Role
from tests.builders import NOON, a_member_of_staff


def an_agreement(fund: Fund, from_on: date, **terms: Any) -> AgreementVersion:
    """A version of the fund's agreement: `host=` and `stock_model=` as before, if not said."""
    keeper = a_member_of_staff(Role.ADMINISTRATOR)
    version = actions.draft_version(fund, from_on=from_on, by=keeper, at=NOON)
    said = {"from_on": from_on, "host": version.host, "days": quarters(from_on), **terms}
    actions.set_terms(version, Terms(), **said, by=keeper, at=NOON)
    for one in version.contributions:
        finance = a_member_of_staff(Role.FINANCE, organisation=one.organisation)
        actions.agree(version, revision=version.revision, by=finance, at=NOON)
    actions.put_in_force(version, revision=version.revision, by=keeper, at=NOON)
    return version
