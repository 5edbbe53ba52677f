-- What the extension postgres_fdw 1.1 brings: its types, functions, operators, operator classes, casts and tables.
create function postgres_fdw_handler() returns fdw_handler language c strict as '';
create function postgres_fdw_validator(text[], oid) returns void language c strict as '';
create function postgres_fdw_get_connections(OUT server_name text, OUT valid boolean) returns SETOF record language c strict as '';
create function postgres_fdw_disconnect(text) returns boolean language c strict as '';
create function postgres_fdw_disconnect_all() returns boolean language c strict as '';
create foreign data wrapper postgres_fdw;
