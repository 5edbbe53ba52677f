"""Cryptography that protects nothing: broken hashes of passwords, broken ciphers, fixed inputs, none at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.facts.typescript import Call, Closure, Constant, Function, Member, Name, New, Node, Property, Template
from analyzer.typescript.calls import dotted
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.values import (
    ArrayValue,
    Called,
    Concatenation,
    Global,
    Known,
    MemberOf,
    ObjectValue,
    Site,
    Value,
    options,
    same,
    text_of,
)
from analyzer.typescript.walk import inside

_BROKEN_HASH = re.compile(r"md-?[245]|sha-?1", re.IGNORECASE)
_HASHES = re.compile(r"(?:^|\.)(?:digest|createHash|createHmac)$")
_BY_NAME = re.compile(r"(?:^|\.)(?P<hash>md5|sha1)(?:\.hash|Hex|Base64)?$", re.IGNORECASE)
_PASSWORD = re.compile(r"passw(?:or)?d|passwd|(?:^|_)pwd|(?:^|_)pin(?:_?code)?$|pinCode", re.IGNORECASE)
_BESIDE = re.compile(r"salt|pepper|encod|hash|digest", re.IGNORECASE)  # what may be hashed along with a password
_PWNED = re.compile(
    r"pwned", re.IGNORECASE
)  # that service takes the SHA-1 of a password, cut: https://haveibeenpwned.com/API/v3
_CIPHERS = re.compile(r"(?:^|\.)(?P<call>createCipheriv|createCipher)$")
_BROKEN_CIPHER = re.compile(r"^(?:des|rc[24]|bf|idea|seed)\b|(?:^|-)ecb$", re.IGNORECASE)
_CRYPTO_JS = re.compile(r"(?:^|\.)(?P<cipher>AES|DES|TripleDES|RC4|Rabbit)\.encrypt$")
_SUBTLE = re.compile(r"(?:^|\.)subtle\.encrypt$")
_ENCRYPTS = re.compile(r"(?:^|[a-z_])encrypt(?!ed|ion|or|able)", re.IGNORECASE)
_ENCODES = re.compile(
    r"(?:^|\.)(?:btoa|encodeBase64|base64Encode|toBase64)$|base64.*\.(?:encode|stringify)$", re.IGNORECASE
)
_WORKS = re.compile(
    r"subtle|cipher|crypt|aes|seal|box|sodium|nacl|forge|jose|jwe|rpc|invoke|fetch|vault|kms", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Weakness:
    """A place where cryptography does not protect; `text` says what it does there."""

    site: Site
    text: str


def weaknesses(program: Program, path: str) -> Iterator[Weakness]:
    """The weaknesses of a module, in the order of kinds."""
    index = program.index(path)
    for call in index.calls:
        text = _of_call(program, path, call)
        if text is not None:
            yield Weakness(Site(path, call), text)
    for node in index.nodes.get(Member, ()):
        if isinstance(node, Member) and node.name == "ECB" and dotted(node).endswith("mode.ECB"):
            yield Weakness(Site(path, node), "ECB encrypts equal blocks alike, so that they show")
    for node in index.nodes.get(Function, ()):
        if isinstance(node, Function) and _only_encodes(node):
            yield Weakness(Site(path, node), f"`{node.name}` encodes and encrypts nothing: anybody reads Base64")


def _of_call(program: Program, path: str, call: Call | New) -> str | None:
    name = dotted(call.callee)
    if not isinstance(call, Call) or not name:
        return None
    first = call.arguments[0] if call.arguments else None
    given = value(program, path, first) if first is not None else None
    hashed = _BY_NAME.search(name)
    if _HASHES.search(name) and given is not None:
        algorithm = _algorithm(given)
        if algorithm is not None and _BROKEN_HASH.fullmatch(algorithm):
            return _hash_of_password(program, path, call, algorithm)
    elif hashed is not None:
        return _hash_of_password(program, path, call, hashed["hash"])
    elif (made := _CIPHERS.search(name)) is not None and given is not None:
        algorithm = text_of(given)
        if algorithm is not None and _BROKEN_CIPHER.search(algorithm):
            return f"`{algorithm}` is broken"
        if made["call"] == "createCipheriv" and len(call.arguments) > 2 and _is_fixed(program, path, call.arguments[2]):
            return "every text is encrypted with one initialisation vector, which stands in the code"
    elif (made := _CRYPTO_JS.search(name)) is not None:
        if made["cipher"] not in ("AES", "Rabbit"):
            return f"`{made['cipher']}` is broken"
        if len(call.arguments) > 1 and text_of(value(program, path, call.arguments[1])):
            return "the key stands in the code"
    elif _SUBTLE.search(name) and isinstance(given, ObjectValue):
        vector = _entry(first, "iv")
        if vector is not None and _is_fixed(program, path, vector):
            return "every text is encrypted with one initialisation vector, which stands in the code"
    return None


def _algorithm(given: Value) -> str | None:
    if isinstance(given, ObjectValue):
        name = given.entries.get("name")
        return text_of(name) if name is not None else None
    return text_of(given)


def _hash_of_password(program: Program, path: str, call: Call, algorithm: str) -> str | None:
    """What is wrong with a hash, where it is one of a password and not for the service that knows leaked ones."""
    if _mentions(program, path, _PWNED) or not _is_of_password(program, path, call):
        return None
    return f"{algorithm.upper()} of a password is found out in no time"


def _is_of_password(program: Program, path: str, call: Call) -> bool:
    """Whether what is hashed is called a password, in the call or where it comes from, or what hashes it is."""
    parent = program.parent(path, call)
    chained: list[Node] = []
    while isinstance(parent, Member | Call):  # createHash("md5").update(password).digest("hex")
        chained += parent.arguments if isinstance(parent, Call) else ()
        parent = program.parent(path, parent)
    return any(_is_password(program, path, argument) for argument in (*call.arguments, *chained))


def _is_password(program: Program, path: str, argument: Node) -> bool:
    """Whether a password is all that an argument is made of, salt excepted: with more, it is a checksum of that."""
    found = False
    for node in inside(argument):
        if isinstance(node, Member) and _PASSWORD.search(node.name):
            found = True
        elif isinstance(node, Name) and node.binding >= 0:
            if _PASSWORD.search(node.name) or _comes_of_password(program, path, node):
                found = True
            elif not _BESIDE.search(node.name) and not isinstance(program.parent(path, node), Member):
                return False
    return found


def _comes_of_password(program: Program, path: str, node: Name) -> bool:
    """Whether a variable is made of a password: `encoder.encode(password)`."""
    return any(
        isinstance(definition.source, Call)
        and any(isinstance(one, Name | Member) and _PASSWORD.search(one.name) for one in inside(definition.source))
        for definition in program.index(path).definitions.get(node.binding, ())
    )


def _mentions(program: Program, path: str, wanted: re.Pattern[str]) -> bool:
    index = program.index(path)
    return any(
        wanted.search(text)
        for node in (*index.nodes.get(Constant, ()), *index.nodes.get(Template, ()))
        for text in (node.texts if isinstance(node, Template) else (getattr(node, "value", None),))
        if isinstance(text, str)
    )


def _entry(node: Node | None, key: str) -> Node | None:
    properties = getattr(node, "properties", ())
    return next((item.value for item in properties if isinstance(item, Property) and item.key == key), None)


def _is_fixed(program: Program, path: str, node: Node) -> bool:
    """Whether a value is the same in every run: text or numbers of the code, or bytes that nothing fills."""
    found = value(program, path, node)  # type: ignore[arg-type]
    return all(_is_constant(one) for one in options(found)) and not _is_filled(program, path, found)


def _is_constant(found: Value) -> bool:
    match found:
        case Known(value=content):
            return content is not None
        case ArrayValue(elements=elements, complete=True):
            return all(_is_constant(one) for one in elements)
        case Concatenation(parts=parts):
            return all(_is_constant(one) for one in parts)
        case Called(callee=Global(name="Uint8Array" | "Buffer.from" | "Buffer.alloc"), arguments=arguments):
            return bool(arguments) and all(_is_constant(one) for one in arguments)
        case Called(callee=MemberOf(key="encode" | "parse" | "from" | "alloc"), arguments=arguments):
            return bool(arguments) and all(_is_constant(one) for one in arguments)
    return False


def _is_filled(program: Program, path: str, found: Value) -> bool:
    """Whether something writes random bytes into it: `crypto.getRandomValues(iv)`."""
    return any(
        dotted(call.callee).endswith(("getRandomValues", "randomFillSync"))
        and any(same(value(program, path, argument), found) for argument in call.arguments)
        for call in program.index(path).calls
    )


def _only_encodes(function: Function) -> bool:
    """Whether a function that is called one that encrypts does nothing of the kind, and encodes its result."""
    if not _ENCRYPTS.search(function.name):
        return False
    names = []
    for statement in function.body:
        for node in inside(statement):
            if isinstance(node, Closure):
                return False
            if isinstance(node, Call | New):
                names.append(dotted(node.callee))
            if isinstance(node, Call) and _writes_base64(node):
                names.append("btoa")
    return any(_ENCODES.search(name) for name in names) and not any(_WORKS.search(name) for name in names)


def _writes_base64(call: Call) -> bool:
    """`buffer.toString("base64")`."""
    return (
        isinstance(call.callee, Member)
        and call.callee.name == "toString"
        and any(isinstance(one, Constant) and one.value == "base64" for one in call.arguments)
    )
