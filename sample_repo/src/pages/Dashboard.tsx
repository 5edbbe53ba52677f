import { Announcements } from "@/components/Announcements";
import { ServerCard } from "@/components/ServerCard";
import { useUserServers } from "@/hooks/useUserServers";
import { openPortal } from "@/services/stripeService";

export function Dashboard() {
  const { servers, waiting } = useUserServers();
  return (
    <main>
      <Announcements />
      <h1>Your servers</h1>
      {waiting > 0 && <p>{waiting} more on the way.</p>}
      {servers.map((server) => <ServerCard key={server.id} server={server} />)}
      <button onClick={openPortal}>Payment and invoices</button>
      <a href={import.meta.env.VITE_SUPPORT_URL}>Ask us</a>
    </main>
  );
}
