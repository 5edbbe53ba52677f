"""The dictionaries that hold the database while it is replayed, with a journal that can undo every change of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeVar, cast

import msgspec

from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.model import (
    AnyObject,
    BlindSpot,
    Change,
    Constraint,
    EventTrigger,
    Failure,
    Function,
    Index,
    Place,
    Policy,
    Relation,
    Rule,
    Trigger,
    Type,
)
from analyzer.source import Lines

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Object = TypeVar("_Object", bound=AnyObject)
_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_MISSING = object()

MemberKind = Literal["policy", "trigger", "rule", "constraint", "domain constraint", "index", "child"]
DependencyKind = Literal["normal", "auto", "internal", "extension", "partition"]


class Edge(NamedTuple):
    """One dependency as its two ends see it; a sub-number is a column's, negative for the column's default."""

    oid: int
    sub: int
    other_sub: int


class State:
    """The database so far. Read its dictionaries freely; change them only through `put` and `remove`."""

    def __init__(self) -> None:
        self.journal: list[tuple[dict[Any, Any], Any, Any]] = []
        self.next_oid = FIRST_OWN_OID
        self.objects: dict[int, AnyObject] = {}
        self.names: dict[tuple[str, str, str], int] = {}
        self.functions: dict[tuple[str, str], dict[int, None]] = {}
        self.operators: dict[str, dict[int, None]] = {}
        self.casts: dict[tuple[DataTypeKey, DataTypeKey], int] = {}
        self.members: dict[tuple[MemberKind, int], dict[str, int]] = {}
        self.member_names: dict[tuple[MemberKind, str], dict[int, None]] = {}
        self.dependents: dict[int, dict[Edge, DependencyKind]] = {}
        self.dependencies: dict[int, dict[Edge, DependencyKind]] = {}
        self.rows: dict[int, dict[int, Any]] = {}
        self.rows_unknown: dict[int, str] = {}
        self.keys: dict[int, dict[Any, int]] = {}  # unique index -> key -> row
        self.sequences: dict[int, Any] = {}
        self.default_acls: dict[tuple[str, str, str], Any] = {}  # (role, schema or "", kind) -> Acl
        self.settings: dict[str, tuple[str, ...]] = {}
        self.new_labels: dict[tuple[int, str], int] = {}  # enum values of this transaction
        self.made_in_transaction: dict[int, None] = {}
        self.history: dict[int, tuple[Change, ...]] = {}
        self.comments: dict[tuple[int, int], str] = {}
        self.failures: list[Failure] = []
        self.blind_spots: list[BlindSpot] = []
        # a place stands for a text that EXECUTE or CREATE EXTENSION ran there, None for the platform's own
        self.texts: list[Lines | Place | None] = []
        self.causes: dict[
            str, int
        ] = {}  # the name of an object that a failed statement would have made -> that failure
        self.event_triggers: dict[int, None] = {}
        self.major = 17
        self.place = Place(0, 0, 0)  # of the statement that runs

    # The journal

    def put(self, mapping: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        """Sets a value so that it can be undone."""
        self.journal.append((mapping, key, mapping.get(key, _MISSING)))
        mapping[key] = value

    def remove(self, mapping: dict[_Key, _Value], key: _Key) -> None:
        """Removes a key, where it is there, so that it can be undone."""
        old = mapping.pop(key, _MISSING)
        if old is not _MISSING:
            self.journal.append((mapping, key, old))

    def mark(self) -> int:
        """A position to undo to."""
        return len(self.journal)

    def undo(self, mark: int) -> None:
        """Takes back all changes since `mark`."""
        journal = self.journal
        while len(journal) > mark:
            mapping, key, old = journal.pop()
            if old is _MISSING:
                mapping.pop(key, None)
            else:
                mapping.pop(key, None)  # so that the order of a dictionary does not tell what was undone
                mapping[key] = old

    def copy(self) -> State:
        """A state of its own with the same contents; the journal starts anew."""
        other = State.__new__(State)
        for name, value in self.__dict__.items():
            if isinstance(value, dict):
                nested = name in (
                    "functions",
                    "operators",
                    "members",
                    "member_names",
                    "dependents",
                    "dependencies",
                    "rows",
                    "keys",
                )
                value = {key: dict(inner) for key, inner in value.items()} if nested else dict(value)
            elif isinstance(value, list):
                value = list(value)
            setattr(other, name, value)
        other.journal = []
        return other

    # Objects

    def new_oid(self) -> int:
        self.next_oid += 1
        return self.next_oid

    def add(self, obj: AnyObject, what: str = "") -> None:
        """Puts a new object into the catalogue; its name has to be free."""
        self.put(self.objects, obj.oid, obj)
        self._name(obj)
        self.put(self.made_in_transaction, obj.oid, None)
        if isinstance(obj, EventTrigger):
            self.put(self.event_triggers, obj.oid, None)
        self.note(obj.oid, "created", what)

    def change(self, obj: AnyObject, what: str) -> None:
        """Puts a new version of an object, which may have another name."""
        old = self.objects[obj.oid]
        if old.name != obj.name or getattr(old, "schema", "") != getattr(obj, "schema", ""):
            self._unname(old)
            self.put(self.objects, obj.oid, obj)
            self._name(obj)
        else:
            self.put(self.objects, obj.oid, obj)
        self.note(obj.oid, "altered", what)

    def discard(self, oid: int, what: str = "drop") -> None:
        """Takes an object away, with its edges to what it depended on."""
        obj = self.objects[oid]
        self._unname(obj)
        self.remove(self.objects, oid)
        self.remove(self.event_triggers, oid)
        self.forget_dependencies(oid)
        self.remove(self.dependents, oid)
        self.note(oid, "dropped", what)

    def note(self, oid: int, kind: Literal["created", "altered", "dropped"], what: str) -> None:
        """Adds to an object's history."""
        self.put(self.history, oid, (*self.history.get(oid, ()), Change(kind, self.place, what)))

    def get(self, oid: int, kind: type[_Object]) -> _Object:
        """The object of this oid, which is of this kind."""
        return cast("_Object", self.objects[oid])

    def relation(self, oid: int) -> Relation:
        return cast("Relation", self.objects[oid])

    def find(self, kind: str, name: str, schema: str = "") -> int:
        """The oid of the object of this kind and exact name, or 0."""
        return self.names.get((kind, schema, name), 0)

    def members_of(self, kind: MemberKind, oid: int) -> dict[str, int]:
        return self.members.get((kind, oid), _NONE)

    def indexes_of(self, table: int) -> Iterator[Index]:
        return (cast("Index", self.objects[oid]) for oid in list(self.members_of("index", table).values()))

    def constraints_of(self, table: int) -> Iterator[Constraint]:
        return (cast("Constraint", self.objects[oid]) for oid in list(self.members_of("constraint", table).values()))

    def triggers_of(self, table: int) -> Iterator[Trigger]:
        return (cast("Trigger", self.objects[oid]) for oid in list(self.members_of("trigger", table).values()))

    def policies_of(self, table: int) -> Iterator[Policy]:
        return (cast("Policy", self.objects[oid]) for oid in list(self.members_of("policy", table).values()))

    def put_member(self, kind: MemberKind, owner: int, name: str, oid: int) -> None:
        self.put(self._inner(self.members, (kind, owner)), name, oid)

    def _inner(self, mapping: dict[_Key, dict[Any, Any]], key: _Key) -> dict[Any, Any]:
        inner = mapping.get(key)
        if inner is None:
            inner = {}
            self.put(mapping, key, inner)
        return inner

    def _name(self, obj: AnyObject) -> None:
        match obj:
            case Relation() | Index():
                self.put(self.names, ("class", obj.schema, obj.name), obj.oid)
                if isinstance(obj, Index):
                    self.put_member("index", obj.table, str(obj.oid), obj.oid)
            case Type():
                self.put(self.names, ("type", obj.schema, obj.name), obj.oid)
            case Function():
                self.put(self._inner(self.functions, (obj.schema, obj.name)), obj.oid, None)
            case Policy() | Trigger() | Rule() | Constraint():
                kind, owner = _membership(obj)
                self.put_member(kind, owner, obj.name, obj.oid)
                self.put(self._inner(self.member_names, (kind, obj.name)), obj.oid, None)
            case _:
                space, schema = _namespace(obj)
                if space == "operator":
                    self.put(self._inner(self.operators, obj.name), obj.oid, None)
                else:
                    self.put(self.names, (space, schema, obj.name), obj.oid)

    def _unname(self, obj: AnyObject) -> None:
        match obj:
            case Relation() | Index():
                self.remove(self.names, ("class", obj.schema, obj.name))
                if isinstance(obj, Index):
                    self.remove(self.members[("index", obj.table)], str(obj.oid))
            case Type():
                self.remove(self.names, ("type", obj.schema, obj.name))
            case Function():
                self.remove(self.functions[(obj.schema, obj.name)], obj.oid)
            case Policy() | Trigger() | Rule() | Constraint():
                kind, owner = _membership(obj)
                self.remove(self.members[(kind, owner)], obj.name)
                self.remove(self.member_names[(kind, obj.name)], obj.oid)
            case _:
                space, schema = _namespace(obj)
                if space == "operator":
                    self.remove(self.operators[obj.name], obj.oid)
                else:
                    self.remove(self.names, (space, schema, obj.name))

    # Dependencies

    def depend(self, oid: int, on: int, kind: DependencyKind = "normal", *, sub: int = 0, on_sub: int = 0) -> None:
        """Notes that an object (or its column) needs another; what PostgreSQL itself brings needs no note."""
        if on < FIRST_OWN_OID or (oid == on and sub == on_sub):
            return
        self.put(self._inner(self.dependents, on), Edge(oid, sub, on_sub), kind)
        self.put(self._inner(self.dependencies, oid), Edge(on, on_sub, sub), kind)

    def forget_dependencies(self, oid: int, *, sub: int | None = None, kinds: tuple[str, ...] | None = None) -> None:
        """Forgets what an object, or only its column `sub`, depends on."""
        inner = self.dependencies.get(oid)
        if not inner:
            return
        for edge, kind in list(inner.items()):
            if (sub is None or edge.other_sub == sub) and (kinds is None or kind in kinds):
                self.remove(inner, edge)
                other = self.dependents.get(edge.oid)
                if other is not None:
                    self.remove(other, Edge(oid, edge.other_sub, edge.sub))

    # The session

    def setting(self, name: str) -> tuple[str, ...]:
        return self.settings.get(name, ())

    @property
    def search_path(self) -> tuple[str, ...]:
        """The schemas of the search path that exist, as names are looked up, pg_catalog excepted."""
        key = self.settings.get("search_path", ())
        found = []
        for name in key:
            schema = self.role if name == "$user" else name
            if ("schema", "", schema) in self.names and schema not in found:
                found.append(schema)
        if ("schema", "", "pg_temp") in self.names and "pg_temp" not in found:
            found.insert(0, "pg_temp")
        return tuple(found)

    @property
    def role(self) -> str:
        return (self.settings.get("role") or ("postgres",))[0]

    @property
    def creation_schema(self) -> str | None:
        """Where an unqualified new object goes."""
        for schema in self.search_path:
            if schema != "pg_temp":
                return schema
        return None


