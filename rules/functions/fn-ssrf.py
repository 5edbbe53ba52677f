"""A function sends a request to whatever host its caller names.

The caller chooses where the request goes, and the function sends it from its own network, with its own headers and body:
to another service that trusts it, to an address inside the provider's network, or to the caller's own server, which
then reads the keys in the headers. What comes back mostly goes to the caller.

Compare the host with a list of those that are meant (`new URL(url).hostname`), and refuse the others; a beginning such
as `https://` says nothing. Where any address is meant, as for previews of links, refuse private addresses and redirects,
and send no keys.

A caller that proves to be one of your own (a secret, a signature, a role) may choose. That only the path or the query
come from the request is fine.

## Bad

```ts supabase/functions/preview/index.ts
Deno.serve(async (req) => {
  const { url } = await req.json();
  if (!url || !url.startsWith("https://")) return new Response("no address", { status: 400 });
  const page = await fetch(url);
                           ^^^ the caller chooses the host of this request (`body.url`), and nothing compares it with what is allowed
  return new Response(await page.text());
});
```

## Good

```ts supabase/functions/preview/index.ts
const HOSTS = ["example.com", "www.example.com"];
Deno.serve(async (req) => {
  const { url, id } = await req.json();
  if (!HOSTS.includes(new URL(url).hostname)) return new Response("not this host", { status: 400 });
  const page = await fetch(url);
  const facts = await fetch(`https://api.example.com/facts/${id}`);
  return Response.json([await page.text(), await facts.json()]);
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.typescript.describe import describe
from analyzer.typescript.hosts import chosen_hosts


class FnSsrf(ProjectRule):
    severity = "error"
    precision = "medium"
    security_severity = 8.6
    cwe = (918,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for sent in chosen_hosts(program, module.path):
                what = describe(sent.chosen)
                yield self.finding(
                    program.place(sent.site),
                    f"the caller chooses the host of this request (`{what}`), and nothing compares it with what is allowed",
                    subject=f"{module.path} {what}",
                )
