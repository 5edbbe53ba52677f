"""What the functions and operators give that the replay can compute; all others give an unknown value."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, localcontext

from analyzer.database.names import literal, quoted
from analyzer.database.rejected import Rejected
from analyzer.database.values import TIME, Json, Record, Unknown, Value, json_text, random_value, text_of, to_json
from analyzer.facts.sql_query import Node

NOT_MODELLED = Unknown("the function is not modelled")
_TIMES = frozenset(
    {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday", "age", "current_timestamp"}
)
_RANDOMS = frozenset(
    {
        "gen_random_uuid",
        "uuid_generate_v4",
        "uuid_generate_v1",
        "uuid_generate_v1mc",
        "random",
        "gen_random_bytes",
        "gen_salt",
        "crypt",
        "uuidv7",
    }
)


def call(name: str, arguments: Sequence[Value], node: Node) -> Value:
    """The result of one of PostgreSQL's own functions, NULL in NULL out for most."""
    if name in _TIMES:
        return TIME
    if name in _RANDOMS:
        return random_value()
    loose = _NULL_TAKING.get(name)
    if loose is not None:
        unknown = next((each for each in arguments if isinstance(each, Unknown)), None)
        return unknown if unknown is not None else loose(arguments, node)
    strict = _STRICT.get(name)
    if strict is None:
        return NOT_MODELLED
    for each in arguments:
        if each is None:
            return None
    for each in arguments:
        if isinstance(each, Unknown):
            return each
    try:
        return strict(*arguments)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError, OverflowError):
        return NOT_MODELLED


def format_text(arguments: Sequence[Value], node: Node) -> Value:
    """`format('%I %L %s', ...)`: https://www.postgresql.org/docs/17/functions-string.html#FUNCTIONS-STRING-FORMAT"""
    pattern = arguments[0]
    if pattern is None:
        return None
    rest = list(arguments[1:])
    found: list[str] = []
    following = 0
    position = 0
    text = text_of(pattern)
    for match in re.finditer(r"%(?:(\d+)\$)?(-?)(\d*)([%sIL])", text):
        found.append(text[position : match.start()])
        position = match.end()
        if match[4] == "%":
            found.append("%")
            continue
        index = int(match[1]) - 1 if match[1] else following
        following = index + 1
        if index >= len(rest):
            raise Rejected("22023", "too few arguments for format()", node)
        value = rest[index]
        if match[4] == "I":
            if value is None:
                raise Rejected("22004", "null values cannot be formatted as an SQL identifier", node)
            piece = quoted(text_of(value))
        elif match[4] == "L":
            piece = "NULL" if value is None else literal(text_of(value))
        else:
            piece = "" if value is None else text_of(value)
        width = int(match[3] or 0)
        found.append(piece.ljust(width) if match[2] else piece.rjust(width))
    found.append(text[position:])
    return "".join(found)


def _concat(arguments: Sequence[Value], node: Node) -> Value:
    return "".join(
        text_of(each) if not isinstance(each, bool) else ("t" if each else "f")
        for each in arguments
        if each is not None
    )


def _concat_ws(arguments: Sequence[Value], node: Node) -> Value:
    if arguments[0] is None:
        return None
    return text_of(arguments[0]).join(text_of(each) for each in arguments[1:] if each is not None)


def _build_object(arguments: Sequence[Value], node: Node) -> Value:
    if len(arguments) % 2:
        raise Rejected("22023", "argument list must have even number of elements", node)
    found: dict[str, object] = {}
    for key, value in zip(arguments[::2], arguments[1::2], strict=True):
        if key is None:
            raise Rejected("22023", "argument 1: key must not be null", node)
        found[text_of(key)] = to_json(value)
    return Json(found)


def _build_array(arguments: Sequence[Value], node: Node) -> Value:
    return Json([to_json(each) for each in arguments])


def _to_json(arguments: Sequence[Value], node: Node) -> Value:
    return None if arguments[0] is None else Json(to_json(arguments[0]))


def _array_append(arguments: Sequence[Value], node: Node) -> Value:
    base = arguments[0]
    return [*(base if isinstance(base, list) else []), arguments[1]]


def _array_cat(arguments: Sequence[Value], node: Node) -> Value:
    one, two = arguments
    if one is None or two is None:
        return two if one is None else one
    return [*one, *two] if isinstance(one, list) and isinstance(two, list) else NOT_MODELLED


def _array_remove(arguments: Sequence[Value], node: Node) -> Value:
    base = arguments[0]
    return [each for each in base if each != arguments[1]] if isinstance(base, list) else None


