"""What a change of the project lets people do, or keeps them from doing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec.structs import replace

from analyzer.access import (
    API_ROLES,
    COMMANDS,
    ApiRole,
    Command,
    deeds,
    exposed_schemas,
    is_served,
    listed,
    may_execute,
    policies_for,
    reached,
    shown,
    tables,
)
from analyzer.database.deparse import deparse
from analyzer.database.model import AnyObject, Function, Policy, Relation
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.deploys import opened_by
from analyzer.facts.sql_query import Expression
from analyzer.finding import AccessChange, AccessKind
from analyzer.function_terms import argument_types, asks_for_caller, is_trigger_function
from analyzer.policy_terms import alternatives, conjuncts, deciding, functions_called, mentions_user, node_of
from analyzer.predicates import USER, VISITOR, Caller, can_be_true, is_always_true
from analyzer.project import EdgeFunction, Project
from analyzer.source import Span
from analyzer.splinter.platform_objects import public_buckets
from analyzer.view_terms import runs_as_owner, view_readers
from analyzer.written import change_span, last_change, name_span

Direction = Literal["opens", "closes", "changes"]
Level = Literal[0, 1, 2]  # of the rows that a command reaches: none, those that a condition admits, all

_FILES = ("storage", "objects")
_MOST_NAMES = 4  # functions that a sentence names
_LONGEST = 120  # characters of a condition that is quoted
_CALLERS: dict[ApiRole, Caller] = {"anon": VISITOR, "authenticated": USER}
_IN_PARENTHESES = re.compile(r"(?<![\w.])\((auth\.\w+\(\))\)")
_NOT_NULL = re.compile(r"([\w.]+(?:\(\))?) is not null\Z", re.IGNORECASE)
_WRAPPED = re.compile(r"\(\s*select (auth\.\w+\(\)|\(auth\.jwt\(\)[^()]*\))(?: as \w+)?\s*\)", re.IGNORECASE)


class Way(NamedTuple):
    """One way for a role to a row: conditions that have to hold together, and the policy that they stand in."""

    conditions: frozenset[str]
    policy: Policy


class Door(NamedTuple):
    """What one role can do to the rows of a table with one command."""

    level: Level
    ways: tuple[Way, ...] = ()


NO_DOOR = Door(0)


@lru_cache(maxsize=4)
def access_changes(base: Project, head: Project) -> tuple[AccessChange, ...]:
    """What people can do at `head` and could not at `base`, then the reverse, then what cannot be told."""
    found = [*_of_tables(base, head), *_of_views(base, head), *_of_functions(base, head)]
    found += [*_of_edge_functions(base, head), *_of_schemas(base, head), *_of_buckets(base, head)]
    order: tuple[Direction, ...] = ("opens", "closes", "changes")
    return tuple(sorted(dict.fromkeys(found), key=lambda change: order.index(change.direction)))


def doors(project: Project, database: Database, table: Relation) -> dict[tuple[ApiRole, Command], Door]:
    """What the roles of the Data API can do to the rows of a table."""
    files = (table.schema, table.name) == _FILES  # which the storage API serves, with grants of its own
    granted = dict.fromkeys(COMMANDS, API_ROLES) if files else reached(project, database, table)
    return {
        (role, command): _door(database, table, role, command)
        for command in COMMANDS
        for role in API_ROLES
        if role in granted.get(command, ())
    }


def _door(database: Database, table: Relation, role: ApiRole, command: Command) -> Door:
    if not table.rls:
        return Door(2)
    needed: set[str] = set()
    for policy in policies_for(database, table, role, command, permissive=False):
        stored = deciding(policy, command)
        if stored is None or not can_be_true(database, node_of(stored), _CALLERS[role]):
            return NO_DOOR
        needed |= {
            _text(database, stored, each)
            for each in conjuncts(node_of(stored))
            if not is_always_true(database, each, _CALLERS[role])
        }
    ways = [
        Way(way.conditions | needed, policy)
        for policy in policies_for(database, table, role, command)
        for way in _ways(database, policy, role, command)
    ]
    if any(not way.conditions for way in ways):
        return Door(2, tuple(ways))
    return Door(1 if ways else 0, tuple(ways))


def _ways(database: Database, policy: Policy, role: ApiRole, command: Command) -> Iterator[Way]:
    stored = deciding(policy, command)
    if stored is None or not can_be_true(database, node_of(stored), _CALLERS[role]):
        return
    for alternative in alternatives(node_of(stored)):
        if not can_be_true(database, alternative, _CALLERS[role]):
            continue
        open_ = [each for each in conjuncts(alternative) if not is_always_true(database, each, _CALLERS[role])]
        if role == "anon" and any(_asks_for_user(database, stored, each) for each in open_):
            continue
        yield Way(_needed(_text(database, stored, each) for each in open_), policy)


def _asks_for_user(database: Database, stored: Stored, condition: Expression) -> bool:
    """Whether a condition looks for the user, itself or in a function: a visitor is none."""
    return mentions_user(condition) or any(
        asks_for_caller(database, function)
        for call, function in functions_called(database, stored)
        if condition.start <= call.start < condition.end
    )


def _text(database: Database, stored: Stored, condition: Expression) -> str:
    return _normal(deparse(database.state, replace(stored, node=condition)) or "")


def _needed(conditions: Iterable[str]) -> frozenset[str]:
    """The conditions without those that others imply: `x = y` is never true of an `x` that is NULL."""
    every = list(conditions)
    return frozenset(
        each
        for each in every
        if (match := _NOT_NULL.match(each)) is None
        or not any(other.startswith(f"{match[1]} = ") or other.endswith(f" = {match[1]}") for other in every)
    )


def _normal(text: str) -> str:
    """A condition as text, the same whether a call is wrapped for speed or not."""
    text = " ".join(text.split())
    text = _IN_PARENTHESES.sub(r"\1", _WRAPPED.sub(r"\1", text))
    while text.startswith("(") and text.endswith(")") and _is_one_group(text):
        text = text[1:-1].strip()
    return text


def _is_one_group(text: str) -> bool:
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and index < len(text) - 1:
            return False
    return True


class _Said(NamedTuple):
    """What is said in one sentence of several roles and commands."""

    direction: Direction
    form: str  # the sentence, with {who} and {deeds}
    span: Span | None


def _of_tables(base: Project, head: Project) -> Iterator[AccessChange]:
    before, after = base.hosted_database, head.hosted_database
    files = after.relation(*_FILES)
    for table in (*tables(after), *([files] if files is not None else [])):
        old = before.relation(table.schema, table.name)
        if old is not None and old.kind in ("table", "partitioned"):
            yield from _of_table(base, head, old, table)
        elif (new := _new_table(head, after, table)) is not None:
            yield new


def _new_table(head: Project, after: Database, table: Relation) -> AccessChange | None:
    if table.partition_of:
        return None
    open_ = [key for key, door in doors(head, after, table).items() if door.level == 2]
    if not open_:
        return None
    name = shown(table)
    what = f"{_who(role for role, _ in open_)} can {deeds({command for _, command in open_})}"
    why = "" if table.rls else ", which has no row level security"
    text = f"{what} every row of the new table `{name}`{why}"
    return AccessChange("opens", "new table", name, text, name_span(head, after, table))


def _of_table(base: Project, head: Project, old: Relation, table: Relation) -> Iterator[AccessChange]:
    before, after = base.hosted_database, head.hosted_database
    name = shown(table)
    was, now = doors(base, before, old), doors(head, after, table)
    if old.rls != table.rls:
        direction: Direction = "closes" if table.rls else "opens"
        kind: AccessKind = "row level security"
        change = last_change(after, table, "enable row level security" if table.rls else "disable row level security")
        span = change_span(head, after, change.place, table) if change else name_span(head, after, table)
        open_ = [key for key, door in (was if table.rls else now).items() if door.level == 2]
        roles, done = _who(role for role, _ in open_), deeds({command for _, command in open_})
        text = f"row level security is now {'on' if table.rls else 'off'} on `{name}`"
        if open_:
            text += f": {roles} can {'no longer ' if table.rls else ''}{done} every row"
        yield AccessChange(direction, kind, name, text, span, _rls_place(base, before, old))
        return
    said: dict[_Said, list[tuple[ApiRole, Command]]] = {}
    kinds: dict[_Said, set[AccessKind]] = {}
    places: dict[_Said, Span] = {}
    for key in dict.fromkeys((*was, *now)):
        for sentence, kind, place in _compared(base, head, table, was.get(key, NO_DOOR), now.get(key, NO_DOOR)):
            said.setdefault(sentence, []).append(key)
            kinds.setdefault(sentence, set()).add(kind)
            if place is not None:
                places.setdefault(sentence, place)
    for each, keys in said.items():
        text = each.form.replace("{who}", _who(role for role, _ in keys))
        text = text.replace("{deeds}", deeds({command for _, command in keys}))
        text = text.replace("rows of `storage.objects`", "stored files").replace(
            "row of `storage.objects`", "stored file"
        )
        commands = tuple(command for command in COMMANDS if command in {command for _, command in keys})
        yield AccessChange(each.direction, min(kinds[each]), name, text, each.span, places.get(each), commands)


def _rls_place(project: Project, database: Database, table: Relation) -> Span | None:
    change = last_change(database, table, "enable row level security", "disable row level security")
    return change_span(project, database, change.place, table) if change else name_span(project, database, table)


def _compared(
    base: Project, head: Project, table: Relation, was: Door, now: Door
) -> Iterator[tuple[_Said, AccessKind, Span | None]]:
    """What has become of one role's command."""
    name = f"`{shown(table)}`"
    after = head.hosted_database
    if now.level == was.level != 1:
        return
    if now.level == was.level:
        yield from _reworded(base, head, name, was, now)
    elif now.level > was.level:
        new = [way for way in now.ways if now.level == 1 or not way.conditions]
        policy = new[0].policy if new else None
        span = name_span(head, after, policy or table)
        if policy is None:
            span = _of_last(head, after, table, "grant") or span
        rows = "every row of" if now.level == 2 else "rows of"
        by = f" (policy `{policy.name}`)" if policy is not None else ""
        kind: AccessKind = "rows" if now.level == 1 else "every row" if was.level == 1 else "every row at once"
        yield _Said("opens", f"{{who}} can now {{deeds}} {rows} {name}{by}", span), kind, _gone(base, was, now)
    elif now.level == 0:
        yield _Said("closes", f"{{who}} can no longer {{deeds}} rows of {name}", None), "rows", _first(base, was)
    else:
        span = _first(head, now)
        yield _Said("closes", f"{{who}} can now {{deeds}} only some rows of {name}", span), "every row", None


