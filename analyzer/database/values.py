"""Values of cells: what they are, how they change their type, and how JSON shows them."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple, TypeAlias

from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.datatypes import DataType
from analyzer.database.literals import boolean, check_literal
from analyzer.database.model import Place, Relation, Type
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.types import own_type, shown
from analyzer.facts.sql_query import Node


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value that cannot be known; `distinct` means that it differs from every other (a random one).

    It equals itself alone: so a random key is found again wherever it was copied to.
    """

    why: str
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Json:
    """A value of type json or jsonb; json keeps the blanks that it was built with."""

    value: object
    separators: tuple[str, str] = (", ", ": ")


@dataclass(frozen=True, slots=True)
class Record:
    """A row as a value."""

    names: tuple[str, ...]
    values: tuple[object, ...]


#: None is NULL; text, uuid, enums and types without arithmetic are `str`; arrays are lists.
Value: TypeAlias = object


class OidVector(tuple[DataType, ...]):
    """The types of a function's parameters, as pg_proc lists them."""


class NodeTree(str):
    """An expression as the catalogue holds it, which pg_get_expr gives back as this text."""


class AclItem(NamedTuple):
    """One privilege of an access control list, as aclexplode gives it; roles by their oids, PUBLIC is 0."""

    grantor: int
    grantee: int
    privilege_type: str
    is_grantable: bool


class AclItems(tuple[AclItem, ...]):
    """An access control list, as the catalogue holds it (`aclitem[]`)."""


class Cell(NamedTuple):
    """A value with the place that wrote it."""

    value: Value
    place: Place


Row: TypeAlias = dict[int, Cell]  # by column number; never changed in place

_TRAILING_ZEROS = re.compile(r"(\.\d*[1-9])0+(?!\d)")  # a second has six digits here, or none
TIME = Unknown("it depends on the time")


def random_value() -> Unknown:
    """A new random value, which equals only itself."""
    return Unknown("it is random", distinct=True)


_INTEGERS = {21: ("smallint", 2**15), 23: ("integer", 2**31), 20: ("bigint", 2**63)}
_TEXTS = frozenset({25, 1043, 1042, 19, 18})
_DATES = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_STAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?\s*(Z|UTC|[+-]\d{1,2}(?::?\d{2})?)?\Z",  # noqa: E501
    re.IGNORECASE,
)
_INTERVAL = re.compile(
    r"(\d+)\s*(day|days|hour|hours|minute|minutes|min|mins|second|seconds|sec|secs|week|weeks)\Z", re.IGNORECASE
)
_OIDS = frozenset({24, 26, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191})
_OPAQUE = frozenset({869, 650, 142, 3614, 3615, 790, 829, 774, 600, 601, 603, 604, 628, 718, 1266, 1560, 1562, 17})


def convert(state: State, value: Value, type_: DataType, node: Node | None = None, *, explicit: bool = False) -> Value:
    """The value as one of the type.

    Raises:
        Rejected: it is none (22P02), too long (22001) or out of range (22003).
    """
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, AclItems):
        return Unknown("access control lists are not written as text")
    if type_.array:
        return _array(state, value, type_, node)
    oid = type_.oid
    if oid in _TEXTS:
        return _text(state, value, type_, node, explicit=explicit)
    if oid in _INTEGERS:
        return _integer(state, value, type_, node)
    if oid == 1700:
        return _numeric(state, value, type_, node)
    if oid in (700, 701):
        return _float(state, value, type_, node)
    if oid == 16:
        return _boolean(state, value, type_, node)
    if oid in (114, 3802):
        return _json(state, value, type_, node)
    if oid == 2950:
        if isinstance(value, str):
            check_literal(state, value, type_, node)
            digits = value.strip().strip("{}").replace("-", "").lower()
            return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        return Unknown("it has another type")
    if oid in (1082, 1114, 1184):
        return _stamp(state, value, type_, node)
    if oid == 1083:
        return _time(state, value, type_, node)
    if oid == 1186:
        return _interval(value)
    if oid in _OIDS and isinstance(value, int) and not isinstance(value, bool):
        return value
    if oid >= FIRST_OWN_OID:
        own = own_type(state, type_)
        if own is not None and own.kind == "enum":
            text = value if isinstance(value, str) else str(value)
            check_literal(state, text, type_, node)
            return text
        if own is not None and own.kind == "domain" and own.base is not None:
            return convert(state, value, own.base, node, explicit=explicit)
        if isinstance(value, str) and own is not None and own.name in ("citext", "ltree", "hstore"):
            return value
        return _composite(state, value, own) if isinstance(value, Record) else Unknown("its type is not modelled")
    if oid in _OPAQUE or not isinstance(value, str):
        return Unknown("its type is not modelled")
    return value


def _composite(state: State, value: Record, own: Type | None) -> Value:
    """A row as a value of a composite type: with the names of its columns."""
    relation = state.objects.get(own.relation) if own is not None and own.relation else None
    if not isinstance(relation, Relation) or len(relation.columns) != len(value.values):
        return value
    values = tuple(
        convert(state, each, column.type) for each, column in zip(value.values, relation.columns, strict=True)
    )
    return Record(tuple(column.name for column in relation.columns), values)


