"""An enabled auth hook cannot be called.

Auth calls a hook at each sign-up, sign-in or message, and refuses the request when the call fails: with a hook that does
not exist, or that it may not execute, nobody can sign in. A hook whose secret has the wrong form makes the CLI refuse
config.toml.

| `uri` | what it needs |
|---|---|
| `pg-functions://postgres/<schema>/<function>` | the function, and `grant execute on function ... to supabase_auth_admin` where PUBLIC may not execute it; no `secrets` |
| `https://...`, `http://...` | `secrets = "v1,whsec_<base64>"`, best as `env(NAME)` |

A function that a migration makes in a way that cannot be followed (`execute format(...)`), and hosts that are not edge
functions of this project, are not judged.

Source: [Auth hooks](https://supabase.com/docs/guides/auth/auth-hooks);
[`hookConfig.validate`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go)

## Bad

```toml supabase/config.toml
[auth.hook.custom_access_token]
enabled = true
uri = "pg-functions://postgres/public/access_token_hook"
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no migration makes the function `public.access_token_hook`: each sign-in fails

[auth.hook.send_email]
enabled = true
uri = "http://host.docker.internal:54321/functions/v1/send-mail"
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ there is no edge function `send-mail`
secrets = "whsec_abc"
          ^^^^^^^^^^^ the CLI refuses this file: the secret of a hook must be `v1,whsec_` and 32 to 88 characters of base64
```

```sql supabase/migrations/20250101000000_hook.sql
create function public.custom_access_token_hook(event jsonb) returns jsonb language sql as $$ select event $$;
```

## Bad: not granted

```toml supabase/config.toml
[auth.hook.custom_access_token]
enabled = true
uri = "pg-functions://postgres/public/access_token_hook"
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `supabase_auth_admin` may not execute `public.access_token_hook`: each sign-in fails
```

```sql supabase/migrations/20250101000000_hook.sql
create function public.access_token_hook(event jsonb) returns jsonb language sql as $$ select event $$;
revoke execute on function public.access_token_hook from authenticated, anon, public;
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ this takes it from everybody
```

## Good

```toml supabase/config.toml
[auth.hook.custom_access_token]
enabled = true
uri = "pg-functions://postgres/public/access_token_hook"

[auth.hook.send_email]
enabled = true
uri = "http://host.docker.internal:54321/functions/v1/send-mail"
secrets = "env(SEND_EMAIL_HOOK_SECRET)"

[auth.hook.send_sms]
enabled = false
uri = "pg-functions://postgres/public/nothing"
```

```sql supabase/migrations/20250101000000_hook.sql
create function public.access_token_hook(event jsonb) returns jsonb language sql as $$ select event $$;
revoke execute on function public.access_token_hook from authenticated, anon, public;
grant execute on function public.access_token_hook to supabase_auth_admin;
```

```ts supabase/functions/send-mail/index.ts
Deno.serve(() => new Response("ok"));
```
"""

import re
from collections.abc import Iterator
from typing import TypeVar

from analyzer import (
    AUTH_ADMIN_ROLE,
    ENV_REFERENCE,
    FUNCTION_URL,
    HOOK_SECRET,
    CreateFunction,
    Do,
    Entry,
    Grant,
    Place,
    Project,
    ProjectRule,
    Result,
    Span,
    SqlFile,
)

_Statement = TypeVar("_Statement", CreateFunction, Do, Grant)
_PG_FUNCTION = re.compile(r"^pg-functions://[^/]*/(?P<schema>[^/]+)/(?P<name>[^/?#]+)$", re.IGNORECASE)
_CONSEQUENCES = {
    "send_sms": "no message is sent",
    "send_email": "no e-mail is sent",
    "before_user_created": "each sign-up fails",
}


