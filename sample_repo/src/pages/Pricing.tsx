import { useEffect, useState } from "react";
import { toast } from "sonner";
import { PlanSkeleton } from "@/components/PlanSkeleton";
import { useStripeCheckout } from "@/hooks/useStripeCheckout";
import { supabase } from "@/integrations/supabase/client";
import { euros } from "@/lib/format";

interface Plan {
  id: string;
  name: string;
  game: string;
  ram_gb: number;
  price_cents: number;
}

export function Pricing() {
  const { buy, pending } = useStripeCheckout();
  const [plans, setPlans] = useState<Plan[] | null>(null);
  const [region, setRegion] = useState("eu-central");

  useEffect(() => {
    supabase
      .from("plans")
      .select("id, name, game, ram_gb, price_cents")
      .eq("item_type", "game")
      .order("game")
      .order("ram_gb")
      .then(({ data, error }) => {
        if (error) toast.error("The price list could not be loaded.");
        else setPlans(data);
      });
  }, []);

  if (!plans) return <PlanSkeleton />;
  return (
    <main>
      <h1>Your server, in two clicks</h1>
      <select value={region} onChange={(event) => setRegion(event.target.value)}>
        <option value="eu-central">Europe</option>
        <option value="us-east">US East</option>
        <option value="us-west">US West</option>
      </select>
      {plans.map((plan) => (
        <article key={plan.id}>
          <h2>{plan.name}</h2>
          <p>{euros(plan.price_cents)} a month</p>
          <button
            disabled={pending}
            onClick={() => buy({ planId: plan.id, region, serverName: `My ${plan.game} server`, term: "monthly" })}
          >
            Order
          </button>
        </article>
      ))}
    </main>
  );
}
