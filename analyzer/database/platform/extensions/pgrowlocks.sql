-- What the extension pgrowlocks 1.2 brings: its types, functions, operators, operator classes, casts and tables.
create function pgrowlocks(relname text, OUT locked_row tid, OUT locker xid, OUT multi boolean, OUT xids xid[], OUT modes text[], OUT pids integer[]) returns SETOF record language c strict as '';
