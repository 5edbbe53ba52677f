-- What the extension dict_xsyn 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create function dxsyn_init(internal) returns internal language c strict as '';
create function dxsyn_lexize(internal, internal, internal, internal) returns internal language c strict as '';
create text search dictionary xsyn (template = simple);
