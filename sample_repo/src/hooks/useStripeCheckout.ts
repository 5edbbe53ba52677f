import { useState } from "react";
import { toast } from "sonner";
import { createCheckout, type Purchase } from "@/services/stripeService";

// The one-click offer on the landing page.
export const STARTER_PRICE = "price_1SPE9gK4vTzQm8wd00DkCuit";

export function useStripeCheckout() {
  const [pending, setPending] = useState(false);

  async function buy(purchase: Purchase) {
    setPending(true);
    try {
      window.location.assign(await createCheckout(purchase));
    } catch (error) {
      toast.error(error instanceof Error ? error.message : "Something went wrong.");
    } finally {
      setPending(false);
    }
  }

  return { buy, pending };
}
