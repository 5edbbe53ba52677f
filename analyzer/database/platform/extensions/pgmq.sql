-- What the extension pgmq brings, as far as migrations can see it.
-- Its functions: https://github.com/pgmq/pgmq/blob/main/docs/api/sql/functions.md
create table pgmq.meta (
  queue_name varchar unique not null,
  is_partitioned boolean not null,
  is_unlogged boolean not null,
  created_at timestamptz not null default now()
);
create type pgmq.message_record as (
  msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb
);
create type pgmq.queue_record as (
  queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
);
create type pgmq.metrics_result as (
  queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer, total_messages bigint,
  scrape_time timestamptz
);
create function pgmq.format_table_name(queue_name text, prefix text) returns text
language sql as $$ select lower(prefix || '_' || queue_name) $$;
create function pgmq.validate_queue_name(queue_name text) returns void language plpgsql as $$ begin end $$;
create function pgmq.create(queue_name text) returns void language plpgsql as $$
begin
  execute format('create table if not exists pgmq.%I (msg_id bigint generated always as identity primary key,
    read_ct integer not null default 0, enqueued_at timestamptz not null default now(), vt timestamptz not null,
    message jsonb)', 'q_' || queue_name);
  execute format('create table if not exists pgmq.%I (msg_id bigint primary key, read_ct integer not null default 0,
    enqueued_at timestamptz not null default now(), archived_at timestamptz not null default now(),
    vt timestamptz not null, message jsonb)', 'a_' || queue_name);
  insert into pgmq.meta values (queue_name, false, false) on conflict do nothing;
end $$;
create function pgmq.create_non_partitioned(queue_name text) returns void
language sql as $$ select pgmq.create(queue_name) $$;
create function pgmq.create_unlogged(queue_name text) returns void language sql as $$ select pgmq.create(queue_name) $$;
create function pgmq.create_partitioned(
  queue_name text, partition_interval text default '10000', retention_interval text default '100000'
) returns void language sql as $$ select pgmq.create(queue_name) $$;
create function pgmq.detach_archive(queue_name text) returns void language plpgsql as $$ begin end $$;
create function pgmq.list_queues() returns setof pgmq.queue_record
language sql as $$ select queue_name, is_partitioned, is_unlogged, created_at from pgmq.meta $$;
create function pgmq.metrics(queue_name text) returns pgmq.metrics_result
language plpgsql as $$ begin return null; end $$;
create function pgmq.metrics_all() returns setof pgmq.metrics_result language plpgsql as $$ begin return; end $$;
create function pgmq.purge_queue(queue_name text) returns bigint language sql as $$ select 0::bigint $$;
create function pgmq.drop_queue(queue_name text) returns boolean language plpgsql as $$
begin
  execute format('drop table if exists pgmq.%I', 'q_' || queue_name);
  execute format('drop table if exists pgmq.%I', 'a_' || queue_name);
  delete from pgmq.meta m where m.queue_name = drop_queue.queue_name;
  return found;
end $$;
create function pgmq.send(queue_name text, msg jsonb, delay integer default 0) returns setof bigint
language plpgsql as $$
begin
  return query execute format('insert into pgmq.%I (vt, message) values (clock_timestamp(), $1) returning msg_id',
    'q_' || queue_name) using msg;
end $$;
create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer default 0) returns setof bigint
language sql as $$ select pgmq.send(queue_name, m) from unnest(msgs) m $$;
create function pgmq.read(queue_name text, vt integer, qty integer) returns setof pgmq.message_record
language plpgsql as $$ begin return; end $$;
create function pgmq.read_with_poll(
  queue_name text, vt integer, qty integer, max_poll_seconds integer default 5, poll_interval_ms integer default 100
) returns setof pgmq.message_record language plpgsql as $$ begin return; end $$;
create function pgmq.pop(queue_name text) returns setof pgmq.message_record
language plpgsql as $$ begin return; end $$;
create function pgmq.archive(queue_name text, msg_id bigint) returns boolean language sql as $$ select true $$;
create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language sql as $$ select unnest(msg_ids) $$;
create function pgmq.delete(queue_name text, msg_id bigint) returns boolean language sql as $$ select true $$;
create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language sql as $$ select unnest(msg_ids) $$;
create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer) returns setof pgmq.message_record
language plpgsql as $$ begin return; end $$;
