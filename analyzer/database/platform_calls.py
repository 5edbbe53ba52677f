"""Functions of the platform's extensions that change the database: scheduled jobs, queues, secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.database import rows as table_rows
from analyzer.database.model import Place, Relation
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.values import Cell, Row, Unknown, Value, random_value, text_of
from analyzer.facts.sql_query import FunctionCall

if TYPE_CHECKING:
    from analyzer.database.executor import Executor

PlatformCall = Callable[["Executor", FunctionCall, Mapping[str, Value], Sequence[Value]], Value]


def find(state: State, schema: str | None, name: str) -> PlatformCall | None:
    """What a call of the platform does, where it changes something."""
    if schema is None:
        return None
    call = _CALLS.get((schema, name))
    return call if call is not None and (schema, name) in state.functions else None


def _arguments(names: Sequence[str], named: Mapping[str, Value], given: Sequence[Value]) -> dict[str, Value]:
    found = dict(zip(names, given[: len(given) - len(named)], strict=False))
    found.update(named)
    return found


def _jobs(state: State) -> Relation | None:
    oid = state.names.get(("class", "cron", "job"))
    found = state.objects.get(oid) if oid is not None else None
    return found if isinstance(found, Relation) else None


def _write(executor: Executor, table: Relation, values: Mapping[str, Value], node: FunctionCall, number: int) -> None:
    place = executor.state.place
    written = Place(place.file, node.start, node.end) if executor.interpreter.file == -1 else place
    row: Row = {
        column.number: Cell(values[column.name], written)
        for column in table.columns
        if values.get(column.name) is not None
    }
    table_rows.put_row(executor.state, table.oid, number, row)
    table_rows.enter(executor.state, table, number, row)


def _job_named(state: State, jobs: Relation, name: Value) -> int | None:
    column = jobs.column("jobname")
    assert column is not None
    for number, row in table_rows.rows_of(state, jobs.oid).items():
        cell = row.get(column.number)
        if cell is not None and cell.value == name:
            return number
    return None


def _schedule(executor: Executor, node: FunctionCall, named: Mapping[str, Value], given: Sequence[Value]) -> Value:
    """`cron.schedule([name,] schedule, command)`: https://github.com/citusdata/pg_cron#readme"""
    state = executor.state
    jobs = _jobs(state)
    if jobs is None:
        return Unknown("there is no table of jobs")
    names = ("job_name", "schedule", "command") if len(given) > 2 else ("schedule", "command")
    values = _arguments(names, named, given)
    name, schedule, command = values.get("job_name"), values.get("schedule"), values.get("command")
    if isinstance(schedule, str) and not _valid_schedule(schedule):
        raise Rejected("22023", f"invalid schedule: {schedule}", node)
    number = _job_named(state, jobs, name) if name is not None else None
    if number is not None:
        table_rows.leave(state, jobs, number, table_rows.rows_of(state, jobs.oid)[number])
    else:
        number = table_rows.new_row_number(state)
    job = sum(1 for _ in table_rows.rows_of(state, jobs.oid)) + 1
    _write(
        executor,
        jobs,
        {
            "jobid": job,
            "schedule": schedule,
            "command": command,
            "nodename": "localhost",
            "nodeport": 5432,
            "database": "postgres",
            "username": state.role,
            "active": True,
            "jobname": name,
        },
        node,
        number,
    )
    return job


def _valid_schedule(schedule: str) -> bool:
    text = schedule.strip().lower()
    if text.startswith("@") or text.endswith(("second", "seconds")):
        return True
    return len(text.split()) >= 5


def _unschedule(executor: Executor, node: FunctionCall, named: Mapping[str, Value], given: Sequence[Value]) -> Value:
    state = executor.state
    jobs = _jobs(state)
    value = next(iter(named.values()), given[0] if given else None)
    if jobs is None:
        return Unknown("there is no table of jobs")
    if isinstance(value, Unknown):
        return value
    number: int | None = None
    if isinstance(value, int):
        column = jobs.column("jobid")
        assert column is not None
        for key, row in table_rows.rows_of(state, jobs.oid).items():
            cell = row.get(column.number)
            if cell is not None and cell.value == value:
                number = key
    else:
        number = _job_named(state, jobs, value)
    if number is None:
        if jobs.oid in state.rows_unknown:
            return True
        shown = f"'{text_of(value)}'" if isinstance(value, str) else text_of(value)
        raise Rejected("XX000", f"could not find valid entry for job {shown}", node, subject=text_of(value))
    row = table_rows.rows_of(state, jobs.oid)[number]
    table_rows.leave(state, jobs, number, row)
    state.remove(state.rows[jobs.oid], number)
    return True


def _secret(executor: Executor, node: FunctionCall, named: Mapping[str, Value], given: Sequence[Value]) -> Value:
    del executor, node, named, given
    return random_value()


def _queue(executor: Executor, node: FunctionCall, named: Mapping[str, Value], given: Sequence[Value]) -> Value:
    """`pgmq.create(name)` makes the tables `pgmq.q_name` and `pgmq.a_name`: https://github.com/pgmq/pgmq"""
    from analyzer.facts.sql_ddl import CreateTable

    name = next(iter(named.values()), given[0] if given else None)
    if not isinstance(name, str):
        return Unknown("the queue's name is not known")
    place = executor.state.place
    for prefix, moment in (("q", "vt timestamptz not null"), ("a", "archived_at timestamptz not null default now()")):
        text = (
            f'create table if not exists pgmq."{prefix}_{name.lower()}" (msg_id bigint generated always as identity primary key, '  # noqa: E501
            f"read_ct int not null default 0, enqueued_at timestamptz not null default now(), {moment}, message jsonb)"
        )
        file, number = executor.dynamic(text, place)
        for statement in file.statements:
            if isinstance(statement, CreateTable):
                executor.state.place = Place(number, statement.start, statement.end)
                executor.execute(statement)
    executor.state.place = place
    return None


def _nothing(executor: Executor, node: FunctionCall, named: Mapping[str, Value], given: Sequence[Value]) -> Value:
    del executor, node, named, given
    return Unknown("what it gives is not known")


_CALLS: dict[tuple[str, str], PlatformCall] = {
    ("cron", "schedule"): _schedule,
    ("cron", "unschedule"): _unschedule,
    ("vault", "create_secret"): _secret,
    ("pgmq", "create"): _queue,
    ("pgmq", "create_unlogged"): _queue,
    ("pgmq", "create_partitioned"): _queue,
    ("pgmq", "send"): _nothing,
    ("net", "http_post"): _nothing,
    ("net", "http_get"): _nothing,
    ("net", "http_delete"): _nothing,
}
