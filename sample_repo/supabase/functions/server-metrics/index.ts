import { requireUser } from "../_shared/auth.ts";
import { corsHeaders, preflight } from "../_shared/cors.ts";
import { failure, json } from "../_shared/responses.ts";
import { userClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    await requireUser(req);
    const raw = await req.text();
    if (raw === "") return json({ error: "empty request" }, 400);
    const { server_id, callback } = await req.json();

    // row level security decides whose server this is
    const { data, error } = await userClient(req)
      .from("servers")
      .select("id, name, memory_mb, node:ptero_nodes(name, region)")
      .eq("id", server_id)
      .maybeSingle();
    if (error) throw error;
    if (data) {
      const { data: usage } = await userClient(req).rpc("node_usage", { node: data.id, window_minutes: 60 });
      if (callback) await fetch(callback, { method: "POST", body: JSON.stringify(usage) });
      return json({ server: data, usage });
    }
    console.log("no such server for", corsHeaders["Access-Control-Allow-Origin"]);
  } catch (error) {
    return failure(error);
  }
});
