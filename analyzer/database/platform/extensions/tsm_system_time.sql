-- What the extension tsm_system_time 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function system_time(internal) returns tsm_handler language c strict as '';