def _array_to_string(arguments: Sequence[Value], node: Node) -> Value:
    base, separator = arguments[0], arguments[1]
    if base is None or separator is None:
        return None
    if not isinstance(base, list):
        return NOT_MODELLED
    null = arguments[2] if len(arguments) > 2 else None
    parts = [text_of(each) if each is not None else null for each in base]
    return text_of(separator).join(text_of(each) for each in parts if each is not None)


def _num_nulls(arguments: Sequence[Value], node: Node) -> Value:
    return sum(1 for each in arguments if each is None)


def _num_nonnulls(arguments: Sequence[Value], node: Node) -> Value:
    return sum(1 for each in arguments if each is not None)


def _quote_nullable(arguments: Sequence[Value], node: Node) -> Value:
    return "NULL" if arguments[0] is None else literal(text_of(arguments[0]))


def _json_built(
    make: Callable[[Sequence[Value], Node], Value], separators: tuple[str, str]
) -> Callable[[Sequence[Value], Node], Value]:
    def build(arguments: Sequence[Value], node: Node) -> Value:
        value = make(arguments, node)
        return Json(value.value, separators) if isinstance(value, Json) else value

    return build


_NULL_TAKING: dict[str, Callable[[Sequence[Value], Node], Value]] = {
    "format": format_text,
    "concat": _concat,
    "concat_ws": _concat_ws,
    "jsonb_build_object": _build_object,
    "json_build_object": _json_built(_build_object, (", ", " : ")),
    "jsonb_build_array": _build_array,
    "json_build_array": _build_array,
    "to_jsonb": _to_json,
    "to_json": _json_built(_to_json, (",", ":")),
    "row_to_json": _json_built(_to_json, (",", ":")),
    "array_append": _array_append,
    "array_cat": _array_cat,
    "array_remove": _array_remove,
    "array_to_string": _array_to_string,
    "num_nulls": _num_nulls,
    "num_nonnulls": _num_nonnulls,
    "quote_nullable": _quote_nullable,
}


def _substring(text: str, *rest: Value) -> Value:
    if rest and isinstance(rest[0], str):
        return _regexp_substring(text, rest[0]) if len(rest) == 1 else NOT_MODELLED
    start = rest[0]
    assert isinstance(start, int)
    if len(rest) == 1:
        return text[max(start - 1, 0) :]
    length = rest[1]
    assert isinstance(length, int)
    return text[max(start - 1, 0) : max(start - 1 + length, 0)]


def _regexp_substring(text: str, pattern: str) -> Value:
    compiled = regexp(pattern)
    if compiled is None:
        return NOT_MODELLED
    found = compiled.search(text)
    if found is None:
        return None
    return found[1] if compiled.groups else found[0]


def regexp(pattern: str, flags: str = "") -> re.Pattern[str] | None:
    """The pattern for Python, where both languages read it alike."""
    if re.search(r"\\[mMyYAZ]|\[\[[.=<>]|\(\?[^:=!]|\*\*\*|[*+?}][*+]", pattern):
        return None
    for name, chars in (
        ("alpha", "a-zA-Z"),
        ("digit", "0-9"),
        ("alnum", "a-zA-Z0-9"),
        ("space", r"\s"),
        ("upper", "A-Z"),
        ("lower", "a-z"),
        ("xdigit", "0-9a-fA-F"),
    ):
        pattern = pattern.replace(f"[:{name}:]", chars)
    if "[:" in pattern:
        return None
    try:
        return re.compile(pattern, (re.IGNORECASE if "i" in flags else 0) | re.DOTALL)
    except (re.error, RecursionError):
        return None


def _regexp_replace(text: str, pattern: str, replacement: str, flags: str = "") -> Value:
    compiled = regexp(pattern, flags)
    if compiled is None or len(text) > 10_000:
        return NOT_MODELLED
    template = re.sub(r"\\(\d)", r"\\g<\1>", replacement.replace("\\&", "\\0"))
    return compiled.sub(template, text, count=0 if "g" in flags else 1)


def _regexp_match(text: str, pattern: str, flags: str = "") -> Value:
    compiled = regexp(pattern, flags)
    if compiled is None:
        return NOT_MODELLED
    found = compiled.search(text)
    if found is None:
        return None
    return list(found.groups()) if compiled.groups else [found[0]]


def _split_part(text: str, separator: str, number: int) -> Value:
    parts = text.split(separator) if separator else [text]
    index = number - 1 if number > 0 else len(parts) + number
    return parts[index] if 0 <= index < len(parts) else ""


def _string_to_array(text: str, separator: str, *null: Value) -> Value:
    parts: list[Value] = list(text.split(separator)) if text else []
    return [None if null and each == null[0] else each for each in parts]