DataTypeKey = tuple[int, bool]
_NONE: dict[str, int] = {}


def _membership(obj: Policy | Trigger | Rule | Constraint) -> tuple[MemberKind, int]:
    match obj:
        case Policy():
            return "policy", obj.table
        case Trigger():
            return "trigger", obj.table
        case Rule():
            return "rule", obj.table
        case Constraint():
            return ("domain constraint", obj.domain) if obj.domain else ("constraint", obj.table)


def _namespace(obj: AnyObject) -> tuple[str, str]:
    kind = getattr(obj, "kind", None)
    schema = getattr(obj, "schema", "")
    name = type(obj).__name__
    match name:
        case "Other":
            table = getattr(obj, "table", 0)
            return cast("str", kind), str(table) if table else schema
        case "Schema":
            return "schema", ""
        case "Role":
            return "role", ""
        case "Extension":
            return "extension", ""
        case "Publication":
            return "publication", ""
        case "EventTrigger":
            return "event trigger", ""
        case "OperatorObject":
            return "operator", ""
        case "OperatorClassObject":
            return "operator class " + cast("str", getattr(obj, "method", "")), schema
        case _:
            return "cast", ""


def renamed(obj: _Struct, **fields: object) -> _Struct:
    """A copy with other values."""
    return msgspec.structs.replace(obj, **fields)
