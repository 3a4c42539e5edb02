"""Who signs in to the demonstration: one account for each role, with one password for all."""

from dataclasses import dataclass

from core.money import Pence
from people.rules import Role

PASSWORD = "a bed goes round"  # noqa: S105 - printed on purpose, for made-up people


NOTHING = Pence(0)


@dataclass(frozen=True)
class SignIn:
    """A made-up member of staff."""

    role: Role
    name: str
    employer: str  # ODS or GSS code of the organisation they work for
    limit: Pence = NOTHING

    @property
    def email(self) -> str:
        """Their address, which reaches nobody."""
        return f"{self.name.lower().replace(' ', '.')}@example.test"


PROVIDER = "CES01"
HOST = "E10000024"

SIGN_INS = (
    SignIn(Role.PRESCRIBER, "Nadia Clarke", "04K", Pence(750_00)),
    SignIn(Role.AUTHORISER, "Owen Hartley", "04K", Pence(5_000_00)),
    SignIn(Role.WAREHOUSE, "Sam Okoro", PROVIDER),
    SignIn(Role.DRIVER, "Dee Walsh", PROVIDER),
    SignIn(Role.SCHEDULER, "Ravi Menon", PROVIDER),
    SignIn(Role.FINANCE, "Fay Linden", "E06000018"),
    SignIn(Role.BOARD, "Bea Morton", HOST),
    SignIn(Role.ADMINISTRATOR, "Ada Quill", PROVIDER),
)

# The rest of about forty: (role, employer, limit), named by `people.py`.
OTHERS: tuple[tuple[Role, str, Pence], ...] = (
    *((Role.PRESCRIBER, code, Pence(500_00)) for code in ("02Q", "04E", "04H", "04K", "04L")),
    *((Role.PRESCRIBER, code, Pence(750_00)) for code in ("04M", "04N", "04K", "04E")),
    *((Role.PRESCRIBER, "E06000018", Pence(600_00)) for _ in range(3)),
    *((Role.PRESCRIBER, "E10000024", Pence(600_00)) for _ in range(4)),
    *(
        (Role.AUTHORISER, code, Pence(5_000_00))
        for code in ("02Q", "04E", "04H", "04L", "04M", "04N", "E06000018", "E10000024")
    ),
    *((Role.WAREHOUSE, PROVIDER, Pence(0)) for _ in range(3)),
    *((Role.DRIVER, PROVIDER, Pence(0)) for _ in range(3)),
    (Role.FINANCE, "04K", Pence(0)),
    (Role.FINANCE, "02Q", Pence(0)),
    (Role.FINANCE, HOST, Pence(0)),
)
