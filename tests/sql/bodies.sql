-- Functions whose PL/pgSQL PostgreSQL's parser and ours must read alike.
create function f(a int) returns setof int language plpgsql as $$
declare
  x int := 3;
  y constant text not null default 'a' || 'b';
  r record;
  row_ public.t%rowtype;
  z public.t.a%type;
  c cursor (k int) for select * from t where b = k;
  d refcursor;
  arr int[] = array[1, 2];
begin
  if a > 1 and exists (select 1) then x := a + 1; elsif a = 2 then null; else perform f(x) from t; end if;
  x := count(*) from t where b = x;
  r.a := 1;
  arr[x] := 2;
  select b into x from t where c = a;
  select b, c into strict x, z from t;
  insert into t values (1) returning id into x;
  update t set a = 1 where b = x;
  with q as (select 1) select * from q into r;
  for i in reverse 10..1 by 2 loop raise notice 'x % %%', i using hint = 'a', errcode = '22000'; end loop;
  for r in select * from t where b loop exit when r.a > 1; continue; end loop;
  for r in execute format('select %I', 'x') using a, x loop null; end loop;
  foreach x in array arr loop return next x; end loop;
  <<outer_>> while x < 10 loop x := x + 1; exit outer_; end loop outer_;
  loop exit; end loop;
  execute 'select 1' into x using a;
  execute format('drop table %I', y);
  return query select 1;
  return query execute 'select $1' using x;
  get diagnostics x = row_count;
  case x when 1, 2 then null; when 3 then x := 1; else raise exception 'no'; end case;
  case when x > 1 then null; end case;
  assert x > 1, 'message';
  open d for select 1;
  fetch next from d into x;
  move next from d;
  close d;
  create temp table tmp (a int) on commit drop;
  begin
    raise division_by_zero;
  exception
    when division_by_zero or sqlstate '22012' then
      get stacked diagnostics z = message_text;
      raise;
    when others then raise sqlstate '22000' using message = sqlerrm;
  end;
  return;
end $$;
do $$ begin perform 1; end $$;
do $$ <<b>> declare v_x int; begin v_x := (select max(a) from t); commit; end b $$;
create function f() returns trigger language plpgsql security definer set search_path = '' as 'begin
  new.updated_at = now();
  raise notice ''it is %'', new.a;
  return new;
end';
create function f() returns void language plpgsql as $_$ begin call p(1); perform set_config('a', $x$b$x$, true); end; $_$;
