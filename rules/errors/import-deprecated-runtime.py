"""A function builds on what the runtime has left behind, or does not have.

`serve` of Deno's old standard library still works and gets no more corrections: `Deno.serve` is built in. A function that
imports from another function's folder changes whenever that one does, unseen by whoever deploys only the other; what two
share belongs into `_shared`. And some things the hosted runtime refuses: connections to the mail ports 25 and 587, workers,
the module `vm`, and packages with native parts such as `sharp`. They are there when the function is tried out locally.

Use `Deno.serve`, put what is shared into `_shared`, send mail by port 465 or an HTTP API, and change images with the
transformations of Storage or `magick-wasm`.

https://supabase.com/docs/guides/functions/limits and
https://supabase.com/docs/guides/functions/examples/image-manipulation (November 2026)

## Bad

```ts supabase/functions/hello/index.ts
import { serve } from "https://deno.land/std@0.168.0/http/server.ts";
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `serve` of the old standard library: `Deno.serve` is built in
serve((req) => new Response(req.method));
```

```ts supabase/functions/hello/index.ts fixed
Deno.serve((req) => new Response(req.method));
```

## Bad: what the runtime refuses

```ts supabase/functions/mail/index.ts
import nodemailer from "npm:nodemailer@6";
import sharp from "npm:sharp@0.33";
                  ^^^^^^^^^^^^^^^^ the hosted runtime has no `sharp`: it needs native code
import { price } from "../shop/price.ts";
                      ^^^^^^^^^^^^^^^^^^ imports from the function `shop`: what two functions share belongs into `_shared`
const mail = nodemailer.createTransport({ host: "mail.example.com", port: 587 });
                                                                    ^^^^^^^^^ the hosted runtime refuses connections to port 587
Deno.serve(async () => {
  await mail.sendMail({ to: "team@example.com", text: String(price) });
  return new Response(typeof sharp);
});
```

```ts supabase/functions/shop/index.ts
import { price } from "./price.ts";
Deno.serve(() => Response.json(price));
```

```ts supabase/functions/shop/price.ts
export const price = 12;
```

## Good

```ts supabase/functions/mail/index.ts
import nodemailer from "npm:nodemailer@6";
import { price } from "../_shared/price.ts";
const mail = nodemailer.createTransport({ host: "mail.example.com", port: 465, secure: true });
Deno.serve(async () => {
  await mail.sendMail({ to: "team@example.com", text: String(price) });
  return new Response("ok");
});
```

```ts supabase/functions/_shared/price.ts
export const price = 12;
```
"""

import re
from collections.abc import Iterator

from analyzer import Edit, Fix, Module, Place, Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Call, Import, New, Object, Property
from analyzer.typescript.calls import dotted
from analyzer.typescript.evaluate import value
from analyzer.typescript.resolution import package_of
from analyzer.typescript.values import Called, Known, Value, options

_OLD_SERVE = re.compile(r"^https://deno\.land/std(?:@[\w.-]+)?/http/(?:server|mod)\.ts$|^std/http/server(?:\.ts)?$")
_NATIVE = frozenset({"sharp", "canvas"})  # which the CLI bundles and the runtime cannot load
_NODE_VM = ("node:vm", "vm")
_MAIL = re.compile(r"mail|smtp", re.IGNORECASE)
_REFUSED_PORTS = (25, 587)
_MOST_RELATED = 20


