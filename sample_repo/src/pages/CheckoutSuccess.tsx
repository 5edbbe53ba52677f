import { useEffect, useState } from "react";
import { useSearchParams } from "react-router-dom";
import { supabase } from "@/integrations/supabase/client";

export function CheckoutSuccess() {
  const [params] = useSearchParams();
  const [ready, setReady] = useState(false);

  useEffect(() => {
    const sessionId = params.get("session_id");
    if (!sessionId) return;

    async function finish() {
      // in case the webhook is late
      const { data: order, error } = await supabase
        .from("orders")
        .update({ status: "paid" })
        .eq("stripe_session_id", sessionId!)
        .select("id")
        .maybeSingle();
      if (error || !order) return;
      const { error: provisionError } = await supabase.functions.invoke("servers-provision", {
        body: { order_id: order.id },
      });
      setReady(!provisionError);
    }
    finish();
  }, [params]);

  return <main>{ready ? "Your server is being built." : "Thank you! One moment ..."}</main>;
}
