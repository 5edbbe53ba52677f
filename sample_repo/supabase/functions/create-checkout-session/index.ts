import { z } from "zod";
import { requireUser } from "../_shared/auth.ts";
import { preflight } from "../_shared/cors.ts";
import { failure, HttpError, json } from "../_shared/responses.ts";
import { stripe } from "../_shared/stripe.ts";
import { adminClient } from "../_shared/supabase.ts";

const Body = z.object({
  plan_id: z.string().min(1),
  region: z.enum(["eu-central", "us-east", "us-west"]),
  server_name: z.string().min(3).max(40),
  term: z.enum(["monthly", "yearly"]).default("monthly"),
  addons: z.array(z.string()).max(5).default([]),
  success_url: z.string().optional(),
});

Deno.serve(async (req) => {
  const early = preflight(req);
  if (early) return early;
  try {
    const user = await requireUser(req);
    const parsed = Body.safeParse(await req.json());
    if (!parsed.success) throw new HttpError(400, "The order is incomplete.");
    const order = parsed.data;

    const db = adminClient();
    const { data: plan, error } = await db
      .from("plans")
      .select("id, name, game, ram_gb, stripe_price_id")
      .eq("id", order.plan_id)
      .eq("is_active", true)
      .maybeSingle();
    if (error) throw error;
    if (!plan) throw new HttpError(404, "This plan is no longer offered.");

    const { data: account } = await db
      .from("external_accounts")
      .select("pterodactyl_user_id")
      .eq("user_id", user.id)
      .maybeSingle();
    if (!account) throw new HttpError(409, "Your panel account is not ready yet.");

    const { data: addons, error: addonError } = await db
      .from("addons")
      .select("id, stripe_price_id")
      .in("id", order.addons);
    if (addonError) throw addonError;

    const origin = req.headers.get("origin") ?? "";
    const session = await stripe.checkout.sessions.create({
      mode: "subscription",
      customer_email: user.email,
      line_items: [
        { price: plan.stripe_price_id, quantity: 1 },
        ...addons.map((addon) => ({ price: addon.stripe_price_id, quantity: 1 })),
      ],
      success_url: order.success_url ?? `${origin}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${origin}/pricing/canceled`,
      metadata: {
        user_id: user.id,
        plan_id: plan.id,
        region: order.region,
        server_name: order.server_name,
        term: order.term,
        addons: JSON.stringify(order.addons),
      },
    });

    return json({ url: session.url, session_id: session.id });
  } catch (error) {
    return failure(error);
  }
});
