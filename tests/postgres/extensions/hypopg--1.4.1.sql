-- relocatable = true
create function hypopg_reset() returns void language sql as $$ select $$;
