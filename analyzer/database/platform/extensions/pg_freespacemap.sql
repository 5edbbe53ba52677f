-- What the extension pg_freespacemap 1.2 brings: its types, functions, operators, operator classes, casts and tables.
create function pg_freespace(regclass, bigint) returns smallint language c strict as '';
create function pg_freespace(rel regclass, OUT blkno bigint, OUT avail smallint) returns SETOF record language c as '';
