-- What the extension sslinfo 1.2 brings: its types, functions, operators, operator classes, casts and tables.
create function ssl_client_serial() returns numeric language c strict as '';
create function ssl_is_used() returns boolean language c strict as '';
create function ssl_version() returns text language c strict as '';
create function ssl_cipher() returns text language c strict as '';
create function ssl_client_cert_present() returns boolean language c strict as '';
create function ssl_client_dn_field(text) returns text language c strict as '';
create function ssl_issuer_field(text) returns text language c strict as '';
create function ssl_client_dn() returns text language c strict as '';
create function ssl_issuer_dn() returns text language c strict as '';
create function ssl_extension_info(OUT name text, OUT value text, OUT critical boolean) returns SETOF record language c strict as '';
