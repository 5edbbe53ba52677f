"""Anybody can have mail sent to whom they like, with a text of their own.

The function checks nothing but `verify_jwt`, if that, and the public `anon` key passes it. The request names the
recipient and what the message says: whoever has opened the page once can send phishing in the name of the shop, from
its domain, until the provider blocks the account.

Ask who calls and send to their own address; or send to a fixed address, with a text that does not come from the
request; or let only other functions call it, with a secret. A captcha or a limit for each sender helps forms that
have to be open.

Source: [Supabase: authorization headers](https://supabase.com/docs/guides/functions/auth-headers)

## Bad

```ts supabase/functions/send-mail/index.ts
import { Resend } from "npm:resend@4";
const resend = new Resend(Deno.env.get("RESEND_API_KEY"));
Deno.serve(async (req) => {
  const { to, subject, html } = await req.json();
  await resend.emails.send({ from: "Shop <hello@shop.io>", to, subject, html });
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any request with the public key to `send-mail` may send mail to any address, with a text of its own
  return new Response("ok");
});
```

## Good

```ts supabase/functions/send-mail/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
import { Resend } from "npm:resend@4";
const resend = new Resend(Deno.env.get("RESEND_API_KEY"));
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!user) return new Response("who are you?", { status: 401 });
  const { html } = await req.json();
  await resend.emails.send({ from: "Shop <hello@shop.io>", to: user.email, subject: "Your order", html });
  return new Response("ok");
});
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result, opened_by
from analyzer.messages import messages
from analyzer.privileged import is_sent
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Request, Value, origins
from analyzer.unchecked import is_checked, is_held_back, seems_checked

# What people may write as they like, by what projects call it; not addresses, numbers, states and links.
_TEXT = re.compile(
    r"html|subject|message|body|content|text|title|name|comment|note|reason|description|detail|question|feedback|^data$"
    r"|variable|template_?data|props",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(r"template_?(?:name|id|key|type)|file_?name|user_?name$|domain|host", re.IGNORECASE)


class FnOpenMailRelay(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 6.5
    cwe = (306, 799)

    def check(self, project: Project) -> Result:
        program = project.program
        for slug, function in project.functions.items():
            if function.entry is None or not function.enabled or is_held_back(project, function):
                continue
            places = reached(program, function.entry)
            found = [
                message
                for module in function.modules
                if module.path.startswith(f"{function.folder}/")
                for message in messages(program, module.path)
                if (module.path, message.function) in places
                and any(is_sent(program, one) for one in message.to)
                and any(_is_free_text(program, one) for one in message.content)
                and not is_checked(project, module.path, message.site.node)
                and not seems_checked(project, function, module.path, message.site.node)
            ]
            if not found:
                continue
            first, *others = found
            is_open = not function.verify_jwt.value or opened_by(project, slug) is not None
            who = "any request" if is_open else "any request with the public key"
            yield self.finding(
                program.place(first.site),
                f"{who} to `{slug}` may send mail to any address, with a text of its own",
                subject=slug,
                related=tuple(Place(program.place(one.site), "and here") for one in others),
            )


def _is_free_text(program: Program, content: Value) -> bool:
    """Whether a message says, as it was sent, what a field for text of the request holds, or all that was sent."""
    if not is_sent(program, content):
        return False
    for one in origins(resolved(program, content)):
        if isinstance(one, Request):
            field = str(one.path[-1]) if one.path else ""
            if not field or (_TEXT.search(field) and not _NO_TEXT.search(field)):
                return True
    return False
