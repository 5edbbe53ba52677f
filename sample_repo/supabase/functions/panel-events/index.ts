import { failure, json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

// The panel's webhook: tells us what becomes of a server.
Deno.serve(async (req) => {
  try {
    const event = await req.json();
    const db = adminClient();
    switch (event.type) {
      case "server.installed": {
        const { error } = await db.from("orders").update({ status: "active" }).eq("pterodactyl_server_id", event.server.id);
        if (error) throw error;
        break;
      }
      case "server.suspended": {
        const { error } = await db.from("servers").update({ status: "suspended" }).eq("identifier", event.server.identifier);
        if (error) throw error;
        break;
      }
    }
    return json({ received: true });
  } catch (error) {
    return failure(error);
  }
});
