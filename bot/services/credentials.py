"""Passwords, codes and tokens: how somebody proves who they are."""

import re
from datetime import datetime
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.store.staff import Person

SHORTEST, LONGEST_PASSWORD = 12, 128
"""Characters of a password: length counts, not signs (NIST SP 800-63B, 5.1.1.2)."""
PERIOD = 30
"""Seconds a code is good (RFC 6238); the one before and the next are taken too."""
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
TELLING = 4
"""Letters from which on a name in a password gives something away; shorter ones are in words."""

# What OWASP asks of Argon2id at least (Password Storage Cheat Sheet): strangers may have passwords
# looked at, and a second factor follows.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody's password")


def tidy_name(typed: str) -> str:
    """A name of staff as it was typed, as it is kept; empty where it can be nobody's."""
    name = typed.strip().casefold()
    return name if NAME.fullmatch(name) else ""


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """An argon2id hash; about 20 ms of CPU and 19 MB."""
    return _hasher.hash(password)


def check_password(person: Person | None, password: str) -> bool:
    """Whether a password is right; for nobody it takes as long. About 20 ms of CPU and 19 MB."""
    known = person.password if person and person.password else _NOBODY
    try:
        right = _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return right and known is not _NOBODY


def is_locked(person: Person, now: datetime) -> bool:
    """Whether an account takes no password and no code now."""
    return person.locked_until is not None and person.locked_until > now


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to: the present one, the one before or the next."""
    present = int(now.timestamp()) // PERIOD
    totp = pyotp.TOTP(secret, interval=PERIOD)
    for step in (present, present - 1, present + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None


def problem_of_password(password: str, name: str) -> str:
    """Why a password will not do: short, long, name; empty when it does."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    return "name" if len(name) >= TELLING and name in password.casefold() else ""