def _reworded(
    base: Project, head: Project, name: str, was: Door, now: Door
) -> Iterator[tuple[_Said, AccessKind, Span | None]]:
    """What has become of the conditions."""
    new = [way for way in now.ways if not any(old.conditions <= way.conditions for old in was.ways)]
    lost = [way for way in was.ways if not any(other.conditions <= way.conditions for other in now.ways)]
    if not new and not lost:
        return
    before = {way.policy.name for way in was.ways}
    added = [way for way in new if way.policy.name not in before]
    if lost and added and {way.policy.name for way in lost} <= {way.policy.name for way in now.ways}:
        yield from _reworded(base, head, name, was, Door(1, (*was.ways, *added)))  # beside what was reworded
        new = [way for way in new if way.policy.name in before]
    policy = (new or now.ways)[0].policy
    span = name_span(head, head.hosted_database, policy)
    place = _place_of(base, policy, lost or was.ways)
    named = f"(policy `{policy.name}`)"
    if not new:
        yield _Said("closes", f"{{who}} can {{deeds}} fewer rows of {name}", span), "condition", place
        return
    dropped = [old.conditions - new[0].conditions for old in was.ways if new[0].conditions < old.conditions]
    if lost:
        form = f"other rows of {name} are now those that {{who}} can {{deeds}} {named}"
        yield _Said("changes", form, span), "condition", place
    elif dropped:
        condition = _quoted(" and ".join(sorted(sorted(dropped, key=lambda each: (len(each), sorted(each)))[0])))
        form = f"{{who}} can now {{deeds}} rows of {name} without the condition `{condition}` {named}"
        yield _Said("opens", form, span), "condition", place
    else:
        yield _Said("opens", f"{{who}} can now {{deeds}} further rows of {name} {named}", span), "rows", place


