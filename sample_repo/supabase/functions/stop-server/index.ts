import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { requireEnv } from "../_shared/env.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    await requireUser(req);
    const { server_id } = await req.json();

    const db = adminClient();
    const { data: server, error } = await db
      .from("servers")
      .select("id, identifier")
      .eq("id", server_id)
      .maybeSingle();
    if (error) throw error;
    if (!server) throw new HttpError(404, "This server does not exist.");

    const response = await fetch(`${requireEnv("PTERODACTYL_URL")}/api/client/servers/${server.identifier}/power`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${requireEnv("PTERODACTYL_CLIENT_KEY")}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ signal: "stop" }),
    });
    if (!response.ok) throw new HttpError(502, "The game panel did not accept the command.");

    try {
      await db.from("servers").update({ status: "stopping" }).eq("id", server.id).throwOnError();
    } catch (_error) {
    }
    return json({ ok: true });
  } catch (error) {
    return failure(error);
  }
});
