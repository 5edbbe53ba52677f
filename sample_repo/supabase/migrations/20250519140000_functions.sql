-- Books memory on the first node of a region that has room, and says which.
create function public.reserve_node(p_region text, p_ram integer) returns integer
language plpgsql security definer
as $$
declare
  chosen integer;
begin
  update public.ptero_nodes
  set reserved_ram_gb = reserved_ram_gb + p_ram
  where id = (
    select id from public.ptero_nodes
    where region = p_region and enabled and total_ram_gb - reserved_ram_gb >= p_ram
    order by id limit 1 for update
  )
  returning id into chosen;
  return chosen;
end;
$$;

revoke execute on function public.reserve_node(text, integer) from anon, authenticated;

-- only our own functions may call it
create function public.release_node(p_node integer, p_ram integer) returns void
language sql security definer set search_path = ''
as $$
  update public.ptero_nodes set reserved_ram_gb = greatest(reserved_ram_gb - p_ram, 0) where id = p_node
$$;

revoke execute on function public.release_node(integer, integer) from public, anon, authenticated;

create function public.search_servers(term text) returns setof public.servers
language plpgsql stable set search_path = ''
as $$
begin
  return query execute 'select * from public.servers where name ilike ''%' || term || '%''';
end;
$$;

create function public.servers_sorted(column_name text) returns setof public.servers
language plpgsql stable set search_path = ''
as $$
begin
  return query execute format('select * from public.servers order by %I', column_name);
end;
$$;

create function public.node_usage(node uuid) returns table (node_id integer, used_mb bigint)
language plpgsql stable set search_path = ''
as $$
begin
  return query
    select node_id, sum(memory_mb)::bigint from public.servers where id = node group by node_id;
end;
$$;

create function public.expire_pending_orders() returns integer
language plpgsql security invoker set search_path = ''
as $$
declare
  expired integer;
begin
  update public.orders set status = 'canceled', canceled_at = now()
  where status = 'pending' and created_at < now() - interval '1 day';
  get diagnostics expired = row_count;
  return expired;
end;
$$;

revoke execute on function public.expire_pending_orders() from public, anon, authenticated;

-- puts the role into the token, for the front end
create function public.add_role_claim(event jsonb) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_set(event, '{claims,app_role}', to_jsonb(
    coalesce((select p.role from public.profiles p where p.id = (event ->> 'user_id')::uuid), 'customer')
  ))
$$;

revoke execute on function public.add_role_claim(jsonb) from public, anon, authenticated;