def _gone(base: Project, was: Door, now: Door) -> Span | None:
    """Where the base has the policy that decided before."""
    if not was.ways:
        return None
    policy = now.ways[0].policy if now.ways else None
    return _place_of(base, policy, was.ways)


def _place_of(project: Project, policy: Policy | None, ways: Iterable[Way]) -> Span | None:
    every = list(ways)
    same = [way for way in every if policy is not None and way.policy.name == policy.name]
    chosen = (same or every)[0].policy if every else None
    return name_span(project, project.hosted_database, chosen) if chosen is not None else None


def _first(project: Project, door: Door) -> Span | None:
    return name_span(project, project.hosted_database, door.ways[0].policy) if door.ways else None


def _of_last(project: Project, database: Database, obj: AnyObject, *what: str) -> Span | None:
    change = last_change(database, obj, *what)
    return change_span(project, database, change.place, obj) if change is not None else None


def _of_views(base: Project, head: Project) -> Iterator[AccessChange]:
    before, after = base.hosted_database, head.hosted_database
    for view in after.relations("view"):
        old = before.relation(view.schema, view.name)
        if old is None or old.kind != "view":
            continue
        readers = view_readers(head, after, view)
        span = name_span(head, after, view)
        if readers and runs_as_owner(view) and not runs_as_owner(old):
            text = (
                f"the view `{shown(view)}` now reads with its owner's rights, past the policies of its tables: "
                f"{_who(readers)} can read it"
            )
            yield AccessChange("opens", "view", shown(view), text, span, name_span(base, before, old))
        elif readers and runs_as_owner(old) and not runs_as_owner(view):
            text = f"the view `{shown(view)}` now reads with the rights of who asks"
            yield AccessChange("closes", "view", shown(view), text, span)
        for direction, roles in _gained(view_readers(base, before, old), readers):
            word = "now" if direction == "opens" else "no longer"
            text = f"{_who(roles)} can {word} read the view `{shown(view)}`"
            if direction == "closes" or runs_as_owner(view):
                yield AccessChange(direction, "view", shown(view), text, span)


