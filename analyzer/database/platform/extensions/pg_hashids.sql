-- What the extension pg_hashids brings, as far as migrations can see it. Its documentation: https://supabase.com/docs/guides/database/extensions
create function id_encode(number bigint, salt text default '', min_length integer default 0, alphabet text default '')
  returns text language sql immutable strict as $$ select number::text $$;
create function id_decode(id text, salt text default '', min_length integer default 0, alphabet text default '')
  returns bigint[] language sql immutable strict as $$ select '{}'::bigint[] $$;
