-- What the extension pg_net brings, as far as migrations can see it. Its documentation: https://supabase.com/docs/guides/database/extensions
create schema net;
create domain net.http_method as text check (value ilike 'get' or value ilike 'post' or value ilike 'delete');
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create table net.http_request_queue (
  id bigserial, method net.http_method not null, url text not null, headers jsonb, body bytea,
  timeout_milliseconds integer not null
);
create table net._http_response (
  id bigint, status_code integer, content_type text, headers jsonb, content text, timed_out boolean, error_msg text,
  created timestamptz not null default now()
);
create type net.http_response as (status_code integer, headers jsonb, body text);
create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
) returns bigint language sql security definer set search_path = net as $$ select 1::bigint $$;
create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds integer default 5000
) returns bigint language sql security definer set search_path = net as $$ select 1::bigint $$;
create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000,
  body jsonb default null
) returns bigint language sql as $$ select 1::bigint $$;
revoke all on function net.http_get, net.http_post from public;
grant execute on function net.http_get, net.http_post
  to supabase_functions_admin, postgres, anon, authenticated, service_role;
grant usage on schema net to supabase_functions_admin, postgres, anon, authenticated, service_role;
