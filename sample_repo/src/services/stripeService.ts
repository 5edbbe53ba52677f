import { supabase } from "@/integrations/supabase/client";

export interface Purchase {
  planId: string;
  region: string;
  serverName: string;
  term: "monthly" | "yearly";
}

/** The address of Stripe's page for this purchase. */
export async function createCheckout(purchase: Purchase): Promise<string> {
  const { data, error } = await supabase.functions.invoke("create-checkout-session", {
    body: {
      plan_id: purchase.planId,
      region: purchase.region,
      server_name: purchase.serverName,
      term: purchase.term,
      success_url: `${window.location.origin}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
    },
  });
  if (error) throw new Error("The payment page could not be opened. Please try again.");
  return data.url;
}

export async function openPortal(): Promise<void> {
  const { data } = await supabase.functions.invoke("create-portal-session");
  window.location.assign(data.checkout_url);
}

export async function redeemVoucher(code: string): Promise<void> {
  const { error } = await supabase.functions.invoke("redeem-voucher", { body: { code } });
  if (error) throw error;
}
