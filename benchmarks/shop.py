"""Writes a Supabase project of a real project's size, for measuring: no two of its files are equal."""

from __future__ import annotations

from pathlib import Path

FUNCTIONS, MIGRATIONS, FRONTEND = 40, 60, 300  # files of a tree of size 1: about 40,000 lines

_FUNCTION = """\
import { createClient } from "npm:@supabase/supabase-js@2";
import { corsHeaders } from "../_shared/cors.ts";
import { json } from "../_shared/json.ts";

interface Request@N@ {
  order_id: string;
  quantity: number;
  note?: string;
}

const url = Deno.env.get("SUPABASE_URL")!;
const key = Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!;
const panel = Deno.env.get("PANEL_URL_@N@");

async function load(db: ReturnType<typeof createClient>, id: string) {
  const { data, error } = await db.from("orders_@T@").select("id, user_id, status, total").eq("id", id).maybeSingle();
  if (error) throw new Error(`order ${id}: ${error.message}`);
  return data;
}

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response(null, { headers: corsHeaders });
  try {
    const db = createClient(url, key);
    const token = (req.headers.get("Authorization") ?? "").replace("Bearer ", "");
    const { data: { user }, error: authError } = await db.auth.getUser(token);
    if (authError || !user) return json({ error: "unauthorized" }, 401);
    const body = (await req.json()) as Request@N@;
    const order = await load(db, body.order_id);
    if (!order || order.user_id !== user.id) return json({ error: "not found" }, 404);
@STEPS@
    return json({ ok: true, order: order.id });
  } catch (error) {
    console.error("function @N@ failed", error);
    return json({ error: "internal error" }, 500);
  }
});
"""
_STEP = """\
    const response@S@ = await fetch(`${panel}/api/application/servers/@S@`, {
      method: "POST",
      headers: { Authorization: `Bearer ${Deno.env.get("PANEL_KEY")}`, "Content-Type": "application/json" },
      body: JSON.stringify({ order: order.id, step: @S@, quantity: body.quantity }),
    });
    if (!response@S@.ok) {
      await db.from("orders_@T@").update({ status: "error" }).eq("id", order.id);
      return json({ error: `step @S@ answered ${response@S@.status}` }, 502);
    }
    const { error: failure@S@ } = await db.from("events_@T@").insert({
      order_id: order.id,
      kind: "step_@S@",
      payload: await response@S@.json(),
    });
    if (failure@S@) throw failure@S@;
"""
_TABLE = """\
create table public.@NAME@ (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  status text not null default 'pending' check (status in ('pending', 'paid', 'error', 'done')),
  total numeric(10, 2) not null default 0,
  metadata jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now()
);
create index @NAME@_user_id_idx on public.@NAME@ (user_id);
alter table public.@NAME@ enable row level security;
create policy "read own @NAME@" on public.@NAME@ for select to authenticated using ((select auth.uid()) = user_id);
create policy "add own @NAME@" on public.@NAME@ for insert to authenticated with check ((select auth.uid()) = user_id);

create or replace function public.touch_@NAME@() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  known integer;
begin
  select count(*) into known from public.@NAME@ where user_id = new.user_id;
  if known > 100 then
    raise exception 'too many rows for %', new.user_id;
  end if;
  new.metadata := new.metadata || jsonb_build_object('known', known);
  return new;
end;
$$;
create trigger touch_@NAME@ before insert on public.@NAME@ for each row execute function public.touch_@NAME@();

do $$
begin
  if not exists (select 1 from pg_policies where tablename = '@NAME@' and policyname = 'change own @NAME@') then
    create policy "change own @NAME@" on public.@NAME@ for update to authenticated
      using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
  end if;
end
$$;
"""
_COMPONENT = """\
import { useEffect, useState } from "react";
import { supabase } from "@/lib/supabase";

type Row = { id: string; status: string; total: number };

export function List@N@({ title }: { title: string }) {
  const [rows, setRows] = useState<Row[]>([]);
  const [failed, setFailed] = useState<string | null>(null);

  useEffect(() => {
    async function load() {
      const { data, error } = await supabase.from("orders_@T@").select("id, status, total").order("created_at");
      if (error) setFailed(error.message);
      else setRows(data ?? []);
    }
    load();
  }, []);

  async function start(id: string) {
    const { error } = await supabase.functions.invoke("function-@F@", { body: { order_id: id, quantity: 1 } });
    if (error) setFailed(error.message);
  }
  return (
    <section className="rounded-lg border p-4" aria-label={title}>
      <h2 className="text-lg font-semibold">{title}</h2>
      {failed && <p role="alert">{failed}</p>}
@ELEMENTS@
    </section>
  );
}
"""
_VIEW = """\
type Props = { rows: { id: string; status: string; total: number }[]; title: string; onStart: (id: string) => void };

export function View@N@({ rows, title, onStart }: Props) {
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  return (
    <section className="rounded-lg border p-4" aria-label={title}>
      <h2 className="text-lg font-semibold">{title}: {total.toFixed(2)}</h2>
@ELEMENTS@
    </section>
  );
}
"""
_ELEMENT = """\
      <ul className="grid gap-2 md:grid-cols-@C@">
        {rows.filter((row) => row.total > @E@).map((row) => (
          <li key={row.id} className="flex items-center justify-between">
            <span className="truncate">{row.status}</span>
            <button onClick={() => @CALL@(row.id)} disabled={row.status === "done"}>Start @E@</button>
          </li>
        ))}
      </ul>
"""


