-- What the extension unaccent 1.1 brings: its types, functions, operators, operator classes, casts and tables.
create function unaccent(regdictionary, text) returns text language c stable strict as '';
create function unaccent(text) returns text language c stable strict as '';
create function unaccent_init(internal) returns internal language c as '';
create function unaccent_lexize(internal, internal, internal, internal) returns internal language c as '';
create text search dictionary unaccent (template = simple);
