-- What the extension pgsodium brings, as far as migrations can see it. Its documentation: https://supabase.com/docs/guides/database/extensions
create table pgsodium.key (
  id uuid primary key default gen_random_uuid(), status text default 'valid', created timestamptz default now(),
  expires timestamptz, key_type text, key_id bigserial, key_context bytea default '\x7067736f6469756d', name text unique,
  associated_data text default 'associated', raw_key bytea, raw_key_nonce bytea, parent_key uuid, comment text,
  user_data text
);
create function pgsodium.create_key(key_type text default 'aead-det', name text default null) returns pgsodium.key
  language sql as $$ insert into pgsodium.key (key_type, name) values (key_type, name) returning * $$;
create function pgsodium.crypto_aead_det_encrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea default null)
  returns bytea language sql as $$ select message $$;
create function pgsodium.crypto_aead_det_decrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea default null)
  returns bytea language sql as $$ select message $$;
create function pgsodium.randombytes_random() returns integer language sql as $$ select 4 $$;
