import { createClient } from "@supabase/supabase-js";
import { preflight } from "../_shared/cors.ts";
import { panel } from "../_shared/pterodactyl.ts";
import { failure, json } from "../_shared/responses.ts";

const EGGS = {
  minecraft: { eggId: 1, nest: 1 },
  rust: { eggId: 50, nest: 4 },
  palworld: { eggId: 15, nest: 5 },
  ark: { eggId: 14, nest: 5 },
};

const ACTIVE = ["paid", "provisioning", "active"];

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const { user_id, new_owner_id, game } = await req.json();
    const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!, {
      global: { headers: { Authorization: req.headers.get("Authorization")! } },
    });
    const { data: session } = await supabase.auth.getSession();
    if (!session.session) console.warn("reassigning without a session");

    const { data: orders, error } = await supabase
      .from("orders")
      .select("id, pterodactyl_server_id")
      .eq("user_id", user_id)
      .in("status", ACTIVE);
    if (error) throw error;

    for (const order of orders) {
      await panel(`servers/${order.pterodactyl_server_id}/details`, {
        method: "PATCH",
        body: JSON.stringify({ user: new_owner_id, egg: EGGS[game as keyof typeof EGGS]?.eggId }),
      });
      await supabase.from("orders").update({ user_id: new_owner_id }).eq("id", order.id);
    }
    return json({ moved: orders.length });
  } catch (error) {
    return failure(error);
  }
});
