"""supabase-js has no such method.

A query begins with `from` or `rpc`; Auth has other names since version 2 (`signInWithPassword` for `signIn`,
`getSession()` for `session()`). What is not there is `undefined`, and calling it throws a TypeError. JavaScript, `any` and
functions, which are deployed without a type check, let it through.

Source: [supabase-js: upgrade to v2](https://supabase.com/docs/reference/javascript/v1/upgrade-guide)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/orders.js
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = (id) => supabase.from("orders").select("total").where("id", id);
                                                                      ^^^^^ a query of supabase-js has no `where`: this throws
export const login = (email, password) => supabase.auth.signIn({ email, password });
                                                        ^^^^^^ `auth` of supabase-js has no `signIn` since version 2: `signInWithPassword`, `signInWithOAuth` or `signInWithOtp`
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/orders.js
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = (id) => supabase.from("orders").select("total").eq("id", id);
export const login = (email, password) => supabase.auth.signInWithPassword({ email, password });
```
"""

import re
from collections.abc import Iterator

from analyzer import Json, Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Call, Member
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.values import Builder, Client, MemberOf, options

# Methods of other libraries, and of version 1, that people write; what is not listed may come with a later version.
_OF_QUERIES = frozenset(
    """where findOne find findMany onConflict returning orderBy andWhere orWhere notIn isNull isNotNull groupBy execute
    join leftJoin first exec count increment distinct unwrap toArray subscribe""".split()
)
# https://supabase.com/docs/reference/javascript/v1/upgrade-guide
_OF_AUTH = {
    "signIn": "`signInWithPassword`, `signInWithOAuth` or `signInWithOtp`",
    "session": "`getSession`",
    "user": "`getUser`",
    "setAuth": "`setSession`",
    "update": "`updateUser`",
    "getSessionFromUrl": "it is found when the client starts",
}
_OF_CLIENTS = frozenset(
    {"select", "insert", "update", "upsert", "delete", "query", "sql", "raw", "table", "eq", "execute"}
)


class SupabaseJsInvalidCall(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        if _has_first_version(project):
            return
        for path in project.modules:
            for span, name, message in _wrong(project.program, path):
                yield self.finding(span, message, subject=f"{path} {name}")


def _has_first_version(project: Project) -> bool:
    """Whether a part of the repository still works with version 1."""
    wanted = (
        json.get(key, "@supabase/supabase-js")
        for json in project.configs(Json)
        for key in ("dependencies", "devDependencies")
    )
    return any(entry is not None and re.match(r"[\^~]?[01]\.", entry.value.text or "") for entry in wanted) or any(
        re.search(r"supabase-js@v?1\b", one.specifier) for module in project.modules.values() for one in module.imports
    )


def _wrong(program: Program, path: str) -> Iterator[tuple[Span, str, str]]:
    for call in program.index(path).calls:
        if not isinstance(call, Call) or not isinstance(call.callee, Member):
            continue
        callee = call.callee
        name = callee.name
        if name not in _OF_QUERIES and name not in _OF_AUTH and name not in _OF_CLIENTS:
            continue
        span = program.modules[path].lines.span(callee.name_start, callee.name_start + len(name))
        found = list(options(value(program, path, callee.object)))
        if len(found) != 1:
            continue
        match found[0]:
            case Builder(kind="from") if name in _OF_QUERIES:
                yield span, name, f"a query of supabase-js has no `{name}`: this throws"
            case Client() as client if name in _OF_CLIENTS and _is_supabase(client):
                yield span, name, f"a client of supabase-js has no `{name}`: a query begins with `from` or `rpc`"
            case MemberOf(object=Client() as client, key="auth") if name in _OF_AUTH and _is_supabase(client):
                yield span, name, f"`auth` of supabase-js has no `{name}` since version 2: {_OF_AUTH[name]}"
            case _:
                pass


def _is_supabase(client: Client) -> bool:
    return client.factory.startswith("create")
