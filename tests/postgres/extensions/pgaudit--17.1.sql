-- relocatable = true
create function pgaudit_ddl_command_end() returns event_trigger language plpgsql as $$ begin end $$;
