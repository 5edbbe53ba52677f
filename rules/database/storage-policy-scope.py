"""A policy on files is wider than one bucket, or lets people touch files of others.

All files of all buckets are rows of `storage.objects`. A policy without `bucket_id` holds for every bucket, those of
tomorrow included. One that lets visitors upload or delete gives everybody with the public key free storage, or lets
them empty the bucket. One for UPDATE or DELETE that asks only for the bucket lets each user overwrite or delete the
files of all others.

Name the bucket, and tie the path or the owner to the user:
`bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text`.

Source: [Storage access control](https://supabase.com/docs/guides/storage/security/access-control)

## Bad

```sql supabase/migrations/20250101000000_storage.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('invoices', 'invoices', false);
create policy "files can be read" on storage.objects for select using (true);
              ^^^^^^^^^^^^^^^^^^^ anyone with the public key can read files of every bucket: this policy names none
create policy "upload" on storage.objects for insert with check (bucket_id = 'avatars');
              ^^^^^^^^ anyone with the public key can upload files of the bucket
create policy "delete" on storage.objects for delete to authenticated using (bucket_id = 'avatars');
              ^^^^^^^^ every signed-in user can delete the files of all others in the bucket
```

## Good

```sql supabase/migrations/20250101000000_storage.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('invoices', 'invoices', false);
create policy "avatars can be read" on storage.objects for select using (bucket_id = 'avatars');
create policy "upload" on storage.objects for insert to authenticated with check (bucket_id = 'avatars');
create policy "delete" on storage.objects for delete to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "own files" on storage.objects for update using ((select auth.uid()) = owner);
create policy "server" on storage.objects to service_role using (true);
```
"""

from collections.abc import Sequence

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import COMMANDS, ApiRole, Command, covers, deeds, who
from analyzer.database.model import Policy
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.policy_terms import (
    columns_in,
    deciding,
    functions_called,
    is_auth_call,
    is_restricted,
    node_of,
    relations_read,
    roles_of,
)
from analyzer.predicates import USER, VISITOR, can_be_true
from analyzer.written import name_span, stored_span

_WRITES: tuple[Command, ...] = ("insert", "update", "delete")


class StoragePolicyScope(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (284, 863)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        objects = database.relation("storage", "objects")
        for policy in database.policies(objects) if objects is not None else ():
            span = name_span(project, database, policy)
            if span is None or not policy.permissive or objects is None:
                continue
            problem = _problem(
                database,
                policy,
                {
                    command: roles
                    for command in COMMANDS
                    if covers(policy, command)
                    and (
                        roles := [
                            role
                            for role in roles_of(policy)
                            if not is_restricted(database, objects, command, role)
                            and _lets_in(database, policy, command, role)
                        ]
                    )
                },
            )
            if problem is not None:
                stored = policy.using or policy.check
                yield self.finding(
                    span,
                    problem,
                    subject=f"storage.objects {policy.name}",
                    related=(Place(stored_span(database, stored), "the condition"),) if stored else (),
                )


def _problem(database: Database, policy: Policy, open_: dict[Command, list[ApiRole]]) -> str | None:
    """What is too wide, the worst first; `open_` are the roles that the policy lets do something with some file."""
    unscoped = [command for command in open_ if not _has_scope(database, policy, command)]
    if unscoped:
        roles = {role for command in unscoped for role in open_[command]}
        return f"{who(roles)} can {_done(unscoped)} files of every bucket: this policy names none"
    visitors = [
        command
        for command in open_
        if command in _WRITES and "anon" in open_[command] and not _asks(database, policy, command)
    ]
    if visitors:
        return f"anyone with the public key can {_done(visitors)} files of the bucket"
    others = [
        command for command in open_ if command in ("update", "delete") and not _is_own(database, policy, command)
    ]
    if others:
        return f"every signed-in user can {_done(others)} the files of all others in the bucket"
    return None


def _done(done: Sequence[Command]) -> str:
    return deeds(done).replace("insert", "upload").replace("update", "overwrite")


def _lets_in(database: Database, policy: Policy, command: Command, role: ApiRole) -> bool:
    stored = deciding(policy, command)
    return stored is not None and can_be_true(database, node_of(stored), VISITOR if role == "anon" else USER)


def _has_scope(database: Database, policy: Policy, command: Command) -> bool:
    """Whether the condition is about a bucket, a path or a user."""
    stored = deciding(policy, command)
    if stored is None:
        return True
    node = node_of(stored)
    return bool(columns_in(node) & {"bucket_id", "owner", "owner_id", "name"}) or _asks(database, policy, command)


def _is_own(database: Database, policy: Policy, command: Command) -> bool:
    """Whether the condition ties a file to the user or asks for a right."""
    stored = deciding(policy, command)
    if stored is None:
        return True
    return bool(columns_in(node_of(stored)) & {"owner", "owner_id", "name"}) or _asks(database, policy, command)


def _asks(database: Database, policy: Policy, command: Command) -> bool:
    """Whether the condition looks something up: in a table, through a function, or in the claims of the user."""
    stored = deciding(policy, command)
    return stored is not None and (
        any(functions_called(database, stored))
        or any(relations_read(database, stored))
        or any(is_auth_call(node, "jwt", "email") for node in descendants(node_of(stored)))
    )
