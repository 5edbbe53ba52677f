import { createClient } from "https://esm.sh/@supabase/supabase-js";

const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SERVICE_ROLE_KEY") ?? "");

// called every five minutes by pg_cron
Deno.serve(async (req) => {
  const secret = Deno.env.get("CRON_SECRET") || "";
  if (!(req.headers.get("authorization") ?? "").includes(secret)) {
    return new Response(JSON.stringify({ error: "Unauthorized" }), {
      status: 401,
      headers: { "Content-Type": "application/json" },
    });
  }

  const url = Deno.env.get("PTERODACTYL_URL");
  const key = Deno.env.get("PTERODACTYL_API_KEY");
  let page = 1;
  let updated = 0;
  while (true) {
    const response = await fetch(`${url}/api/application/servers?page=${page}`, {
      headers: { Authorization: `Bearer ${key}`, Accept: "application/json" },
    });
    const servers = await response.json();

    for (const { attributes: server } of servers.data) {
      const { data: order } = await supabase
        .from("orders")
        .select("id, status")
        .eq("pterodactyl_server_id", server.id)
        .in("status", ["provisioning", "installing"])
        .maybeSingle();
      if (!order) continue;

      const status = server.suspended ? "suspended" : "active";
      await supabase.from("orders").update({ status }).eq("id", order.id);
      updated++;
    }
    if (page >= servers.meta.pagination.total_pages) break;
    page++;
  }

  return new Response(JSON.stringify({ updated }), { headers: { "Content-Type": "application/json" } });
});
