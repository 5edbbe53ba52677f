-- What the extension bloom 1.0 brings: its types, functions, operators, operator classes, casts and tables.
create access method bloom type index handler x;
create function blhandler(internal) returns index_am_handler language c as '';
create operator class int4_ops default for type integer using bloom as storage integer;
create operator class text_ops default for type text using bloom as storage text;
