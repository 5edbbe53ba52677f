"""A view shows `auth.users` through the Data API.

`auth.users` holds the address, the phone number and the metadata of every account, and no API role may read it. A view
in an exposed schema reads it as its owner, so that everybody who may read the view sees every account; a materialized
view keeps a copy.

Keep what the app shows of a user in a table of profiles with policies of its own, or let the view show only the
user's own row.

Source: [User data](https://supabase.com/docs/guides/auth/managing-user-data)

## Bad

```sql supabase/migrations/20250101000000_accounts.sql
create view public.accounts as select id, email from auth.users;
            ^^^^^^^^^^^^^^^ `public.accounts` shows `auth.users` to anyone with the public key
create view public.newest_accounts as select email from public.accounts limit 10;
            ^^^^^^^^^^^^^^^^^^^^^^ `public.newest_accounts` shows `auth.users` to anyone with the public key
```

## Good

```sql supabase/migrations/20250101000000_accounts.sql
create view public.me as select id, email from auth.users where id = auth.uid();
create view public.accounts as select id, email from auth.users;
revoke all on public.accounts from anon, authenticated;
create view public.account_list with (security_invoker = on) as select id, email from auth.users;
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import shown, who
from analyzer.view_terms import asks_for_user, relations_below, runs_as_owner, view_readers
from analyzer.written import name_span


class ViewExposesAuthUsers(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.6
    cwe = (200, 359)
    splinter = "0002_auth_users_exposed"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        users = database.relation("auth", "users")
        for view in database.relations("view", "materialized view"):
            readers = view_readers(project, database, view)
            span = name_span(project, database, view)
            if users is None or span is None or not readers or not runs_as_owner(view) or asks_for_user(view):
                continue
            way = next((way for way in relations_below(database, view) if way[-1] is users), None)
            if way is None:
                continue
            between = name_span(project, database, way[0]) if len(way) > 1 else None
            yield self.finding(
                span,
                f"`{shown(view)}` shows `auth.users` to {who(readers)}",
                subject=shown(view),
                related=(Place(between, "through this view"),) if between is not None else (),
            )