def write(folder: Path, size: int = 1) -> int:
    """Writes a project of `size` times 40 functions, 60 migrations and 300 front-end files; gives its lines."""
    files: dict[str, str] = {
        "supabase/config.toml": 'project_id = "bench"\n\n[api]\nenabled = true\nschemas = ["public"]\n',
        "supabase/functions/_shared/cors.ts": 'export const corsHeaders = { "Access-Control-Allow-Origin": "*" };\n',
        "supabase/functions/_shared/json.ts": "export const json = (body: unknown, status = 200) =>\n"
        '  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });\n',
        "src/lib/supabase.ts": 'import { createClient } from "@supabase/supabase-js";\n\n'
        "export const supabase = createClient(\n"
        "  import.meta.env.VITE_SUPABASE_URL,\n  import.meta.env.VITE_SUPABASE_ANON_KEY,\n);\n",
        ".env.example": "PANEL_KEY=\n",
        "package.json": '{ "name": "bench", "dependencies": { "@supabase/supabase-js": "^2" } }\n',
    }
    tables = MIGRATIONS * size * 3
    for number in range(FUNCTIONS * size):
        steps = "".join(_filled(_STEP, S=number * 100 + step, T=number % tables) for step in range(11))
        files[f"supabase/functions/function-{number}/index.ts"] = _filled(
            _FUNCTION, N=number, T=number % tables, STEPS=steps
        )
    for number in range(MIGRATIONS * size):
        names = [f"{kind}_{number * 3 + index}" for kind in ("orders", "events") for index in range(2)]
        text = "\n".join(_filled(_TABLE, NAME=name) for name in names)
        files[f"supabase/migrations/{20240101000000 + number * 1000000}_step.sql"] = text
    for number in range(FRONTEND * size):
        loads = number % 2 == 0
        call = "start" if loads else "onStart"
        elements = "".join(
            _filled(_ELEMENT, C=1 + number % 5, E=element, CALL=call) for element in range(6 + number % 8)
        )
        shape, name = (_COMPONENT, "List") if loads else (_VIEW, "View")
        files[f"src/components/{name}{number}.tsx"] = _filled(
            shape, N=number, T=number % tables, F=number % (FUNCTIONS * size), ELEMENTS=elements
        )
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return sum(text.count("\n") for text in files.values())


def _filled(template: str, **values: object) -> str:
    for name, value in values.items():
        template = template.replace(f"@{name}@", str(value))
    return template
