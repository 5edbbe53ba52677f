-- What the extension refint 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function check_primary_key() returns trigger language c as '';
create function check_foreign_key() returns trigger language c as '';
