-- What the extension tcn 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function triggered_change_notification() returns trigger language c as '';
