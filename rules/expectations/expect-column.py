"""A table does not have the columns that are expected of it.

`[[expectations.columns]]` of `supalint.toml` names columns with their types, as PostgreSQL or its short forms call them;
`not null` behind the type is looked at where it is written.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.columns]]
table = "nodes"
columns = { region = "text not null", enabled = "bool", max_ram_gb = "int" }
```

```sql supabase/migrations/20250101000000_nodes.sql
create table public.nodes (id bigint primary key, region text, enabled boolean, total_ram_gb integer);
             ^^^^^^^^^^^^ `nodes` has no column `max_ram_gb`; did you mean `total_ram_gb`?
                                                  ^^^^^^ `nodes.region` may be null, and `text not null` is expected
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.columns]]
table = "nodes"
columns = { region = "text not null", enabled = "bool", seen = "timestamptz" }
```

```sql supabase/migrations/20250101000000_nodes.sql
create table public.nodes (id bigint primary key, region text not null, enabled boolean, seen timestamp with time zone);
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.expected import (
    expectation_span,
    expected_at,
    no_column,
    no_table,
    plain_type,
    relation_named,
    type_and_null,
)
from analyzer.written import column_span, name_span


class ExpectColumn(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for wanted in project.declared.expectations.columns:
            span = expectation_span(project, wanted.line)
            relation = relation_named(project, wanted.table)
            if relation is None:
                yield self.finding(span, no_table(project, wanted.table), subject=wanted.table)
                continue
            related = (expected_at(project, wanted.line),)
            for name, text in wanted.columns:
                subject = f"{wanted.table}.{name}"
                column = relation.column(name)
                if column is None:
                    made = name_span(project, database, relation) or span
                    yield self.finding(made, no_column(relation, name), subject=subject, related=related)
                    continue
                place = column_span(project, database, relation, name) or span
                type_, not_null = type_and_null(text)
                given = plain_type(database.type_text(column.type))
                if type_ and given != type_:
                    message = f"`{relation.name}.{name}` is {given}, and `{text}` is expected"
                    yield self.finding(place, message, subject=subject, related=related)
                elif not_null and not column.not_null:
                    message = f"`{relation.name}.{name}` may be null, and `{text}` is expected"
                    yield self.finding(place, message, subject=subject, related=related)