class ConfigAuthHook(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None:
            return
        for hook in config.names("auth", "hook"):
            enabled, uri, secrets = (config.get("auth", "hook", hook, key) for key in ("enabled", "uri", "secrets"))
            if enabled is None or enabled.value.scalar is not True:
                continue
            address = uri.value.text if uri is not None else None
            if uri is None or not address:
                message = f"the CLI refuses this file: `[auth.hook.{hook}]` is enabled without `uri`"
                yield self.finding((uri or enabled).span, message, subject=hook)
            elif match := _PG_FUNCTION.match(address):
                yield from self._function(project, uri.value.span, hook, match["schema"], match["name"])
            elif address.lower().startswith(("http://", "https://")):
                yield from self._request(project, uri, secrets, hook)
            elif not ENV_REFERENCE.match(address):
                message = "the CLI refuses this file: the `uri` of a hook is `https://...`, `http://...` or `pg-functions://...`"
                yield self.finding(uri.value.span, message, subject=hook)

    def _function(self, project: Project, span: Span, hook: str, schema: str, name: str) -> Result:
        consequence = _CONSEQUENCES.get(hook.lower(), "each sign-in fails")
        files = [*project.migrations, *project.sql("migration-ignored", "schema", "roles", "seed")]
        if not files:
            return
        if not any(_is(node.name.schema, node.name.name, schema, name) for node, _ in _all(files, CreateFunction)):
            if any(True for _ in _all(files, Do)):
                yield self.unknown(span, f"a DO block may make `{schema}.{name}`")
            else:
                message = f"no migration makes the function `{schema}.{name}`: {consequence}"
                yield self.finding(span, message, subject=f"{schema}.{name}")
            return
        revoke, granted = _rights(files, schema, name)
        if revoke is not None and not granted:
            yield self.finding(
                span,
                f"`{AUTH_ADMIN_ROLE}` may not execute `{schema}.{name}`: {consequence}",
                subject=f"{schema}.{name}",
                related=(Place(revoke, "this takes it from everybody"),),
            )

    def _request(self, project: Project, uri: Entry, secrets: Entry | None, hook: str) -> Result:
        url = FUNCTION_URL.search(uri.value.text or "")
        slug = (url["path"] or url["host"]) if url else None
        if slug is not None and slug not in project.functions:
            yield self.finding(uri.value.span, f"there is no edge function `{slug}`", subject=hook)
        text = secrets.value.text if secrets is not None else None
        if secrets is None or not text:
            message = f"the CLI refuses this file: `[auth.hook.{hook}]` calls an address without `secrets`"
            yield self.finding((secrets or uri).span, message, subject=hook)
        elif not ENV_REFERENCE.match(text) and not text.startswith("encrypted:"):
            message = (
                "the CLI refuses this file: the secret of a hook must be `v1,whsec_` and 32 to 88 characters of base64"
            )
            if not all(HOOK_SECRET.match(secret) for secret in text.split("|")):
                yield self.finding(secrets.value.span, message, subject=hook)


def _rights(files: list[SqlFile], schema: str, name: str) -> tuple[Span | None, bool]:
    """Where PUBLIC's right to execute the function is taken, and whether Auth's own role is given one."""
    revoked: Span | None = None
    granted = False
    for node, file in _all(files, Grant):
        names = {role.name for role in node.grantees}
        if node.all_in_schema:
            touched = any(item.name is not None and item.name.name == schema for item in node.objects)
        else:
            touched = any(
                item.name is not None and _is(item.name.schema, item.name.name, schema, name) for item in node.objects
            )
        if not touched or node.object_kind not in ("function", "routine"):
            continue
        if node.revoke and "public" in names and not node.all_in_schema:
            revoked = file.lines.span(node.start, node.end)
        if not node.revoke and names & {AUTH_ADMIN_ROLE, "public"}:
            granted = True
    return revoked, granted


def _all(files: list[SqlFile], kind: type[_Statement]) -> Iterator[tuple[_Statement, SqlFile]]:
    return ((node, file) for file in files for node in file.statements if isinstance(node, kind))


def _is(found_schema: str | None, found: str, schema: str, name: str) -> bool:
    return found == name and (found_schema or "public") == schema
