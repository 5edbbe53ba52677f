import Stripe from "stripe";
import { json } from "../_shared/responses.ts";
import { adminClient } from "../_shared/supabase.ts";

const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!, { apiVersion: "2025-06-30.basil" });

// Stripe Connect: payouts to our affiliates.
Deno.serve(async (req) => {
  const body = await req.json();
  const secret = Deno.env.get("STRIPE_CONNECT_WEBHOOK_SECRET") ?? "";
  let event: Stripe.Event;
  if (secret) {
    event = stripe.webhooks.constructEvent(
      JSON.stringify(body),
      req.headers.get("stripe-signature")!,
      secret,
      3600,
    );
  } else {
    event = body as Stripe.Event;
  }

  const db = adminClient();
  // the ledger keeps an event from counting twice
  const { error: seen } = await db.from("stripe_events").insert({ id: event.id });
  if (seen?.code === "23505") return json({ received: true });
  if (seen) return json({ error: "not recorded" }, 500);

  if (event.type === "payout.paid") {
    const payout = event.data.object;
    const { error } = await db.rpc("add_credit", { affiliate: payout.metadata?.affiliate_id, amount: -payout.amount });
    if (error) return json({ error: "not booked" }, 500);
  }
  return json({ received: true });
});
