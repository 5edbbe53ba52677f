"""A REVOKE takes nothing away: the role may still execute the function.

Two things let a role of the API execute a function: PostgreSQL gives the right to PUBLIC, that is to all roles, and
the default privileges of a Supabase project give it to `anon` and `authenticated` by name. A REVOKE that names only one
of the two leaves the other. `ALTER DEFAULT PRIVILEGES IN SCHEMA ... REVOKE EXECUTE ... FROM PUBLIC` changes nothing at
all, since PUBLIC's right does not come from the schema.

Name both: `revoke execute on function ... from public, anon, authenticated`, then grant what is meant. For functions to
come, `alter default privileges revoke execute on functions from public` without `in schema`.

What `supabase db pull` has written is not reported: its REVOKEs describe a project in which the grants by name were
taken away already.

Source: [ALTER DEFAULT PRIVILEGES](https://www.postgresql.org/docs/17/sql-alterdefaultprivileges.html),
[discussion 50308](https://github.com/orgs/supabase/discussions/50308)

## Bad

```sql supabase/migrations/20250101000000_credits.sql
create function public.add_credits(amount integer) returns integer language sql as $$ select amount $$;
revoke execute on function public.add_credits(integer) from anon, authenticated;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ after this, `anon` and `authenticated` may still execute `public.add_credits`, through PUBLIC
create function public.take_credits(amount integer) returns integer language sql as $$ select amount $$;
revoke all on function public.take_credits(integer) from public;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ after this, `anon` may still execute `public.take_credits`, through a grant by name
grant execute on function public.take_credits(integer) to authenticated;
```

## Bad: only for one schema

```sql supabase/migrations/20250101000000_credits.sql
alter default privileges in schema public revoke execute on functions from public;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PUBLIC keeps its right to execute new functions: it does not come from the schema `public`
create function public.add_credits(amount integer) returns integer language sql as $$ select amount $$;
```

## Good

```sql supabase/migrations/20250101000000_credits.sql
create function public.add_credits(amount integer) returns integer language sql as $$ select amount $$;
revoke execute on function public.add_credits(integer) from public, anon, authenticated;
create function public.take_credits(amount integer) returns integer language sql as $$ select amount $$;
revoke execute on function public.take_credits(integer) from public;
revoke execute on function public.take_credits(integer) from anon;
grant execute on function public.take_credits(integer) to authenticated;
create function public.on_order() returns trigger language plpgsql as $$ begin return new; end $$;
revoke execute on function public.on_order() from public;
```

## Good: for all functions to come

```sql supabase/migrations/20250101000000_credits.sql
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from public, anon, authenticated;
create function public.add_credits(amount integer) returns integer language sql as $$ select amount $$;
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, is_served, listed, may_execute
from analyzer.database.model import Change, Function
from analyzer.database.names import quoted
from analyzer.database.privileges import allows_public
from analyzer.database.replay import Database
from analyzer.facts.sql_ddl import AlterDefaultPrivileges, Grant
from analyzer.function_terms import argument_types, is_trigger_function, statements_on
from analyzer.written import change_span, is_dump, is_in_dump, name_span


class FunctionRevokeIneffective(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 7.5
    cwe = (284, 732)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for function in database.functions():
            if not database.own(function) or not is_served(project, function):
                continue
            if is_trigger_function(database, function):
                continue
            kept, change = _kept(project, database, function)
            if kept and change is not None:
                yield from self._finding(project, database, function, kept, change)
        yield from self._defaults(project, database)

    def _finding(
        self, project: Project, database: Database, function: Function, kept: list[str], change: Change
    ) -> Result:
        name = f"{function.schema}.{function.name}"
        through = "PUBLIC" if allows_public(function, "execute") else "a grant by name"
        made = name_span(project, database, function)
        roles = listed([f"`{role}`" for role in kept])
        signature = f"{quoted(function.schema)}.{quoted(function.name)}({argument_types(database, function)})"
        source = "public" if through == "PUBLIC" else ", ".join(kept)
        yield self.finding(
            change_span(project, database, change.place),
            f"after this, {roles} may still execute `{name}`, through {through}",
            subject=name,
            related=(Place(made, "the function"),) if made is not None else (),
            fix=Fix(
                "take the right away from both",
                safe=False,
                changes=(
                    Create(
                        project.layout.path("migrations"),
                        f"revoke_{function.name}",
                        f"revoke execute on function {signature} from {source};\n",
                    ),
                ),
            ),
        )

    def _defaults(self, project: Project, database: Database) -> Result:
        """ALTER DEFAULT PRIVILEGES IN SCHEMA ... FROM PUBLIC."""
        everywhere = database.state.default_acls.get(("postgres", "", "function"))
        if everywhere is not None and not everywhere.get("public"):
            return
        for file in project.migrations:
            for node in file.statements:
                if (
                    not is_dump(file)
                    and isinstance(node, AlterDefaultPrivileges)
                    and node.revoke
                    and node.schemas
                    and node.object_kind == "function"
                    and any(role.special and role.name == "public" for role in node.grantees)
                    and any(
                        function.schema == node.schemas[0].text
                        and database.own(function)
                        and not is_trigger_function(database, function)
                        and allows_public(function, "execute")
                        for function in database.functions()
                    )
                ):
                    yield self.finding(
                        file.lines.span(node.start, node.end),
                        "PUBLIC keeps its right to execute new functions: it does not come from the schema "
                        f"`{node.schemas[0].text}`",
                        subject=f"{node.schemas[0].text} default privileges",
                    )


def _kept(project: Project, database: Database, function: Function) -> tuple[list[str], Change | None]:
    """The roles that a REVOKE meant and did not reach, with the last such REVOKE."""
    meant: dict[str, Change] = {}
    for change, statement in statements_on(project, database, function, "grant", "revoke"):
        if not isinstance(statement, Grant) or (statement.revoke and is_in_dump(project, database, change.place)):
            continue
        names = {role.name for role in statement.grantees}
        named = names & set(API_ROLES)
        for role in API_ROLES:
            if statement.revoke and role in (named or (API_ROLES if "public" in names else ())):
                meant[role] = change
            elif not statement.revoke and names & {role, "public"}:
                meant.pop(role, None)
        if statement.revoke and named == {"anon"}:
            meant.pop("authenticated", None)  # who takes it from visitors alone leaves it to users
    kept = [role for role in meant if may_execute(database, function, role)]
    return kept, meant[kept[0]] if kept else None
