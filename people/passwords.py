"""Passwords: what makes one good enough, how it is kept, and checking one in constant work."""

import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid

SHORTEST, LONGEST = 12, 200
# 19 MiB, two passes, one lane: about 25 ms. The library's own 64 MiB would let a few hundred
# simultaneous guesses take all the memory of a small machine.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_TOO_WELL_KNOWN = ("password", "123456789", "qwertyuiop", "abcdefghij")


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_tidy(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; as much work where nothing was kept."""
    try:
        HASHER.verify(kept or _nobodys(), _tidy(password[: LONGEST + 1]))
    except InvalidHashError:
        return fits(None, password)
    except VerificationError:
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a password was kept with weaker settings than today's."""
    return HASHER.check_needs_rehash(kept)


def read_password(password: str, *, name: str = "", email: str = "") -> str:
    """The password, if it is good enough. Raises Invalid with a sentence saying what to do."""
    if len(password) < SHORTEST:
        raise Invalid(
            f"Use at least {SHORTEST} characters. Three words that do not belong together are easy "
            "to remember.",
            field="password",
        )
    if len(password) > LONGEST:
        raise Invalid(f"Use no more than {LONGEST} characters.", field="password")
    low = password.lower()
    own = [part for part in (*name.lower().split(), email.lower().split("@")[0]) if len(part) > 3]
    if len(set(low)) < 5 or any(known in low for known in _TOO_WELL_KNOWN):
        raise Invalid(
            "That password is easy to guess. Use three words that do not belong together.",
            field="password",
        )
    if any(part in low for part in own):
        raise Invalid("Leave names and addresses out of the password.", field="password")
    return password


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash(secrets.token_hex(16))


def _tidy(password: str) -> bytes:
    """The same bytes for the same letters, whichever keyboard they came from."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
