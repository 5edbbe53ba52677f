import { Link } from "react-router-dom";
import { toast } from "sonner";
import { supabase } from "@/integrations/supabase/client";
import type { UserServer } from "@/hooks/useUserServers";

export function ServerCard({ server }: { server: UserServer }) {
  async function power(action: "start" | "stop") {
    const { error } = await supabase.functions.invoke(`${action}-server`, { body: { server_id: server.id } });
    if (error) toast.error(`The server did not ${action}.`);
    else toast.success("On its way.");
  }

  async function rename() {
    const name = window.prompt("New name", server.name);
    if (!name) return;
    const { error } = await supabase.functions.invoke("rename-server", { body: { server_id: server.id, name } });
    if (error) toast.error("The server keeps its name.");
  }

  return (
    <article>
      <h3><Link to={`/servers/${server.id}`}>{server.name}</Link></h3>
      <p>{server.status === "runing" ? "Online" : server.status}</p>
      <button onClick={() => power("start")}>Start</button>
      <button onClick={() => power("stop")}>Stop</button>
      <button onClick={rename}>Rename</button>
    </article>
  );
}
