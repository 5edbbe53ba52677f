"""The seed files that config.toml names are not those that exist.

`supabase db reset` and `supabase start` run the files that `db.seed.sql_paths` matches, relative to `supabase/`. A pattern
that matches nothing is one line in the log, a file that no pattern matches none at all: the database comes up without
the rows that the application and its tests expect, on every new machine and preview branch.

Correct the pattern, or switch seeding off (`db.seed.enabled = false`).

The default, `./seed.sql`, may well match nothing. Parameters of a pattern are those of Go: `*`, `?` and `[...]`; `**` is
the same as `*`.

Source: [Seeding](https://supabase.com/docs/guides/local-development/seeding-your-database);
[`Glob.Files`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go)

## Bad

```toml supabase/config.toml
[db.seed]
sql_paths = ["./seed.sql", "./seed/*.sql"]
                           ^^^^^^^^^^^^^^ no file matches `./seed/*.sql`
```

```sql supabase/seed.sql
select 1;
```

```sql supabase/seeds/plans.sql
select 1;
```

## Bad: a file that nothing matches

```toml supabase/config.toml
[db.seed]
sql_paths = ["./seeds/*.sql"]
            ^^^^^^^^^^^^^^^^^ no pattern matches `supabase/seed.sql`: it is never run
```

```sql supabase/seed.sql
select 1;
```

```sql supabase/seeds/plans.sql
select 1;
```

## Good

```toml supabase/config.toml
[db.seed]
sql_paths = ["./seed.sql", "./seeds/*.sql"]
```

```sql supabase/seed.sql
select 1;
```

```sql supabase/seeds/plans.sql
select 1;
```

## Good: the default

```toml supabase/config.toml
[db.seed]
enabled = true
sql_paths = ["./seed.sql"]
```

## Good: switched off

```toml supabase/config.toml
[db.seed]
enabled = false
sql_paths = ["./nothing.sql"]
```
"""

import re
from posixpath import isabs, normpath

from analyzer import Project, ProjectRule, Result, Value

_DEFAULT = "seed.sql"


class ConfigSeedPath(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None or config.problem is not None:
            return
        paths = config.get("db", "seed", "sql_paths")
        enabled = config.get("db", "seed", "enabled")
        if paths is None or (enabled is not None and enabled.value.scalar is False):
            return
        matched: set[str] = set()
        patterns: tuple[Value, ...] = paths.value.items or (paths.value,)
        for pattern in patterns:
            text = pattern.text or ""
            if not text or isabs(text) or "env(" in text:
                return
            found = _matches(project, text)
            matched.update(found)
            if not found and normpath(text) != _DEFAULT:
                yield self.finding(pattern.span, f"no file matches `{text}`", subject=text)
        seed = project.layout.path(_DEFAULT)
        if seed in project.listing.paths and seed not in matched and matched:
            yield self.finding(paths.value.span, f"no pattern matches `{seed}`: it is never run", subject=seed)


def _matches(project: Project, pattern: str) -> list[str]:
    """The paths that the pattern matches, as `fs.Glob` of Go does: stars stay within one folder."""
    full = normpath(project.layout.path(pattern))
    pieces = re.split(r"(\*+|\?|\[[^\]]*\])", full)
    expression = "".join(_translated(piece) for piece in pieces)
    try:
        compiled = re.compile(expression)
    except re.error:  # a range such as `[z-a]`, which matches nothing in Go either
        return []
    return [path for path in project.listing.paths if compiled.fullmatch(path)]


def _translated(piece: str) -> str:
    if piece.startswith("*"):
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and len(piece) > 2:
        return "[" + piece[1:-1].replace("\\", "\\\\").replace("[", "\\[") + "]"
    return re.escape(piece)
