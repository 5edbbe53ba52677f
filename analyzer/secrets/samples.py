"""Whether a string that has a secret's form only stands for one."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from math import log2

# Words that people write where a value belongs. Of five letters and more, since a random key of a hundred
# letters and digits holds a given one with a chance below one in a hundred thousand.
_WORDS = re.compile(
    r"xxxx|\.\.\.|…|\*\*\*|your[-_ ]?(?:own|key|api|secret|token|project|pass|supabase|stripe|app|db|database|service)"
    r"|example|placeholder|change[-_]?me|change[-_]?this|replace|dummy|sample|redacted|insert[-_]|goes[-_]?here|mysecret"
    r"|secretkey|secret[-_]key|api[-_]?key|password|some[-_](?:key|secret|token)|undefined|notreal|not[-_]a[-_]"
    r"|supersecret|super[-_]secret|testkey|test[-_]?(?:secret|token)|fake|mock|lorem|todo[-_]|fixme|foobar|deadbeef"
    r"|removed|masked|hidden|truncated",
    re.IGNORECASE,
)
_EDGE_WORDS = re.compile(
    r"(?:^|[-_.\s])(?:your|my|the|here|test|todo|xxx|abc|abc123|foo|bar|baz|demo|none|null|key|secret|token)(?:$|[-_.\s])",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"[<>{}\[\]$]|%[A-Za-z(]|^env\(|^encrypted:")
_SAME = re.compile(r"(.)\1{4}")  # five equal characters in a row: 62 ** -4 a place
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "98765432109876543210",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
)
_LEAST_LETTERS = 20  # different ones in the body of a private key; the shortest, of 64, have 35 and more
_DER_SEQUENCE = 0x30
_DER_HEADER = 6  # bytes
_LOOKED_AT = 400  # characters: the longest keys; of a private key, the beginning
_RUN = 6  # characters: 6 in alphabetical order come up by chance once in 62 ** 5 places

# Keys that the documentation of their makers prints, without their prefixes.
_DOCUMENTED = (
    "4eC39HqLyjWDarjtT1zdp7dc",  # https://docs.stripe.com/api/authentication
    "BQokikJOvBiI2HlWgH4olfQ2",  # https://docs.stripe.com/keys, the key of the earlier documentation
    "tR3PYbcVNZZ796tH88S4VQ2u",
    "TYooMQauvdEDq54NiTphI7jx",
    "IOSFODNN7EXAMPLE",  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
    "wJalrXUtnFEMI/K7MDENG",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",  # https://docs.standardwebhooks.com
    "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",  # https://docs.svix.com
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",  # https://jwt.io
    # What every local stack has. https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go
    "850181e4652dd023b7a98c58",
    "625729a08b95bf1b7ff351a6",
    "EAx3IQ/wRG1v47ZD4NE4",
)
# Passwords that people write for the reader to replace, and the ones of local stacks.
_SAMPLE_PASSWORD = re.compile(
    r"(?:db[-_]?|my[-_]?|your[-_]?|postgres[-_]?)?(?:pass(?:word|wd)?|pwd|pw|postgres(?:ql)?|root|admin|secret|user|test|p4ss|token)\d{0,3}"
    r"|[\W_]+|(.)\1+|[A-Z]+(?:_[A-Z]+)+",
    re.IGNORECASE,
)

# A sentence, `NEVER_PRINT_THIS_VALUE`: twelve random letters are all capitals once in 30 million.
_SENTENCE = re.compile(r"(?=.{12})[A-Z]+(?:_[A-Z]+)+")
_LEET = re.compile(r"p[a@4]s+w[o0]rd|ch[a@]ngem[e3]|example", re.IGNORECASE)


def is_sample(value: str) -> bool:
    """Whether `value`, the part of a key behind its prefix, was written by a person to stand for a key."""
    value = value[:_LOOKED_AT]
    if _WORDS.search(value) or _EDGE_WORDS.search(value) or _WRAPPED.search(value) or _SAME.search(value):
        return True
    if any(documented in value for documented in _DOCUMENTED):
        return True
    if _is_spelled_out(value) or _SENTENCE.fullmatch(value):
        return True
    lower = value.lower()
    if any(lower[index : index + _RUN] in run for run in _RUNS for index in range(len(lower) - _RUN + 1)):
        return True
    return _repeats(lower) or entropy(value) < _least_entropy(len(value))


def is_sample_private_key(body: str) -> bool:
    """Whether words stand in a private key's place, or its base64 ends before it: the first bytes tell its size.

    Real ones hold long runs of `A`, which are zeros.
    """
    if _WORDS.search(body, 0, _LOOKED_AT) or len(set(body)) < _LEAST_LETTERS:
        return True
    letters = re.sub(r"\\[rn]|[^A-Za-z0-9+/]", "", body)
    try:
        decoded = base64.b64decode(letters[: len(letters) // 4 * 4])
    except (binascii.Error, ValueError):
        return False
    if len(decoded) < _DER_HEADER or decoded[0] != _DER_SEQUENCE:
        return False  # OpenSSH, PGP, encrypted
    size = decoded[1]
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(decoded[2 : 2 + count], "big") + count
    return size > len(decoded) + 2  # the last of them may stand in a padded group of four letters


def _is_spelled_out(value: str) -> bool:
    """Whether it is readable text in base64: 16 random bytes are so once in ten million."""
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(decoded) >= 16 and decoded.isascii() and decoded.decode().isprintable()


def is_sample_password(password: str) -> bool:
    """As `is_sample`, for what a person chose: real passwords are short and hold words and runs."""
    if _SAMPLE_PASSWORD.fullmatch(password) or _LEET.search(password) or len(set(password)) < 4:
        return True
    return is_sample(password) and not any(character.isdigit() for character in password)


def entropy(value: str) -> float:
    """Shannon's entropy of the characters, in bits a character."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values()) if size else 0.0


def _repeats(value: str) -> bool:
    """Whether a short piece over and over makes up the value: `abc1abc1abc1abc1`."""
    half = len(value) // 2
    return any(value[: half + piece].startswith(value[piece : half + piece]) for piece in range(1, min(half, 9)))


def _least_entropy(size: int) -> float:
    """A bound that random hexadecimal digits pass: of `size` of them, fewer than one string in a million is below."""
    return 1.8 if size < 16 else 2.3 if size < 24 else 2.7
