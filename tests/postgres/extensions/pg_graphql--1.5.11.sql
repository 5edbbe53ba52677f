-- schema = graphql
-- relocatable = false
create function graphql.resolve(
  query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null
) returns jsonb language sql as $$ select '{}'::jsonb $$;
grant usage on schema graphql to postgres, anon, authenticated, service_role;
