-- What the extension fuzzystrmatch 1.2 brings: its types, functions, operators, operator classes, casts and tables.
create function levenshtein(text, text) returns integer language c immutable strict as '';
create function levenshtein(text, text, integer, integer, integer) returns integer language c immutable strict as '';
create function levenshtein_less_equal(text, text, integer) returns integer language c immutable strict as '';
create function levenshtein_less_equal(text, text, integer, integer, integer, integer) returns integer language c immutable strict as '';
create function metaphone(text, integer) returns text language c immutable strict as '';
create function soundex(text) returns text language c immutable strict as '';
create function text_soundex(text) returns text language c immutable strict as '';
create function difference(text, text) returns integer language c immutable strict as '';
create function dmetaphone(text) returns text language c immutable strict as '';
create function dmetaphone_alt(text) returns text language c immutable strict as '';
create function daitch_mokotoff(text) returns text[] language c immutable strict as '';
