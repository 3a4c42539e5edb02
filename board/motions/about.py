"""What a motion may approve: versions of the agreement and virements that wait for the board."""

from datetime import date

from core.money import pounds
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.queries import versions
from funding.agreements.versions.rules import HELD
from funding.queries import the_fund
from funding.virements.models import Virement
from funding.virements.queries import proposed
from people.models import Staff


def _waiting(viewer: Staff, on: date) -> tuple[list[AgreementVersion], list[Virement]]:
    fund = the_fund()
    still = [one for one in versions(fund.id, viewer=viewer, on=on) if one.status not in HELD]
    return still, proposed(viewer=viewer, on=on)


def about_choices(*, viewer: Staff, on: date) -> list[tuple[str, str]]:
    """What may be approved, as a form offers it: (its code, what it is)."""
    drafts, virements = _waiting(viewer, on)
    return [
        *((one.code, f"Version {one.number} of the agreement") for one in drafts),
        *(
            (one.code, f"Virement {one.code}: {pounds(one.pence)} from {one.from_line}")
            for one in virements
        ),
    ]


def read_about(
    code: str, *, viewer: Staff, on: date
) -> tuple[AgreementVersion | None, Virement | None]:
    """The version or the virement of a code; neither for none."""
    drafts, virements = _waiting(viewer, on)
    version = next((one for one in drafts if one.code == code), None)
    return version, next((one for one in virements if one.code == code), None)
