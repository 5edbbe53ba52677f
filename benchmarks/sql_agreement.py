"""How far the SQL parser agrees with PostgreSQL's own, on the .sql files below a folder.

    python benchmarks/sql_agreement.py DIR [--examples N]

It prints three tables: which files are valid, whether typed statements mean what their text means (by kind), and
the same for bodies in PL/pgSQL. PostgreSQL's parser is libpg_query, from the package `postgast`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "sql")]

import postgast  # noqa: E402
import sql_oracle as oracle  # noqa: E402

from analyzer.facts.sql import CreateFunction, Do, PlpgsqlBody, SqlBody, SqlFile, Statement  # noqa: E402
from analyzer.source import Source  # noqa: E402
from analyzer.sql.parse import parse  # noqa: E402


class Examples:
    """Prints the first disagreements of each sort."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.shown: Counter[str] = Counter()

    def show(self, sort: str, where: str, what: str) -> None:
        self.shown[sort] += 1
        if self.shown[sort] <= self.limit:
            print(f"{sort}: {where}\n    {what[:600]}")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--examples", type=int, default=5)
    arguments = options.parse_args()
    examples = Examples(arguments.examples)
    validity: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    bodies: Counter[str] = Counter()
    lines = 0
    seconds = 0.0
    for path in sorted(arguments.folder.rglob("*.sql")):
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8-sig", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        begin = time.process_time()
        found = parse(Source(str(path.relative_to(arguments.folder)), text))
        seconds += time.process_time() - begin
        lines += text.count("\n")
        check_validity(found, text, validity, examples)
        for statement in found.statements:
            check_statement(found, text, statement, kinds, examples)
            check_body(found, text, statement, bodies, examples)
    print(f"\n{lines} lines parsed in {seconds:.2f} s of processor time")
    print_table("validity", {"files": validity})
    print_table("statements", kinds)
    print_table("PL/pgSQL and SQL bodies", {"bodies": bodies})


def check_validity(found: SqlFile, text: str, counted: Counter[str], examples: Examples) -> None:
    ours = [error for error in found.errors if not error.in_body]
    theirs = oracle.rejection(text)
    has_rows = any(getattr(statement, "data", None) for statement in found.statements)
    match (bool(ours), theirs is not None):
        case (False, False):
            counted["both accept"] += 1
        case (True, True):
            counted["both reject"] += 1
            same = theirs == ours[0].message
            counted["same first message" if same else "another first message"] += 1
            if not same:
                examples.show("message", found.path, f"PostgreSQL: {theirs}; we: {ours[0].message}")
        case (True, False):
            counted["only we reject"] += 1
            around = text[max(ours[0].start - 60, 0) : ours[0].end + 20]
            examples.show("only we reject", found.path, f"{ours[0].message}: {around!r}")
        case _ if has_rows:
            counted["rows of COPY"] += 1
        case _:
            counted["only PostgreSQL rejects"] += 1
            examples.show("only PostgreSQL rejects", found.path, str(theirs))


def check_statement(
    found: SqlFile, text: str, statement: Statement, counted: dict[str, Counter[str]], examples: Examples
) -> None:
    kind = type(statement).__name__
    compared = oracle.compare(text[statement.start : statement.end], statement)
    counted[kind][compared.verdict] += 1
    if compared.verdict == "different":
        examples.show(
            f"different {kind}", f"{found.path}:{found.lines.span(statement.start, statement.end).line}", compared.why
        )


def check_body(found: SqlFile, text: str, statement: Statement, counted: Counter[str], examples: Examples) -> None:
    if not isinstance(statement, (CreateFunction, Do)) or statement.definition is None:
        return
    where = f"{found.path}:{found.lines.span(statement.start, statement.end).line}"
    language = (statement.language or "").lower()
    if language == "sql":
        theirs = oracle.rejection(statement.definition.value)
        agreed = isinstance(statement.body, SqlBody) == (theirs is None)
        counted["sql: validity agrees" if agreed else "sql: validity differs"] += 1
        if not agreed:
            examples.show("sql body", where, f"PostgreSQL: {theirs}; we: {errors_in(found, statement)}")
    elif language == "plpgsql":
        whole = text[statement.start : statement.end]
        theirs = oracle.plpgsql_error(whole)
        if not isinstance(statement.body, PlpgsqlBody):
            counted["plpgsql: both reject" if theirs else "plpgsql: only we reject"] += 1
            if not theirs:
                examples.show("plpgsql: only we reject", where, errors_in(found, statement))
            return
        if theirs:
            counted["plpgsql: only PostgreSQL rejects"] += 1
            examples.show("plpgsql: only PostgreSQL rejects", where, theirs)
            return
        try:
            compared = oracle.compare_plpgsql(whole, statement.body)
        except (NotImplementedError, ValueError, postgast.PgQueryError) as error:
            counted["plpgsql: not compared"] += 1
            examples.show("plpgsql: not compared", where, str(error))
            return
        counted[f"plpgsql: {compared.verdict}"] += 1
        if compared.verdict == "different":
            examples.show("plpgsql: different", where, compared.why)


def errors_in(found: SqlFile, statement: Statement) -> str:
    return "; ".join(e.message for e in found.errors if statement.start <= e.start < statement.end)


def print_table(title: str, rows: dict[str, Counter[str]]) -> None:
    print(f"\n{title}")
    for key in sorted(rows):
        print(f"  {key:24} " + ", ".join(f"{count} {what}" for what, count in sorted(rows[key].items())))


if __name__ == "__main__":
    main()