def _length(value: Value) -> Value:
    return len(value) if isinstance(value, str) else NOT_MODELLED


def _array_length(value: Value, dimension: int = 1) -> Value:
    return (len(value) or None) if isinstance(value, list) and dimension == 1 else NOT_MODELLED


def _round(value: Value, digits: int = 0) -> Value:
    if isinstance(value, float):
        return float(round(value)) if not digits else NOT_MODELLED
    number = Decimal(value) if isinstance(value, int) else value
    assert isinstance(number, Decimal)
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _truncated(value: Value, digits: int = 0) -> Value:
    number = Decimal(value) if isinstance(value, int) else value
    if isinstance(number, float):
        return float(math.trunc(number))
    assert isinstance(number, Decimal)
    scale = Decimal(10) ** digits
    return Decimal(math.trunc(number * scale)) / scale


def _initcap(text: str) -> str:
    return re.sub(r"[^\W_]+", lambda match: match[0][0].upper() + match[0][1:].lower(), text)


def _json_length(value: Value) -> Value:
    return len(value.value) if isinstance(value, Json) and isinstance(value.value, list) else NOT_MODELLED


def _json_typeof(value: Value) -> Value:
    assert isinstance(value, Json)
    inner = value.value
    if inner is None:
        return "null"
    if isinstance(inner, bool):
        return "boolean"
    if isinstance(inner, dict):
        return "object"
    if isinstance(inner, list):
        return "array"
    return "string" if isinstance(inner, str) else "number"


def _strip_nulls(value: Value) -> Value:
    def strip(inner: object) -> object:
        if isinstance(inner, dict):
            return {key: strip(each) for key, each in inner.items() if each is not None}
        return [strip(each) for each in inner] if isinstance(inner, list) else inner

    assert isinstance(value, Json)
    return Json(strip(value.value))


def _jsonb_set(target: Value, path: Value, new: Value, create: bool = True) -> Value:
    if not isinstance(target, Json) or not isinstance(path, list) or not isinstance(new, Json) or not path:
        return NOT_MODELLED

    def replace(inner: object, keys: list[str]) -> object:
        key = keys[0]
        if isinstance(inner, dict):
            if len(keys) == 1:
                return {**inner, key: new.value} if create or key in inner else inner
            return {**inner, key: replace(inner[key], keys[1:])} if key in inner else inner
        if isinstance(inner, list):
            index = int(key)
            if -len(inner) <= index < len(inner):
                copy = list(inner)
                copy[index] = new.value if len(keys) == 1 else replace(copy[index], keys[1:])
                return copy
            return [*inner, new.value] if create and len(keys) == 1 else inner
        return inner

    return Json(replace(target.value, [text_of(each) for each in path]))


def _make_date(year: int, month: int, day: int) -> Value:
    return date(year, month, day)


def _md5(text: str) -> Value:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


_STRICT: dict[str, Callable[..., Value]] = {
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "initcap": _initcap,
    "btrim": lambda text, chars=" ": text.strip(chars),
    "trim": lambda text, chars=" ": text.strip(chars),
    "ltrim": lambda text, chars=" ": text.lstrip(chars),
    "rtrim": lambda text, chars=" ": text.rstrip(chars),
    "length": _length,
    "char_length": _length,
    "character_length": _length,
    "octet_length": lambda text: len(text.encode()) if isinstance(text, str) else NOT_MODELLED,
    "left": lambda text, count: (
        text[:count] if count >= 0 else text[: len(text) + count if len(text) + count > 0 else 0]
    ),
    "right": lambda text, count: text[-count:] if count > 0 else ("" if count == 0 else text[-count:]),
    "replace": lambda text, old, new: text.replace(old, new) if old else text,
    "translate": lambda text, old, new: "".join(
        (new[old.index(each)] if old.index(each) < len(new) else "") if each in old else each for each in text
    ),
    "reverse": lambda text: text[::-1],
    "repeat": lambda text, count: text * count if count * len(text) < 100_000 else NOT_MODELLED,
    "lpad": lambda text, width, fill=" ": (
        text[:width] if len(text) >= width else (fill * width)[: width - len(text)] + text
    ),
    "rpad": lambda text, width, fill=" ": (
        text[:width] if len(text) >= width else text + (fill * width)[: width - len(text)]
    ),
    "substring": _substring,
    "substr": _substring,
    "split_part": _split_part,
    "strpos": lambda text, part: text.find(part) + 1,
    "position": lambda text, part: text.find(part) + 1,
    "starts_with": lambda text, part: text.startswith(part),
    "ascii": lambda text: ord(text[0]) if text else 0,
    "chr": chr,
    "md5": _md5,
    "quote_ident": lambda text: quoted(text),
    "quote_literal": lambda value: literal(text_of(value)),
    "regexp_replace": _regexp_replace,
    "regexp_match": _regexp_match,
    "string_to_array": _string_to_array,
    "array_length": _array_length,
    "cardinality": lambda value: len(value),
    "array_upper": _array_length,
    "array_lower": lambda value, dimension=1: 1 if value else None,
    "array_position": lambda value, each: value.index(each) + 1 if each in value else None,
    "abs": abs,
    "round": _round,
    "trunc": _truncated,
    "floor": lambda value: Decimal(math.floor(value)) if not isinstance(value, float) else float(math.floor(value)),
    "ceil": lambda value: Decimal(math.ceil(value)) if not isinstance(value, float) else float(math.ceil(value)),
    "ceiling": lambda value: Decimal(math.ceil(value)) if not isinstance(value, float) else float(math.ceil(value)),
    "sign": lambda value: (value > 0) - (value < 0),
    "mod": lambda one, two: int(math.fmod(one, two)) if isinstance(one, int) and isinstance(two, int) else NOT_MODELLED,
    "jsonb_array_length": _json_length,
    "json_array_length": _json_length,
    "jsonb_typeof": _json_typeof,
    "json_typeof": _json_typeof,
    "jsonb_strip_nulls": _strip_nulls,
    "jsonb_set": _jsonb_set,
    "make_date": _make_date,
    "name": lambda text: text,
    "text": text_of,
}