def _gained(was: Iterable[ApiRole], now: Iterable[ApiRole]) -> Iterator[tuple[Direction, list[ApiRole]]]:
    old, new = list(was), list(now)
    if more := [role for role in new if role not in old]:
        yield "opens", more
    if fewer := [role for role in old if role not in new]:
        yield "closes", fewer


def _of_functions(base: Project, head: Project) -> Iterator[AccessChange]:
    """The functions with their owner's rights that requests can call."""
    before, after = base.hosted_database, head.hosted_database
    old = {_identity(before, function): function for function in before.functions() if before.own(function)}
    closed: dict[str, list[tuple[str, Span | None]]] = {}
    new: dict[str, list[tuple[str, Span | None]]] = {}
    for function in after.functions():
        if not after.own(function):
            continue
        former = old.get(_identity(after, function))
        name = f"{function.schema}.{function.name}"
        span = name_span(head, after, function)
        can = _callers(head, after, function)
        if former is None:
            if can and not asks_for_caller(after, function):
                new.setdefault(_who(can), []).append((name, span))
            continue
        for direction, roles in _gained(_callers(base, before, former), can):
            if direction == "closes":
                closed.setdefault(_who(roles), []).append((name, _of_last(head, after, function, "revoke") or span))
                continue
            text = f"{_who(roles)} can now call `{name}`, which runs with its owner's rights"
            at = _of_last(head, after, function, "grant") or span
            yield AccessChange("opens", "function", name, text, at, name_span(base, before, former))
    for who, functions in new.items():
        one = len(functions) == 1
        named = _some(functions, f"the new function{'' if one else 's'}")
        rest = "runs with its owner's rights and asks" if one else "run with their owner's rights and ask"
        text = f"{who} can call {named}, which {rest} for no user"
        yield AccessChange("opens", "new function", functions[0][0], text, functions[0][1])
    for who, functions in closed.items():
        text = f"{who} can no longer call {_some(functions, '')}"
        yield AccessChange("closes", "function", functions[0][0], text, functions[0][1])


