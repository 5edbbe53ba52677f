-- What the extension autoinc 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function autoinc() returns trigger language c as '';
