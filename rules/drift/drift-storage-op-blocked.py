"""The app does something with files that no policy lets it do.

`storage.objects` has row level security, and each operation of Storage needs its own policies: an upload an INSERT
policy; an upload with `upsert: true` also SELECT and UPDATE; `update` and `move` UPDATE and SELECT; `remove` DELETE and
SELECT; `download`, `list` and signed addresses SELECT. A bucket that got a policy for uploads only works once: the
second picture of the same user, under the same name, is refused, and `remove` deletes nothing, without an error.

Add the policies that are missing, for the same folder as the others.

It looks at buckets for which the migrations have some policy: the others may have theirs in the Dashboard. The service
role needs none.

Sources: [Supabase: storage access control](https://supabase.com/docs/guides/storage/security/access-control),
[supabase-js: upload](https://supabase.com/docs/reference/javascript/storage-from-upload)

## Bad

```sql supabase/migrations/20250101000000_avatars.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
create policy "upload" on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "see" on storage.objects for select using (bucket_id = 'avatars');
```

```ts src/avatar.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const save = (id: string, file: File) =>
  supabase.storage.from("avatars").upload(`${id}/avatar.png`, file, { upsert: true });
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no policy lets anybody update files of `avatars`: where the file is there, this upload is refused
```

## Good

```sql supabase/migrations/20250101000000_avatars.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
create policy "upload" on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "replace" on storage.objects for update to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "see" on storage.objects for select using (bucket_id = 'avatars');
```

```ts src/avatar.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const save = (id: string, file: File) =>
  supabase.storage.from("avatars").upload(`${id}/avatar.png`, file, { upsert: true });
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, Command, deeds, policies_for
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import is_own
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import ColumnReference, Constant, Expression
from analyzer.policy_terms import alternatives, conjuncts, deciding, node_of
from analyzer.predicates import Caller, can_be_true
from analyzer.typescript.services import ServiceCall, service_calls
from analyzer.typescript.values import Called, Known, ObjectValue, Value, options, origins
from analyzer.written import unfollowed

# https://supabase.com/docs/reference/javascript/storage-from-upload and its neighbours: "RLS policy permissions required"
_NEEDS: dict[str, tuple[Command, ...]] = {
    "upload": ("insert",),
    "createSignedUploadUrl": ("insert",),
    "uploadToSignedUrl": (),
    "update": ("update", "select"),
    "move": ("update", "select"),
    "copy": ("insert", "select"),
    "remove": ("delete", "select"),
    "list": ("select",),
    "download": ("select",),
    "createSignedUrl": ("select",),
    "createSignedUrls": ("select",),
}
_MAKES_NEW = re.compile(
    r"^(?:Date(?:\.now)?|now|getTime|toISOString|random\w*|crypto\.randomUUID|Math\.random|uuid\w*|v4|nanoid|cuid\w*)$"
)
_SILENT = frozenset({"remove", "list"})
_MOST_PLACES = 6


class DriftStorageOpBlocked(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        objects = database.relation("storage", "objects")
        if objects is None:
            return
        found: dict[tuple[str, Command, str], list[ServiceCall]] = {}
        for path in project.modules:
            for call in service_calls(project.program, path):
                bucket = call.target
                if call.area != "storage" or call.key not in ("anon", "user") or call.run == "never" or bucket is None:
                    continue
                if not is_own(project, call.client) or not _is_governed(database, objects, bucket):
                    continue
                for command in _needed(call):
                    if not _may(database, objects, bucket, command):
                        found.setdefault((bucket, command, _effect(call, command)), []).append(call)
        blind = unfollowed(project, database, r"\bpolicy\b") if found else None
        for (bucket, command, effect), (first, *others) in found.items():
            span = project.program.place(first.site)
            if blind is not None or schema_of(project).may_have_policy(objects):
                yield self.unknown(span, f"a policy for `{bucket}` may be made where it cannot be followed")
                continue
            yield self.finding(
                span,
                f"no policy lets anybody {deeds([command])} files of `{bucket}`: {effect}",
                subject=f"{bucket} {command} {effect}",
                related=tuple(Place(project.program.place(one.site), "and here") for one in others[:_MOST_PLACES]),
            )


def _needed(call: ServiceCall) -> tuple[Command, ...]:
    if call.method == "upload" and _replaces(call):
        return ("insert", "select") if any(map(_is_new, call.arguments[1:2])) else ("insert", "update", "select")
    return _NEEDS.get(call.method, ())


def _replaces(call: ServiceCall) -> bool:
    """Whether the file may be there: `{ upsert: true }`."""
    return any(
        isinstance(one, ObjectValue) and any(isinstance(each, Known) and each.value is True for each in options(upsert))
        for settings in call.arguments[3:4]
        for one in options(settings)
        if isinstance(one, ObjectValue) and (upsert := one.entries.get("upsert")) is not None
    )


def _is_new(path: Value) -> bool:
    """Whether a path holds the time or something random: no file is there."""
    return any(
        isinstance(one, Called) and _MAKES_NEW.search(str(getattr(one.callee, "name", getattr(one.callee, "key", ""))))
        for one in origins(path)
    )


def _effect(call: ServiceCall, command: Command) -> str:
    if call.method == "upload" and command == "update":
        return "where the file is there, this upload is refused"
    if call.method == "remove":
        return "this removes nothing, without an error"
    return "this finds nothing, without an error" if call.method in _SILENT else f"this `{call.method}` is refused"


def _is_governed(database: Database, objects: Relation, bucket: str) -> bool:
    """Whether some policy names the bucket: its policies stand in the migrations, then."""
    return any(
        isinstance(node, Constant) and node.value == bucket
        for policy in database.policies(objects)
        for stored in (policy.using, policy.check)
        if stored is not None
        for node in descendants(node_of(stored))
    )


def _may(database: Database, objects: Relation, bucket: str, command: Command) -> bool:
    """Whether a policy can let visitors or users do it with some file of the bucket."""
    for role in API_ROLES:
        for policy in policies_for(database, objects, role, command):
            stored = deciding(policy, command)
            if stored is None:
                return True
            caller = Caller(role, signed_in=role == "authenticated")
            if _is_about(stored, bucket) and can_be_true(database, node_of(stored), caller):
                return True
    return False


def _is_about(stored: Stored, bucket: str) -> bool:
    """Whether a condition leaves the bucket open, or names this one among others."""
    return any(
        all(bucket in names for names in map(_buckets, conjuncts(way)) if names)
        for way in alternatives(node_of(stored))
    )


def _buckets(term: Expression) -> set[str]:
    """The buckets that a term of a condition compares `bucket_id` with."""
    nodes = list(descendants(term))
    columns = {node.parts[-1].text for node in nodes if isinstance(node, ColumnReference) and node.parts}
    if "bucket_id" not in columns:
        return set()
    return {node.value for node in nodes if isinstance(node, Constant) and isinstance(node.value, str)}
