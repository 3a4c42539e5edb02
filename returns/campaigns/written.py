"""What a campaign writes: its letters and its texts, from the loans that it still asks for."""

from collections.abc import Sequence
from datetime import date

from labels.lent import opening_hours
from labels.papers import item_address, sender
from labels.queries import good_issues
from loans.models import Client
from people.audit import look
from people.models import Staff
from returns.campaigns.letters import Asking, Letter, Thing, letters_pdf
from returns.campaigns.models import Campaign, CampaignLoan
from returns.campaigns.queries import clients_of, lines_to_write_to
from returns.campaigns.rules import mobile, text_words

GROWN = 16
TEXT_HEADS = ("Telephone", "Text")


def letters_of(campaign: Campaign, *, viewer: Staff, on: date) -> bytes:
    """The letters of a campaign as PDF; every client who is written to is noted as looked at."""
    lines = lines_to_write_to(campaign, viewer=viewer, on=on)
    issues = good_issues({line.loan.item_id for line in lines})
    asking = Asking(
        sender=sender(),
        hours=opening_hours(),
        title=f"Letters, campaign {campaign.code}",
        on=on,
        place=campaign.place,
        day=campaign.day,
    )
    return letters_pdf(
        asking, [_letter(client, of_it, issues, on) for client, of_it in _seen(lines)]
    )


def _seen(lines: Sequence[CampaignLoan]) -> list[tuple[Client, list[CampaignLoan]]]:
    found = clients_of(lines)
    for client, _ in found:
        look("client", client.code)
    return found


def _letter(
    client: Client, lines: Sequence[CampaignLoan], issues: dict[int, int], on: date
) -> Letter:
    born = client.born_on
    before = (on.month, on.day) < (born.month, born.day)
    child = on.year - born.year - before < GROWN
    return Letter(
        name=f"parent or carer of {client.name}" if child else client.name,
        address=(*client.address.splitlines(), client.postcode),
        things=tuple(_thing(line, issues) for line in lines),
    )


def _thing(line: CampaignLoan, issues: dict[int, int]) -> Thing:
    item = line.loan.item
    issue = issues.get(item.id)
    return Thing(line.loan.product.name, item.code, item_address(item, issue) if issue else "")


def texts_of(campaign: Campaign, *, viewer: Staff, on: date) -> list[tuple[str, str]]:
    """The number and the words of each text; every client who is written to is noted."""
    lines = lines_to_write_to(campaign, viewer=viewer, on=on)
    ours = sender()
    return [
        (
            mobile(client.telephone),
            text_words(ours.name, ours.telephone, [line.loan.product.name for line in of_it]),
        )
        for client, of_it in _seen(lines)
    ]