def operate(operator: str, left: Value, right: Value, node: Node) -> Value:
    """`left operator right` for values that are neither NULL nor unknown."""
    match operator:
        case "=":
            return compare(left, right) == 0 if comparable(left, right) else NOT_MODELLED
        case "<>" | "!=":
            return compare(left, right) != 0 if comparable(left, right) else NOT_MODELLED
        case "<" | ">" | "<=" | ">=":
            if not comparable(left, right) or isinstance(left, Json):
                return NOT_MODELLED
            order = compare(left, right)
            return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[operator]
        case "||":
            return _joined(left, right)
        case "+" | "-" | "*" | "/" | "%" | "^":
            return _arithmetic(operator, left, right, node)
        case "->" | "->>" | "#>" | "#>>":
            return _member(operator, left, right)
        case "~" | "~*" | "!~" | "!~*":
            return _matches(operator, left, right)
        case "?" if isinstance(left, Json) and isinstance(right, str):
            return right in left.value if isinstance(left.value, dict | list) else left.value == right
        case "@>":
            return _contains(left, right)
        case "<@":
            return _contains(right, left)
        case "&&" if isinstance(left, list) and isinstance(right, list):
            return any(each in right for each in left if each is not None)
        case _:
            return Unknown("the operator is not modelled")


def comparable(left: Value, right: Value) -> bool:
    """Whether both are of one family, so that comparing them makes sense."""
    return _family(left) == _family(right) and _family(left) != ""


def _family(value: Value) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float() | Decimal():
            return "number"
        case str():
            return "text"
        case datetime():
            return "zoned" if value.tzinfo is not None else "timestamp"
        case date():
            return "date"
        case timedelta():
            return "interval"
        case list():
            return "array"
        case Json():
            return "json"
        case Record():
            return "record"
        case _:
            return type(value).__name__ if value is not None and not isinstance(value, Unknown) else ""


def compare(left: Value, right: Value) -> int:
    """-1, 0 or 1; text by code points, as the platform's C.UTF-8 orders it."""
    if isinstance(left, Json) and isinstance(right, Json):
        return 0 if left.value == right.value else 1
    if isinstance(left, Record) and isinstance(right, Record):
        left, right = list(left.values), list(right.values)
    if left == right:
        return 0
    try:
        return -1 if left < right else 1  # type: ignore[operator]
    except TypeError:
        return 1


def _joined(left: Value, right: Value) -> Value:
    if isinstance(left, list):
        return [*left, *right] if isinstance(right, list) else [*left, right]
    if isinstance(right, list):
        return [left, *right]
    if isinstance(left, Json) and isinstance(right, Json):
        one, two = left.value, right.value
        if isinstance(one, dict) and isinstance(two, dict):
            return Json({**one, **two})
        return Json([*(one if isinstance(one, list) else [one]), *(two if isinstance(two, list) else [two])])
    if isinstance(left, Json) or isinstance(right, Json):
        return (
            NOT_MODELLED
            if isinstance(left, str) is False and isinstance(right, str) is False
            else text_of(left) + text_of(right)
        )
    return text_of(left) + text_of(right)