def text_of(value: Value) -> str:
    """The value as PostgreSQL writes it as text."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | Decimal():
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        case float():
            return _float_text(value)
        case Json():
            return json_text(value.value, value.separators)
        case datetime():
            text = _clock_text(value, " ")
            return text.replace("+00:00", "+00") if value.tzinfo is not None else text
        case time():
            return _clock_text(value)
        case date():
            return value.isoformat()
        case timedelta():
            return _interval_text(value)
        case list():
            return "{" + ",".join(_element_text(each) for each in value) + "}"
        case Record():
            return "(" + ",".join("" if each is None else text_of(each) for each in value.values) + ")"
        case _:
            return str(value)


def _clock_text(value: datetime | time, separator: str = "T") -> str:
    """A time with no more digits of its second than it needs."""
    text = value.isoformat(separator) if isinstance(value, datetime) else value.isoformat()
    return _TRAILING_ZEROS.sub(r"\1", text)


def _float_text(value: float) -> str:
    if math.isinf(value) or math.isnan(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _element_text(value: Value) -> str:
    if value is None:
        return "NULL"
    text = text_of(value)
    if isinstance(value, list):
        return text
    if not text or text.upper() == "NULL" or any(each in text for each in '{},"\\ \t\n'):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def json_text(value: object, separators: tuple[str, str] = (", ", ": ")) -> str:
    """jsonb as text: a blank behind each comma and colon."""
    return json.dumps(value, ensure_ascii=False, separators=separators, default=_json_default)


def _json_default(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def to_json(value: Value) -> object:
    """The value as `to_jsonb` shows it."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
        case float() if math.isinf(value) or math.isnan(value):
            return text_of(value)
        case Json():
            return value.value
        case datetime() | time():
            return _clock_text(value)
        case date():
            return value.isoformat()
        case timedelta():
            return _interval_text(value)
        case list():
            return [to_json(each) for each in value]
        case Record():
            return {name: to_json(each) for name, each in zip(value.names, value.values, strict=True)}
        case Unknown():
            return {"unknown": value.why}
        case _:
            return value


def _text(state: State, value: Value, type_: DataType, node: Node | None, *, explicit: bool) -> Value:
    text = text_of(value)
    limit = type_.modifiers[0] if type_.modifiers else None
    if isinstance(limit, int) and len(text) > limit:
        if not explicit and text[limit:].strip(" "):
            raise Rejected("22001", f"value too long for type {_limited(state, type_)}", node)
        text = text[:limit]
    if type_.oid == 1042 and isinstance(limit, int):
        text = text.ljust(limit)
    return text


def _limited(state: State, type_: DataType) -> str:
    return f"{shown(state, type_)}({type_.modifiers[0]})"


