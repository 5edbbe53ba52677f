import { withSupabase } from "npm:@supabase/server@0.4.1";

// The price list for partner sites, which send a publishable key.
export default {
  fetch: withSupabase({ auth: "publishable" }, async (_req, ctx) => {
    const { data, error } = await ctx.supabase
      .from("plans")
      .select("id, name, game, ram_gb, price_cents, currency")
      .eq("is_active", true)
      .order("game");
    if (error) return Response.json({ error: "The price list is not available." }, { status: 503 });
    return Response.json(data, { headers: { "Cache-Control": "public, max-age=300" } });
  }),
};
