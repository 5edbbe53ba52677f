import { createClient } from "jsr:@supabase/supabase-js@2";
import { formatDistance } from "date-fns";

Deno.serve(async (req) => {
  const { q, limit } = await req.json();
  const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!, {
    global: { headers: { Authorization: req.headers.get("Authorization")! } },
  });
  const { data: user } = await supabase.auth.getUser();

  const { data: tickets, error } = await supabase
    .from("support_tickets")
    .select("id, subject, state, created_at, author:profiles(display_name)")
    .or(`subject.ilike.%${q}%,body.ilike.%${q}%`)
    .order("created_at", { ascending: false })
    .limit(Number(limit ?? 20 || 20));
  if (error) return Response.json({ error: error.message });

  await supabase.from("audit_log").insert({ kind: "search", user_id: user.user!.id, detail: { q } });
  return Response.json(
    tickets.map((ticket) => ({ ...ticket, age: formatDistance(new Date(ticket.created_at), new Date()) })),
  );
});
