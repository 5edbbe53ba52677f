"""A queue that the Data API serves has no row level security.

With `pgmq_public` among the exposed schemas, clients can send, read and archive messages of every queue whose table
they may use. Without row level security on `pgmq.q_<name>`, everybody with the public key can.

Enable row level security on the queue's table and write policies for the roles that are to use it, or take
`pgmq_public` out of `api.schemas` where only the server uses queues.

Source: [Queues, expose queues to client-side consumers](https://supabase.com/docs/guides/queues/quickstart#expose-queues-to-client-side-consumers)

## Bad

```toml supabase/config.toml
[api]
schemas = ["public", "graphql_public", "pgmq_public"]
```

```sql supabase/migrations/20250101000000_queue.sql
create extension if not exists pgmq;
select pgmq.create('mails');
^^^^^^^^^^^^^^^^^^^^^^^^^^^ every signed-in user can read the queue `pgmq.q_mails`: it has no row level security
grant usage on schema pgmq to authenticated;
grant select, insert, update, delete on pgmq.q_mails to authenticated;
```

## Good

```toml supabase/config.toml
[api]
schemas = ["public", "graphql_public", "pgmq_public"]
```

```sql supabase/migrations/20250101000000_queue.sql
create extension if not exists pgmq;
select pgmq.create('mails');
alter table pgmq.q_mails enable row level security;
grant usage on schema pgmq to authenticated;
grant select, insert, update, delete on pgmq.q_mails to authenticated;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import API_ROLES, api_is_off, exposed_schemas, shown, who
from analyzer.splinter.relations import is_open_queue
from analyzer.written import name_span


class QueueExposed(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.1
    cwe = (284, 862)
    splinter = "0019_insecure_queue_exposed_in_api"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in database.relations("table") if not api_is_off(project) else ():
            span = name_span(project, database, table)
            if span is not None and is_open_queue(database, table, exposed_schemas(project)):
                readers = [role for role in API_ROLES if database.allows(table, role, "select")]
                yield self.finding(
                    span,
                    f"{who(readers)} can read the queue `{shown(table)}`: it has no row level security",
                    subject=shown(table),
                )
