-- What the extension pg_prewarm 1.2 brings: its types, functions, operators, operator classes, casts and tables.
create function pg_prewarm(regclass, mode text default null, fork text default null, first_block bigint default null, last_block bigint default null) returns bigint language c as '';
create function autoprewarm_start_worker() returns void language c strict as '';
create function autoprewarm_dump_now() returns bigint language c strict as '';
