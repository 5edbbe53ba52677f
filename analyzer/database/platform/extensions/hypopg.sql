-- What the extension hypopg 1.4.1 brings: its types, functions, operators, operator classes, casts and tables.
create function hypopg_reset_index() returns void language c as '';
create function hypopg_reset() returns void language c as '';
create function hypopg_create_index(sql_order text, OUT indexrelid oid, OUT indexname text) returns SETOF record language c strict as '';
create function hypopg_drop_index(indexid oid) returns boolean language c strict as '';
create function hypopg(OUT indexname text, OUT indexrelid oid, OUT indrelid oid, OUT innatts integer, OUT indisunique boolean, OUT indkey int2vector, OUT indcollation oidvector, OUT indclass oidvector, OUT indoption oidvector, OUT indexprs pg_node_tree, OUT indpred pg_node_tree, OUT amid oid) returns SETOF record language c as '';
create function hypopg_relation_size(indexid oid) returns bigint language c strict as '';
create function hypopg_get_indexdef(indexid oid) returns text language c strict as '';
create function hypopg_hide_index(indexid oid) returns boolean language c strict as '';
create function hypopg_unhide_index(indexid oid) returns boolean language c strict as '';
create function hypopg_unhide_all_indexes() returns void language c as '';
create function hypopg_hidden_indexes() returns TABLE(indexid oid) language c strict as '';
create table hypopg_list_indexes (indexrelid oid, index_name text, schema_name name, table_name name, am_name name);
create table hypopg_hidden_indexes (indexrelid oid, index_name name, schema_name name, table_name name, am_name name, is_hypo boolean);
