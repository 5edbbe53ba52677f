-- What the extension moddatetime 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function moddatetime() returns trigger language c as '';
