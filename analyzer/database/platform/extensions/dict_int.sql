-- What the extension dict_int 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function dintdict_init(internal) returns internal language c strict as '';
create function dintdict_lexize(internal, internal, internal, internal) returns internal language c strict as '';
create text search dictionary intdict (template = simple);
