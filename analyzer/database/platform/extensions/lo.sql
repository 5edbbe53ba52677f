-- What the extension lo 1.1 brings: its types, functions, operators, operator classes, casts and tables.
create domain lo as oid;
create function lo_oid(lo) returns oid language c immutable strict as '';
create function lo_manage() returns trigger language c as '';