def _some(functions: Sequence[tuple[str, Span | None]], kind: str) -> str:
    names = [f"`{name}`" for name, _ in functions]
    shown = [*names[:_MOST_NAMES], *([f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else [])]
    return f"{kind} {listed(shown)}".strip()


def _identity(database: Database, function: Function) -> tuple[str, str, str]:
    return function.schema, function.name, argument_types(database, function)


def _callers(project: Project, database: Database, function: Function) -> list[ApiRole]:
    if not function.security_definer or not is_served(project, function) or is_trigger_function(database, function):
        return []
    return [role for role in API_ROLES if may_execute(database, function, role)]


def _of_edge_functions(base: Project, head: Project) -> Iterator[AccessChange]:
    for slug, function in head.functions.items():
        former = base.functions.get(slug)
        if function.entry is None or not function.enabled:
            continue
        is_open = _is_open(head, function)
        span = opened_by(head, slug) or (function.verify_jwt.entry.span if function.verify_jwt.entry else function.span)
        if former is None or former.entry is None:
            if is_open:
                text = f"the new function `{slug}` runs without JWT verification"
                yield AccessChange("opens", "new edge function", slug, text, span)
        elif is_open and not _is_open(base, former):
            text = f"`{slug}` now runs without JWT verification"
            yield AccessChange("opens", "edge function", slug, text, span)
        elif not is_open and _is_open(base, former):
            yield AccessChange("closes", "edge function", slug, f"`{slug}` now runs only with a valid JWT", span)


def _is_open(project: Project, function: EdgeFunction) -> bool:
    return not function.verify_jwt.value or opened_by(project, function.slug) is not None


def _of_schemas(base: Project, head: Project) -> Iterator[AccessChange]:
    entry = head.config.get("api", "schemas") if head.config is not None else None
    span = entry.span if entry is not None else None
    was, now = exposed_schemas(base), exposed_schemas(head)
    for schema in sorted(now - was):
        text = f"the Data API now serves the schema `{schema}`"
        yield AccessChange("opens", "schema", schema, text, span)
    for schema in sorted(was - now):
        yield AccessChange("closes", "schema", schema, f"the Data API no longer serves the schema `{schema}`", span)


def _of_buckets(base: Project, head: Project) -> Iterator[AccessChange]:
    was, now = dict(public_buckets(base.hosted_database)), dict(public_buckets(head.hosted_database))
    for bucket, place in now.items():
        if bucket not in was:
            text = f"everybody who knows a file's address can read it in the bucket `{bucket}`, which is now public"
            yield AccessChange("opens", "bucket", bucket, text, head.hosted_database.span(place))
    for bucket in was:
        if bucket not in now:
            yield AccessChange("closes", "bucket", bucket, f"the bucket `{bucket}` is no longer public", None)


def _who(roles: Iterable[ApiRole]) -> str:
    given = set(roles)
    return listed([f"`{role}`" for role in API_ROLES if role in given])


def _quoted(condition: str) -> str:
    condition = condition.replace("`", "'")
    return condition if len(condition) <= _LONGEST else f"{condition[: _LONGEST - 3]}..."
