"""The Data API serves a schema that is meant to stay inside.

Every table, view and function of the schemas in `api.schemas` has an address under `/rest/v1/`, for whoever has the
public key. `vault` holds decrypted secrets in a view, `auth` the users with their password hashes, `net` sends HTTP
requests from the database to any address, `cron` runs SQL. Often only a missing grant stands before them, and one
`grant ... on all tables in schema` takes it away. A schema named `private` or `internal` was made to be left out.

Take the schema out of the list. What clients need of it goes through a function or a view in `public`.

`graphql_public` and `pgmq_public` are made to be exposed, and `storage` was part of the list in older templates: these
are not reported.

Source: [Hardening the Data API](https://supabase.com/docs/guides/api/hardening-data-api)

## Bad

```toml supabase/config.toml
[api]
schemas = ["public", "vault", "graphql_public"]
                      ^^^^^ the Data API serves the schema `vault` to everybody with the public key
```

```toml supabase/config.toml fixed
[api]
schemas = ["public", "graphql_public"]
```

## Good

```toml supabase/config.toml
[api]
schemas = ["public", "graphql_public", "pgmq_public", "shop"]
extra_search_path = ["public", "extensions"]
```

## Good: the API is off

```toml supabase/config.toml
[api]
enabled = false
schemas = ["public", "private"]
```
"""

import re

from analyzer import PLATFORM_SCHEMAS, Edit, Entry, Fix, Project, ProjectRule, Result, Span, Value

_MEANT = frozenset({"graphql_public", "storage", "graphql"})
_PRIVATE = re.compile(
    r"^_?(?:private|internal|secrets?|hidden|restricted)(?:_|$)|_(?:private|internal|secrets?)$", re.IGNORECASE
)


class ConfigSchemaExposed(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.6
    cwe = (668,)

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None:
            return
        for prefix in ((), *(("remotes", name) for name in config.names("remotes"))):
            enabled = config.get(*prefix, "api", "enabled")
            listed = config.get(*prefix, "api", "schemas")
            if listed is None or (enabled is not None and enabled.value.scalar is False):
                continue
            for index, item in enumerate(listed.value.items):
                name = item.text or ""
                if (name in PLATFORM_SCHEMAS and name not in _MEANT) or _PRIVATE.search(name):
                    yield self.finding(
                        _inside(item.span),
                        f"the Data API serves the schema `{name}` to everybody with the public key",
                        subject=name,
                        fix=_fix(listed, index),
                    )


def _inside(span: Span) -> Span:
    """The text between the quotes."""
    return Span(span.path, span.line, span.column + 1, span.end_line, span.end_column - 1)


def _fix(listed: Entry, index: int) -> Fix:
    # Not safe: a client that reads the schema stops working.
    return Fix("take the schema out of the list", safe=False, changes=(Edit(_with_comma(listed.value, index), ""),))


def _with_comma(array: Value, index: int) -> Span:
    """The item, with what separates it from its neighbour."""
    items = array.items
    here = items[index].span
    if index + 1 < len(items):
        following = items[index + 1].span
        return Span(here.path, here.line, here.column, following.line, following.column)
    if index:
        before = items[index - 1].span
        return Span(here.path, before.end_line, before.end_column, here.end_line, here.end_column)
    return here
