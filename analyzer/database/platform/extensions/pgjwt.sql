-- What the extension pgjwt brings, as far as migrations can see it. Its documentation: https://supabase.com/docs/guides/database/extensions
create function url_encode(data bytea) returns text language sql immutable as
  $$ select translate(encode(data, 'base64'), E'+/=\n', '-_') $$;
create function url_decode(data text) returns bytea language sql immutable as
  $$ select decode(rpad(translate(data, '-_', '+/'), (length(data) + 3) / 4 * 4, '='), 'base64') $$;
create function algorithm_sign(signables text, secret text, algorithm text) returns text language sql immutable as
  $$ select signables $$;
create function sign(payload json, secret text, algorithm text default 'HS256') returns text language sql immutable as
  $$ select payload::text $$;
create function verify(token text, secret text, algorithm text default 'HS256')
  returns table (header json, payload json, valid boolean) language sql immutable as
  $$ select '{}'::json, '{}'::json, false $$;
