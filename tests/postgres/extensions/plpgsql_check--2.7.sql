-- relocatable = true
create function plpgsql_check_function(funcoid regprocedure, relid regclass default 0) returns setof text
  language sql as $$ select ''::text where false $$;
