"""A webhook tells its provider that all is well although the work has failed.

The provider sends an event again, for days, as long as the answer is not a 2xx. A handler that catches the failure,
logs it and answers 200 throws that away: the customer has paid, the row is not there, and nobody hears of it.

Answer with 500, so that the event comes again, and make the work safe to repeat. Or keep the event where something
comes back to it: a row with a status, a queue.

There is one finding for a function. A failure that the code writes down, or tells anybody of, is left alone, as is a webhook whose events are kept with
their status before the work begins.

Source: [Stripe: handle webhook events](https://docs.stripe.com/webhooks#built-in-retries)

## Bad

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
import { createClient } from "npm:@supabase/supabase-js@2";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  try {
    await db.from("orders").insert({ session: event.data.object.id }).throwOnError();
          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ what fails here is lost
  } catch (error) {
    ^^^^^ `stripe-webhook` answers 200 although the work on the event has failed, so that it is not sent again
    console.error(error);
  }
  return new Response("ok");
         ~~~~~~~~~~~~~~~~~~ this is the answer
});
```

## Good

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
import { createClient } from "npm:@supabase/supabase-js@2";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  try {
    await db.from("orders").insert({ session: event.data.object.id }).throwOnError();
  } catch (error) {
    console.error(error);
    return new Response("failed", { status: 500 });
  }
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator, Sequence

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, Span, provider_checks
from analyzer.facts.typescript import Binary, Expression, If, Node, Throw, Try
from analyzer.typescript.effects import Effect, effects_in
from analyzer.typescript.evaluate import value
from analyzer.typescript.handlers import handlers
from analyzer.typescript.outcomes import Outcome, outcomes_after, outcomes_of
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.values import Row, options
from analyzer.typescript.walk import inside

_STANDS = re.compile(r"status|state|processed|handled|attempt|retr|error", re.IGNORECASE)
_EVENTS = re.compile(r"event|webhook|queue|job|inbox|outbox", re.IGNORECASE)
_FIRST_FAILURE = 300  # statuses from here on make a provider send the event again
_MOST_RELATED = 20


class WebhookAcksFailedWork(ProjectRule):
    severity = "error"
    precision = "high"
    cwe = (390,)

    def check(self, project: Project) -> Result:
        seen: set[Span] = set()
        for slug, function in project.functions.items():
            if not provider_checks(project, slug) or _keeps_events(project, function):
                continue
            losses = [one for one in _losses(project, function) if one[0] not in seen]
            seen |= {span for span, _, _ in losses}
            for span, work, answer in losses[:1]:
                others = tuple(Place(other, "and here") for other, _, _ in losses[1:_MOST_RELATED])
                yield self.finding(
                    span,
                    f"`{slug}` answers {answer.status} although the work on the event has failed, so that it is not "
                    "sent again",
                    subject=slug,
                    related=(
                        Place(project.program.place(work.site), "what fails here is lost"),
                        Place(project.program.place(answer.site), "this is the answer"),
                        *others,
                    ),
                )


def _losses(project: Project, function: EdgeFunction) -> Iterator[tuple[Span, Effect, Outcome]]:
    """Where a failure of the work is noticed and the event acknowledged all the same."""
    program = project.program
    if function.entry is None:
        return
    answering = handlers(program, function.entry)
    running = reached(program, function.entry)
    for module in function.modules:
        index = program.index(module.path)
        for node in (*index.nodes.get(Try, ()), *index.nodes.get(If, ())):
            if (module.path, index.function_of(node)) not in running:
                continue
            noticed = _noticed(program, module.path, node)
            if noticed is None:
                continue
            work, branch, start, end = noticed
            if _goes_on(branch) or any(True for _ in effects_in(program, module.path, branch)):
                continue
            found = (
                outcomes_of(program, module.path, branch, answering)
                if branch
                else outcomes_after(program, module.path, node, answering)
            )
            if found and all(one.status is not None and one.status < _FIRST_FAILURE for one in found):
                yield module.lines.span(start, end), work, found[0]


def _goes_on(branch: Sequence[Node]) -> bool:
    """Whether the failure is thrown on, to a `catch` that is judged itself."""
    return any(isinstance(node, Throw) for statement in branch for node in inside(statement))


def _noticed(program: Program, path: str, node: Node) -> tuple[Effect, Sequence[Node], int, int] | None:
    """The work whose failure a `catch`, or an `if (error)`, notices, with what it does then and where it stands."""
    if isinstance(node, Try) and node.handler is not None:
        work = next((one for one in effects_in(program, path, node.body) if not one.tells), None)
        return (work, node.handler, node.handler_start, node.handler_end) if work is not None else None
    if isinstance(node, If):
        failed = _tested_error(program, path, node.test)
        for one in effects_in(program, path, ()) if failed is None else _of(program, path, failed):
            return one, node.then, node.test.start, node.test.end
    return None


def _tested_error(program: Program, path: str, test: Expression) -> Row | None:
    """The error of a query, where that is all that is tested."""
    if isinstance(test, Binary) and test.operator in ("!==", "!="):
        test = test.left
    for one in options(value(program, path, test)):
        if isinstance(one, Row) and one.part == "error" and not one.path:
            return one
    return None


def _of(program: Program, path: str, failed: Row) -> Iterator[Effect]:
    """The write that an error belongs to."""
    at = failed.query.at
    if at.path == path:
        yield from (
            one
            for one in effects_in(program, path, (at.node,))
            if not one.tells and one.query is not None and one.query.begin.node is at.node
        )


def _keeps_events(project: Project, function: EdgeFunction) -> bool:
    """Whether the events are written down with how they stand, so that something can come back to them."""
    return any(
        one.query is not None
        and one.query.payload is not None
        and _EVENTS.search(one.name)
        and any(map(_STANDS.search, one.query.payload.columns))
        for module in function.modules
        for one in effects_in(project.program, module.path, module.body)
    )
