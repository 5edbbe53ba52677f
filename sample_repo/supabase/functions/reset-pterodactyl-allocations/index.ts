import { panel } from "../_shared/pterodactyl.ts";
import { json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

interface Allocation {
  attributes: { id: number; assigned: boolean };
}

// Frees the allocations of orders that never became a server.
Deno.serve(async (req) => {
  const { node_id } = await req.json();
  const db = adminClient();
  await db.from("orders").update({ node_id: null, status: "paid" }).eq("node_id", node_id);
  const { data } = await panel<{ data: Allocation[] }>(`nodes/${node_id}/allocations`);
  for (const { attributes } of data) {
    if (!attributes.assigned) panel(`nodes/${node_id}/allocations/${attributes.id}`, { method: "DELETE" });
  }
  return json({ reset: true });
});
