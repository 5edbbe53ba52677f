import { useEffect, useState } from "react";
import { toast } from "sonner";
import { useNodeHealth } from "@/hooks/useNodeHealth";
import { supabase } from "@/integrations/supabase/client";
import { supabaseAdmin } from "@/lib/supabaseAdmin";

interface Customer {
  id: string;
  email?: string;
}

export function AdminNodes() {
  const nodes = useNodeHealth();
  const [customers, setCustomers] = useState<Customer[]>([]);

  useEffect(() => {
    supabaseAdmin.auth.admin.listUsers().then(({ data }) => setCustomers(data.users));
  }, []);

  async function reset(nodeId: number) {
    const { error } = await supabase.functions.invoke("reset-pterodactyl-allocations", { body: { node_id: nodeId } });
    if (error) toast.error("The node was not reset.");
  }

  async function loadPayouts() {
    const { data, error } = await supabase.from("payouts" as never).select("*");
    if (error) toast.error("No payouts.");
    return data;
  }

  return (
    <main>
      <h1>Nodes</h1>
      {nodes.map((node) => (
        <p key={node.id}>
          {node.name}: {node.cpu} % CPU, {node.memory} % memory
          <button onClick={() => reset(node.id)}>Reset allocations</button>
        </p>
      ))}
      <button onClick={loadPayouts}>Payouts</button>
      <p>{customers.length} customers</p>
    </main>
  );
}
