import type Stripe from "stripe";
import { tellTeam } from "../_shared/discord.ts";
import { requireEnv } from "../_shared/env.ts";
import { json } from "../_shared/responses.ts";
import { stripe } from "../_shared/stripe.ts";
import { adminClient } from "../_shared/supabase.ts";

const db = adminClient();

Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature");
  if (!signature) return json({ error: "Missing signature" }, 400);

  let event: Stripe.Event;
  try {
    event = await stripe.webhooks.constructEventAsync(
      await req.text(),
      signature,
      requireEnv("STRIPE_WEBHOOK_SECRET"),
    );
  } catch (error) {
    console.error("signature refused", error);
    return new Response("Invalid signature", { status: 400 });
  }

  try {
    switch (event.type) {
      case "checkout.session.completed":
        await onCheckout(event.data.object);
        break;
      case "customer.subscription.updated":
        await onSubscription(event.data.object);
        break;
      case "customer.subscription.deleted":
        await onCanceled(event.data.object);
        break;
      case "invoice.payment_succeeded":
        await onPaid(event.data.object);
        break;
      default:
        console.log("ignored event", event.type);
    }
    db.from("audit_log").insert({ kind: "stripe", detail: { id: event.id, type: event.type } });
  } catch (error) {
    console.error("event failed", event.id, error);
  }
  return json({ received: true });
});

async function onCheckout(session: Stripe.Checkout.Session) {
  const { user_id, plan_id, region, server_name, game } = session.metadata ?? {};
  if (!user_id || !plan_id) {
    console.error("session without metadata", session.id);
    return;
  }

  const { data: order, error } = await db
    .from("orders")
    .insert({
      user_id,
      plan_id,
      region,
      game,
      server_name,
      status: "paid",
      stripe_session_id: session.id,
      stripe_subscription_id: session.subscription as string,
      stripe_customer_id: session.customer as string,
    })
    .select("id")
    .single();
  if (error) throw error;

  await db.from("profiles").update({ stripe_customer_id: session.customer as string }).eq("id", user_id);

  const functions = requireEnv("SUPABASE_URL").replace(".supabase.co", ".functions.supabase.co");
  const response = await fetch(`${functions}/servers-provision`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${requireEnv("SUPABASE_ANON_KEY")}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ order: order.id }),
  });
  if (!response.ok) console.error("provisioning was not accepted", order.id, response.status);

  tellTeam(`New order ${order.id}: ${plan_id} in ${region}`);
}

async function onSubscription(subscription: Stripe.Subscription) {
  const { plan_id } = subscription.metadata;
  await db
    .from("orders")
    .update({ status: "paid", plan_id, renews_at: new Date(subscription.current_period_end * 1000).toISOString() })
    .eq("stripe_subscription_id", subscription.id);
}

async function onCanceled(subscription: Stripe.Subscription) {
  const { error } = await db
    .from("orders")
    .update({ status: "canceled" })
    .eq("stripe_subscription_id", subscription.id);
  if (error) throw error;
}

async function onPaid(invoice: Stripe.Invoice) {
  const subscription = invoice.subscription as string | null;
  if (!subscription) return;
  const { error } = await db
    .from("orders")
    .update({ last_paid_at: new Date(invoice.created * 1000).toISOString() })
    .eq("stripe_subscription_id", subscription);
  if (error) throw error;
}
