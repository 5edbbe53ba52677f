import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { requireEnv } from "../_shared/env.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";
import { stripe } from "../_shared/stripe.ts";
import { adminClient } from "../_shared/supabase.ts";

const ALLOWED_ORIGINS = ["https://hollowforge.gg", "https://www.hollowforge.gg", "http://localhost:5173"];

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const user = await requireUser(req);
    const origin = req.headers.get("origin") ?? "";
    const home = ALLOWED_ORIGINS.includes(origin) ? origin : requireEnv("SITE_URL");

    const { data: profile, error } = await adminClient()
      .from("profiles")
      .select("stripe_customer_id")
      .eq("id", user.id)
      .single();
    if (error) throw error;
    if (!profile.stripe_customer_id) throw new HttpError(404, "There is nothing to manage yet.");

    const session = await stripe.billingPortal.sessions.create({
      customer: profile.stripe_customer_id,
      return_url: `${home}/dashboard`,
    });
    return json({ url: session.url });
  } catch (error) {
    return failure(error);
  }
});
