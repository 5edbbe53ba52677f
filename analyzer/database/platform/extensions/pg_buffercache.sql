-- What the extension pg_buffercache 1.5 brings: its types, functions, operators, operator classes, casts and tables.
create function pg_buffercache_pages() returns SETOF record language c as '';
create function pg_buffercache_summary(OUT buffers_used integer, OUT buffers_unused integer, OUT buffers_dirty integer, OUT buffers_pinned integer, OUT usagecount_avg double precision) returns record language c as '';
create function pg_buffercache_usage_counts(OUT usage_count integer, OUT buffers integer, OUT dirty integer, OUT pinned integer) returns SETOF record language c as '';
create function pg_buffercache_evict(integer) returns boolean language c strict as '';
create table pg_buffercache (bufferid integer, relfilenode oid, reltablespace oid, reldatabase oid, relforknumber smallint, relblocknumber bigint, isdirty boolean, usagecount smallint, pinning_backends integer);