class ImportDeprecatedRuntime(ProjectRule):
    severity = "note"
    precision = "high"

    def check(self, project: Project) -> Result:
        yield from self._old_serve(project)
        for module in project.function_modules:
            yield from self._imports(project, module)
            yield from self._refused(project, module)

    def _old_serve(self, project: Project) -> Result:
        """One finding for all: whoever changes one function changes them all."""
        found = [
            (module, one)
            for module in project.function_modules
            for one in module.imports
            if _OLD_SERVE.match(one.specifier) and one.kind == "import"
        ]
        if not found:
            return
        first, *others = (project.program.span(module.path, one) for module, one in found)
        fixes = [edits for module, one in found if (edits := _with_deno_serve(project, module, one)) is not None]
        yield self.finding(
            first,
            "`serve` of the old standard library: `Deno.serve` is built in",
            subject="serve",
            related=tuple(Place(span, "here too") for span in others[:_MOST_RELATED]),
            fix=Fix("use `Deno.serve`", safe=True, changes=tuple(edit for edits in fixes for edit in edits))
            if fixes and len(fixes) == len(found)
            else None,
        )

    def _imports(self, project: Project, module: Module) -> Result:
        own = project.files[module.path].placement.function
        for one in module.imports:
            span = project.program.span(module.path, one)
            package = package_of(one.specifier)
            if one.kind != "type" and package is not None and package.name in _NATIVE:
                message = f"the hosted runtime has no `{package.name}`: it needs native code"
                yield self.finding(span, message, subject=f"{module.path} {package.name}", severity="warning")
            elif one.specifier in _NODE_VM:
                message = "the hosted runtime has no `vm`"
                yield self.finding(span, message, subject=f"{module.path} vm", severity="warning")
            target = project.program.target(module.path, one.specifier)
            if own is None or one.kind == "type" or not isinstance(target, str) or target not in project.files:
                continue
            other = project.files[target].placement.function
            if other is not None and other != own and _is_function(project, other):
                yield self.finding(
                    span,
                    f"imports from the function `{other}`: what two functions share belongs into `_shared`",
                    subject=f"{module.path} {target}",
                )

    def _refused(self, project: Project, module: Module) -> Result:
        index = project.program.index(module.path)
        for call in index.calls:
            if isinstance(call, New) and dotted(call.callee) == "Worker":
                yield self.finding(
                    project.program.span(module.path, call),
                    "the hosted runtime has no workers",
                    subject=f"{module.path} Worker",
                    severity="warning",
                )
        if not any(_MAIL.search(one.specifier) for one in module.imports):
            return
        ports: dict[int, list[Span]] = {}
        for node in index.nodes.get(Object, ()):
            for item in node.properties if isinstance(node, Object) else ():
                if isinstance(item, Property) and item.key == "port":
                    for port in set(_refused_ports(value(project.program, module.path, item.value))):
                        ports.setdefault(port, []).append(project.program.span(module.path, item))
        for port, (first, *others) in ports.items():
            yield self.finding(
                first,
                f"the hosted runtime refuses connections to port {port}",
                subject=f"{module.path} {port}",
                severity="warning",
                related=tuple(Place(span, "here too") for span in others[:_MOST_RELATED]),
            )


def _is_function(project: Project, slug: str) -> bool:
    """Whether a folder is one of a function, rather than of shared code without an underscore."""
    function = project.functions.get(slug)
    return function is not None and function.entry is not None


def _refused_ports(given: Value) -> Iterator[int]:
    for option in options(given):
        if isinstance(option, Known) and str(option.value) in map(str, _REFUSED_PORTS):
            yield int(str(option.value))
        elif isinstance(option, Called) and option.arguments:  # `Number(Deno.env.get("SMTP_PORT") ?? "587")`
            yield from _refused_ports(option.arguments[0])


def _with_deno_serve(project: Project, module: Module, one: Import) -> list[Edit] | None:
    """The import's line goes, and what it names becomes `Deno.serve`; None where more hangs on either."""
    if len(one.names) != 1 or one.names[0].imported != "serve":
        return None
    program = project.program
    here = program.span(module.path, one)
    start = program.span(module.path, one.names[0])
    shared = [other for other in (*module.imports, *module.body) if program.span(module.path, other).line == here.line]
    if start.line != here.line or any(other is not one for other in shared):
        return None
    gone = Edit(Span(module.path, here.line, 1, here.line + 1, 1), "")
    edits = []
    for name in program.index(module.path).references.get(one.names[0].binding, ()):
        call = program.parent(module.path, name)
        if not isinstance(call, Call) or call.callee is not name or len(call.arguments) != 1:
            return None
        span = program.span(module.path, name)
        if (span.line, span.column) == (here.line + 1, 1):  # two edits may not touch
            gone = Edit(Span(module.path, here.line, 1, span.line, span.end_column), "Deno.serve")
        else:
            edits.append(Edit(span, "Deno.serve"))
    return [gone, *edits]
