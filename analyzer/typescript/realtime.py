"""What a module subscribes to through Realtime."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.facts.typescript import Call, Member
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Called, Client, Known, MemberOf, ObjectValue, Site, Value, options, texts_of


@dataclass(frozen=True, slots=True)
class Subscription:
    """`channel.on("postgres_changes", { event, schema, table, filter }, callback)`.

    `tables` is empty where every table of the schema is meant, and where the name is not known.
    """

    site: Site  # the call of `on`
    settings: Site  # its second argument
    schemas: tuple[str, ...]
    tables: tuple[str, ...]


def subscriptions(program: Program, path: str) -> Iterator[Subscription]:
    """The changes of tables that a module listens to, in the order of the text.

    https://supabase.com/docs/guides/realtime/postgres-changes
    """
    from analyzer.typescript.evaluate import value

    for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
        if (
            isinstance(call, Call)
            and isinstance(call.callee, Member)
            and call.callee.name == "on"
            and len(call.arguments) > 1
            and Known("postgres_changes") in options(value(program, path, call.arguments[0]))
        ):
            settings = resolved(program, value(program, path, call.arguments[1]))
            schemas, tables = _texts(settings, "schema"), _texts(settings, "table")
            yield Subscription(Site(path, call), Site(path, call.arguments[1]), schemas or ("public",), tables)


def _texts(settings: Value, key: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for option in options(settings):
        entry = option.entries.get(key) if isinstance(option, ObjectValue) else None
        for text in texts_of(entry) if entry is not None else ():
            found[text] = None
    return tuple(found)


def private_channels(program: Program, path: str) -> Iterator[Site]:
    """The channels that only those may join whom a policy of `realtime.messages` lets in.

    https://supabase.com/docs/guides/realtime/authorization
    """
    from analyzer.typescript.evaluate import value

    for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
        if not (isinstance(call, Call) and isinstance(call.callee, Member) and call.callee.name == "channel"):
            continue
        for made in options(resolved(program, value(program, path, call))):
            match made:
                case Called(callee=MemberOf(object=Client()), arguments=(_, ObjectValue(entries=entries), *_)):
                    config = entries.get("config")
                    if isinstance(config, ObjectValue) and config.entries.get("private") == Known(True):
                        yield Site(path, call)
                case _:
                    pass
