-- What the extension pg_graphql brings, as far as migrations can see it. Its documentation: https://supabase.com/docs/guides/database/extensions
create function graphql.resolve(
  query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null
) returns jsonb language sql as $$ select '{}'::jsonb $$;
grant usage on schema graphql to postgres, anon, authenticated, service_role;
