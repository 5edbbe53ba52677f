-- What the extension pg_surgery 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function heap_force_kill(reloid regclass, tids tid[]) returns void language c strict as '';
create function heap_force_freeze(reloid regclass, tids tid[]) returns void language c strict as '';