def _arithmetic(operator: str, left: Value, right: Value, node: Node) -> Value:
    if isinstance(left, bool) or isinstance(right, bool):
        return NOT_MODELLED
    if isinstance(left, date) or isinstance(right, date) or isinstance(left, timedelta):
        return _dates(operator, left, right)
    if isinstance(left, Json) and operator == "-" and isinstance(right, str) and isinstance(left.value, dict):
        return Json({key: each for key, each in left.value.items() if key != right})
    if not isinstance(left, int | float | Decimal) or not isinstance(right, int | float | Decimal):
        return NOT_MODELLED
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
    elif isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = Decimal(left), Decimal(right)
    if operator in ("/", "%") and right == 0:
        raise Rejected("22012", "division by zero", node)
    return _computed(operator, left, right)


def _computed(operator: str, left: int | float | Decimal, right: int | float | Decimal) -> Value:
    try:
        with localcontext() as context:
            context.prec = 60
            match operator:
                case "+":
                    return left + right  # type: ignore[operator]
                case "-":
                    return left - right  # type: ignore[operator]
                case "*":
                    return left * right  # type: ignore[operator]
                case "/":
                    if isinstance(left, int) and isinstance(right, int):
                        return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
                    if isinstance(left, Decimal) and isinstance(right, Decimal):
                        return (left / right).quantize(Decimal(1).scaleb(-16)).normalize() + 0
                    return float(left) / float(right)
                case "%":
                    if isinstance(left, Decimal) and isinstance(right, Decimal):
                        return left % right
                    found = math.fmod(left, right)
                    return int(found) if isinstance(left, int) and isinstance(right, int) else found
                case _:
                    return float(left) ** float(right)
    except (OverflowError, InvalidOperation, DivisionByZero, ZeroDivisionError):
        return NOT_MODELLED


def _dates(operator: str, left: Value, right: Value) -> Value:
    try:
        if isinstance(left, date) and not isinstance(left, datetime) and isinstance(right, int):
            return left + timedelta(days=right if operator == "+" else -right)
        if isinstance(left, datetime) and isinstance(right, timedelta) and operator in "+-":
            return left + right if operator == "+" else left - right
        if isinstance(left, date) and isinstance(right, date) and type(left) is type(right) is date and operator == "-":
            return (left - right).days
    except (OverflowError, TypeError):
        return NOT_MODELLED
    return NOT_MODELLED


def _member(operator: str, left: Value, right: Value) -> Value:
    if not isinstance(left, Json):
        return NOT_MODELLED
    keys: list[object] = list(right) if isinstance(right, list) else [right]
    current: object = left.value
    for key in keys:
        if isinstance(current, dict):
            name = text_of(key)
            if name not in current:
                return None
            current = current[name]
        elif isinstance(current, list):
            try:
                index = int(key)  # type: ignore[call-overload]
            except (TypeError, ValueError):
                return None
            if not -len(current) <= index < len(current):
                return None
            current = current[index]
        else:
            return None
    if operator in ("->", "#>"):
        return Json(current)
    if current is None:
        return None
    if isinstance(current, dict | list):
        return json_text(current)
    return text_of(current)


def _matches(operator: str, left: Value, right: Value) -> Value:
    if not isinstance(left, str) or not isinstance(right, str) or len(left) > 10_000:
        return NOT_MODELLED
    compiled = regexp(right, "i" if "*" in operator else "")
    if compiled is None:
        return NOT_MODELLED
    found = compiled.search(left) is not None
    return found != operator.startswith("!")


def _contains(left: Value, right: Value) -> Value:
    if isinstance(left, list) and isinstance(right, list):
        return all(each in left for each in right)
    if isinstance(left, Json) and isinstance(right, Json):
        return _json_contains(left.value, right.value)
    return NOT_MODELLED


def _json_contains(left: object, right: object) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return all(key in left and _json_contains(left[key], each) for key, each in right.items())
    if isinstance(left, list) and isinstance(right, list):
        return all(any(_json_contains(one, two) for one in left) for two in right)
    return left == right


def like(text: str, pattern: str, *, fold: bool) -> bool:
    """`text LIKE pattern`."""
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        each = pattern[position]
        position += 1
        if each == "\\" and position < len(pattern):
            parts.append(re.escape(pattern[position]))
            position += 1
        elif each == "%":
            parts.append(".*")
        elif each == "_":
            parts.append(".")
        else:
            parts.append(re.escape(each))
    compiled = "".join(re.sub(r"(?:\.\*)+", ".*", "".join(parts)))
    return re.fullmatch(compiled, text, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None
