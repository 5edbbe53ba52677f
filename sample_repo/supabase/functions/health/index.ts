Deno.serve(() => new Response("ok", { headers: { "Content-Type": "text/plain" } }));
