"""The Stripe price ids in the rows that the migrations leave in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from analyzer.access import owner_columns
from analyzer.database.model import Column, Place, Relation
from analyzer.database.replay import Database
from analyzer.database.values import Row
from analyzer.migration_steps import row_versions
from analyzer.project import Project
from analyzer.source import Span

_PRICE_NAME = re.compile(r"^(?:stripe_?)?price(?:_?ids?)?$|price_?ids?$|^stripe_.*price", re.IGNORECASE)
_LOOKUP = re.compile(r"lookup|slug|key$|code$", re.IGNORECASE)
_TELLS_PRICE = re.compile(
    r"^(?:name|title|item_type|kind|tier|game|plan|interval|term|period|currency|ram_gb|credits|quantity)$|amount|cents|price$|_eur$|_usd$",
    re.IGNORECASE,
)
_ACTIVE = re.compile(r"^(?:is_)?(?:active|enabled|available|published|visible)$", re.IGNORECASE)
_OFF = (False, "false", "f", "0", 0)
_PRICE = "price_"
_STRIPE = re.compile(r"stripe|price_id", re.IGNORECASE)
_BOUGHT = re.compile(r"order|subscription|purchase|payment|invoice|cart|checkout|session|member", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PriceCell:
    """A price id as the database holds it in the end; `span` is what wrote it last."""

    table: str
    row: str  # what names the row: its key
    column: str
    value: str
    span: Span
    place: Place
    active: bool
    earlier: tuple[tuple[str, Span], ...]  # the ids that stood there before, the latest first
    details: tuple[tuple[str, str], ...] = ()  # what the row says of the price: amount, currency, interval ...


def is_price(name: str) -> bool:
    """Whether a column or key of this name holds the id of a price."""
    return bool(_PRICE_NAME.search(name)) and not _LOOKUP.search(name)


@lru_cache(maxsize=8)
def price_cells(project: Project) -> tuple[PriceCell, ...]:
    """Every price id that the replayed rows of the project's own tables hold."""
    database = project.hosted_database
    found = []
    for table in database.relations("table"):
        columns = [column for column in table.columns if is_price(column.name)]
        if not columns or not database.own(table):
            continue
        switches = [column.number for column in table.columns if _ACTIVE.match(column.name)]
        for row in database.rows(table):
            off = any(number in row and row[number].value in _OFF for number in switches)
            for column in columns:
                cell = row.get(column.number)
                if cell is not None and isinstance(cell.value, str) and cell.value.startswith(_PRICE):
                    found.append(
                        PriceCell(
                            f"{table.schema}.{table.name}",
                            _named(database, table, row),
                            column.name,
                            cell.value,
                            database.span(cell.place),
                            cell.place,
                            not off,
                            _earlier(project, database, table, column, row),
                            tuple(_details(table, row)),
                        )
                    )
    return tuple(found)


def _key(database: Database, table: Relation, row: Row) -> tuple[int, ...]:
    """The columns that tell the row apart: of the first unique index whose values somebody wrote."""
    indexes = sorted(database.indexes(table), key=lambda index: not index.primary)
    for index in indexes:
        numbers = tuple(key.column for key in index.keys)
        if index.unique and all(number in row and isinstance(row[number].value, str | int) for number in numbers):
            return numbers
    return ()


def _named(database: Database, table: Relation, row: Row) -> str:
    numbers = _key(database, table, row)
    if not numbers:
        numbers = tuple(
            column.number
            for column in table.columns
            if column.name in ("id", "slug", "name", "title", "code")
            and column.number in row
            and isinstance(row[column.number].value, str | int)
        )[:1]
    return ", ".join(f"`{table.numbered(number).name}` = `{row[number].value}`" for number in numbers)


def _details(table: Relation, row: Row) -> Iterator[tuple[str, str]]:
    """What a row says of its price, to be held against Stripe: amount, currency, interval, name."""
    for column in table.columns:
        cell = row.get(column.number)
        if cell is not None and _TELLS_PRICE.search(column.name) and isinstance(cell.value, str | int | Decimal):
            yield column.name, str(cell.value)


def _earlier(
    project: Project, database: Database, table: Relation, column: Column, row: Row
) -> tuple[tuple[str, Span], ...]:
    """The other ids that the same row had in this column."""
    numbers = _key(database, table, row)
    if not numbers:
        return ()
    own = row[column.number]
    found: dict[Place, str] = {}
    for version in row_versions(project).get(table.oid, ()):
        cell = version.get(column.number)
        if (
            cell is not None
            and isinstance(cell.value, str)
            and cell.value.startswith(_PRICE)
            and cell.place[:2] < own.place[:2]
            and all(number in version and version[number].value == row[number].value for number in numbers)
        ):
            found[cell.place] = cell.value
    return tuple((found[place], database.span(place)) for place in sorted(found, reverse=True))


def price_columns(project: Project) -> Iterator[tuple[Relation, str]]:
    """The columns in which the project keeps the ids of what it sells.

    A table that users fill (orders, subscriptions) also has such columns: one counts that has no owner.
    """
    database = project.hosted_database
    for table in database.relations("table"):
        if not database.own(table) or owner_columns(database, table) or _BOUGHT.search(table.name):
            continue
        for column in table.columns:
            if is_price(column.name) and _STRIPE.search(column.name):
                yield table, column.name
