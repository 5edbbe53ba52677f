-- relocatable = true
create function plan(integer) returns text language sql as $$ select '1..' || $1 $$;
create function ok(boolean, text) returns text language sql as $$ select 'ok' $$;
create function finish(exception_on_failure boolean default null) returns setof text language sql as
  $$ select ''::text where false $$;
