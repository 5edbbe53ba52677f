-- What the extension amcheck 1.4 brings: its types, functions, operators, operator classes, casts and tables.
create function bt_index_check(index regclass) returns void language c strict as '';
create function bt_index_parent_check(index regclass) returns void language c strict as '';
create function bt_index_check(index regclass, heapallindexed boolean) returns void language c strict as '';
create function bt_index_parent_check(index regclass, heapallindexed boolean) returns void language c strict as '';
create function bt_index_parent_check(index regclass, heapallindexed boolean, rootdescend boolean) returns void language c strict as '';
create function verify_heapam(relation regclass, on_error_stop boolean default null, check_toast boolean default null, skip text default null, startblock bigint default null, endblock bigint default null, OUT blkno bigint, OUT offnum integer, OUT attnum integer, OUT msg text) returns SETOF record language c as '';
create function bt_index_parent_check(index regclass, heapallindexed boolean, rootdescend boolean, checkunique boolean) returns void language c strict as '';
create function bt_index_check(index regclass, heapallindexed boolean, checkunique boolean) returns void language c strict as '';
