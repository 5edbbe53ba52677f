"""A name in a PL/pgSQL body is a column and a variable at once.

PL/pgSQL cannot tell whether a bare name in a statement means the column or the variable, parameter or column of
`RETURNS TABLE` of that name, and refuses to guess: `column reference "..." is ambiguous` (42702). Making the function
succeeds; every call that reaches the statement fails.

Put the table's name or alias before the column, or give the parameter another name (`p_user_id`).

Bodies with `#variable_conflict` are left alone.

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
create function orders_of(user_id uuid) returns setof bigint language plpgsql as $$
begin
  return query select id from orders where user_id = orders_of.user_id;
                                           ^^^^^^^ `user_id` is a column and a variable of `orders_of`: the call fails here (42702)
end $$;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
create function orders_of(user_id uuid) returns setof bigint language plpgsql as $$
begin
  return query select o.id from orders o where o.user_id = orders_of.user_id;
end $$;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.function_bodies import body_mistakes


class FunctionBodyAmbiguous(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for mistake in body_mistakes(project):
            definition = mistake.function.definition
            if mistake.sqlstate != "42702" or definition is None or "#variable_conflict" in definition.value:
                continue
            name = mistake.function.name
            yield self.finding(
                mistake.span,
                f"`{mistake.subject}` is a column and a variable of `{name}`: the call fails here (42702)",
                subject=f"{mistake.function.schema}.{name} {mistake.subject}",
            )
