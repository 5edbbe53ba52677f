-- What the extension insert_username 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function insert_username() returns trigger language c as '';
