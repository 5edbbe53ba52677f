import { preflight } from "../_shared/cors.ts";
import { requireEnv } from "../_shared/env.ts";
import { failure, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const { data: servers, error } = await adminClient()
      .from("servers")
      .select("identifier")
      .in("status", ["offline", "queued"]);
    if (error) throw error;

    let started = 0;
    for (const { identifier } of servers) {
      const response = await fetch(`${requireEnv("PTERODACTYL_URL")}/api/client/servers/${identifier}/power`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${requireEnv("PTERODACTYL_CLIENT_KEY")}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify({ signal: "start" }),
      });
      if (response.ok) started++;
    }
    return json({ started });
  } catch (error) {
    return failure(error);
  }
});