def _integer(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    name, limit = _INTEGERS[type_.oid]
    match value:
        case bool():
            number = int(value)
        case int():
            number = value
        case Decimal():
            number = int(value.to_integral_value(ROUND_HALF_UP))
        case float():
            number = round(value)
        case str():
            check_literal(state, value, type_, node)
            number = int(value.strip().replace("_", ""))
        case Json(value=bool()):
            return Unknown("its type is not modelled")
        case Json(value=int(inner)):
            number = inner
        case _:
            return Unknown("its type is not modelled")
    if not -limit <= number < limit:
        raise Rejected("22003", f"{name} out of range", node)
    return number


def _numeric(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    match value:
        case bool() | Json(value=bool()):
            return Unknown("its type is not modelled")
        case int():
            number = Decimal(value)
        case Decimal():
            number = value
        case float():
            number = Decimal(repr(value))
        case Json(value=int(inner) | float(inner)):
            number = Decimal(str(inner))
        case str():
            check_literal(state, value, type_, node)
            try:
                number = Decimal(value.strip().replace("_", ""))
            except InvalidOperation:
                return Unknown("its type is not modelled")
        case _:
            return Unknown("its type is not modelled")
    if not number.is_finite():
        return number
    if len(type_.modifiers) == 2 and all(isinstance(each, int) for each in type_.modifiers):
        precision, scale = (each for each in type_.modifiers if isinstance(each, int))
        try:
            number = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        except InvalidOperation:
            return Unknown("it has too many digits")
        if abs(number) >= Decimal(10) ** (precision - scale):
            raise Rejected("22003", "numeric field overflow", node)
    return number


def _float(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    match value:
        case bool() | Json(value=bool()):
            return Unknown("its type is not modelled")
        case int() | float() | Decimal():
            return float(value)
        case Json(value=int(inner) | float(inner)):
            return float(inner)
        case str():
            check_literal(state, value, type_, node)
            try:
                return float(value)
            except ValueError:
                return Unknown("its type is not modelled")
        case _:
            return Unknown("its type is not modelled")


def _boolean(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    match value:
        case bool():
            return value
        case int():
            return value != 0
        case Json(value=bool(inner)):
            return inner
        case str():
            check_literal(state, value, type_, node)
            return boolean(value)
        case _:
            return Unknown("its type is not modelled")


def _json(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    match value:
        case Json():
            return value
        case str():
            check_literal(state, value, type_, node)
            try:
                return Json(json.loads(value, parse_float=_number))
            except (ValueError, RecursionError):
                return Unknown("it is nested too deeply")
        case _:
            return Unknown("its type is not modelled")


def _number(text: str) -> float | int:
    return float(text)


def _stamp(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    oid = type_.oid
    if isinstance(value, str):
        check_literal(state, value, type_, node)
        match = _STAMP.match(value.strip())
        if match is None:
            return (
                TIME
                if value.strip().lower() in ("now", "today", "tomorrow", "yesterday")
                else Unknown("its form is not modelled")
            )
        try:
            found = _stamp_of(match)
        except ValueError:
            raise Rejected("22008", f'date/time field value out of range: "{value}"', node) from None
        value = found
    if isinstance(value, datetime):
        if oid == 1082:
            return value.date()
        if oid == 1114:
            return (
                value.replace(tzinfo=None)
                if value.tzinfo is None
                else value.astimezone(timezone.utc).replace(tzinfo=None)
            )
        return value.astimezone(timezone.utc) if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)
    if isinstance(value, date):
        if oid == 1082:
            return value
        whole = datetime(value.year, value.month, value.day)
        return whole if oid == 1114 else whole.replace(tzinfo=timezone.utc)
    return Unknown("its type is not modelled")


def _stamp_of(match: re.Match[str]) -> datetime:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    hour, minute, second = int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
    micro = int((match[7] or "0").ljust(6, "0"))
    zone = match[8]
    if zone is None:
        return datetime(year, month, day, hour, minute, second, micro)
    if zone.upper() in ("Z", "UTC"):
        return datetime(year, month, day, hour, minute, second, micro, timezone.utc)
    digits = zone[1:].replace(":", "").ljust(4, "0") if len(zone) > 3 else zone[1:].rjust(2, "0") + "00"
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return datetime(
        year, month, day, hour, minute, second, micro, timezone(-offset if zone[0] == "-" else offset)
    ).astimezone(timezone.utc)


def _time(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        check_literal(state, value, type_, node)
        match = re.match(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z", value.strip())
        if match is not None and int(match[1]) < 24:
            return time(int(match[1]), int(match[2]), int(match[3] or 0))
    return Unknown("its form is not modelled")


def _interval(value: Value) -> Value:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        match = _INTERVAL.match(value.strip())
        if match is not None:
            number, unit = int(match[1]), match[2].lower()
            if unit.startswith("week"):
                return timedelta(days=7 * number)
            if unit.startswith("day"):
                return timedelta(days=number)
            if unit.startswith("hour"):
                return timedelta(hours=number) if number < 24 else Unknown("its form is not modelled")
            seconds = number * 60 if unit.startswith("min") else number
            return timedelta(seconds=seconds) if seconds < 86400 else Unknown("its form is not modelled")
    return Unknown("its form is not modelled")


def _interval_text(value: timedelta) -> str:
    days = f"{value.days} day{'s' if value.days != 1 else ''}" if value.days else ""
    seconds = value.seconds
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds or not days else ""
    return f"{days} {clock}".strip()


def _array(state: State, value: Value, type_: DataType, node: Node | None) -> Value:
    element = type_.element
    if isinstance(value, list):
        converted = [convert(state, each, type_ if isinstance(each, list) else element, node) for each in value]
    elif isinstance(value, str):
        check_literal(state, value, type_, node)
        parsed = array_literal(value)
        if parsed is None:
            return Unknown("its form is not modelled")
        converted = [convert(state, each, type_ if isinstance(each, list) else element, node) for each in parsed]
    else:
        return Unknown("its type is not modelled")
    unknown = next((each for each in converted if isinstance(each, Unknown)), None)
    return unknown if unknown is not None else converted


def array_literal(text: str) -> list[object] | None:
    """The elements of `{a,"b c",NULL,{d}}`, or None where it has another form."""
    position = 0
    stack: list[list[object]] = []
    result: list[object] | None = None
    text = text.strip()
    token = ""
    quoted = False
    pending = False
    while position < len(text):
        each = text[position]
        position += 1
        if each == "{":
            stack.append([])
            pending, token, quoted = False, "", False
        elif each == '"':
            quoted, pending = True, True
            while position < len(text) and text[position] != '"':
                if text[position] == "\\":
                    position += 1
                token += text[position : position + 1]
                position += 1
            position += 1
        elif each in ",}":
            if not stack:
                return None
            if pending:
                bare = token if quoted else token.strip()
                stack[-1].append(None if not quoted and bare.upper() == "NULL" else bare)
            pending, token, quoted = False, "", False
            if each == "}":
                closed = stack.pop()
                if stack:
                    stack[-1].append(closed)
                else:
                    result = closed
        elif not each.isspace() or pending:
            if each == "\\":
                each = text[position : position + 1]
                position += 1
            token += each
            pending = True
    return result if not stack else None
