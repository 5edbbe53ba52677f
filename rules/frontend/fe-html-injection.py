"""Text from the database or the address is put into the page as HTML.

Whoever can write the text can run scripts in the session of everybody who opens the page: `<img src=x onerror=...>`
reads the access token from `localStorage` and sends it away.

Show text as text. Where it has to be HTML, clean it right before: `DOMPurify.sanitize(text)`.

Source: [OWASP: cross-site scripting](https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/Post.tsx
import { createClient } from "@supabase/supabase-js";
import { useEffect, useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export function Post({ id }: { id: string }) {
  const [post, setPost] = useState<{ content: string } | null>(null);
  useEffect(() => {
    supabase.from("posts").select("content").eq("id", id).single().then(({ data }) => setPost(data));
  }, [id]);
  return <article dangerouslySetInnerHTML={{ __html: post?.content ?? "" }} />;
                                                     ^^^^^^^^^^^^^ `post.content` becomes HTML as it is: scripts in it run in the reader's session
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/Post.tsx
import DOMPurify from "dompurify";
import { createClient } from "@supabase/supabase-js";
import { useEffect, useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export function Post({ id }: { id: string }) {
  const [post, setPost] = useState<{ content: string } | null>(null);
  useEffect(() => {
    supabase.from("posts").select("content").eq("id", id).single().then(({ data }) => setPost(data));
  }, [id]);
  return <article dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(post?.content ?? "") }} />;
}
```
"""

import re
from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import (
    Assign,
    Binary,
    Cast,
    Conditional,
    Expression,
    Index,
    Jsx,
    JsxAttribute,
    Member,
    Name,
    Node,
    Object,
    Property,
    Target,
    Template,
)
from analyzer.frontend import browser_modules
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.values import Known, Row, origins, parts

# Properties that hold what people write, by what projects call them.
_WRITTEN = re.compile(
    r"content|body|html|text|description|message|bio|answer|question|comment|caption|summary|note|title|excerpt|detail",
    re.IGNORECASE,
)
_CLEAN = re.compile(r"sanit|purif|clean|safe|escap|highlight|svg|icon|styles?$|css|jsonld", re.IGNORECASE)

_MOST_RELATED = 10


class FeHtmlInjection(ProjectRule):
    severity = "error"
    precision = "medium"
    security_severity = 7.5
    cwe = (79,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in browser_modules(project):
            written = [
                (part, name)
                for given in _html(program, module.path)
                for part in _choices(given)
                if (name := _written(program, module.path, part)) is not None
            ]
            if not written:
                continue
            (first, name), *others = written
            yield self.finding(
                program.span(module.path, first),
                f"`{name}` becomes HTML as it is: scripts in it run in the reader's session",
                subject=f"{module.path} {name}",
                related=tuple(
                    Place(program.span(module.path, part), f"`{other}` too") for part, other in others[:_MOST_RELATED]
                ),
            )


def _html(program: Program, path: str) -> Iterator[Expression]:
    """What a module puts into pages as HTML, scripts and styles of its own left out."""
    index = program.index(path)
    for node in index.nodes.get(JsxAttribute, ()):
        element = program.parent(path, node)
        if (
            isinstance(node, JsxAttribute)
            and node.name == "dangerouslySetInnerHTML"
            and isinstance(node.value, Object)
            and not (isinstance(element, Jsx) and element.name in ("script", "style"))
        ):
            for entry in node.value.properties:
                if isinstance(entry, Property) and entry.key == "__html":
                    yield entry.value
    for node in index.nodes.get(Assign, ()):
        if (
            isinstance(node, Assign)
            and isinstance(node.target, Target)
            and isinstance(node.target.value, Member)
            and node.target.value.name in ("innerHTML", "outerHTML")
        ):
            yield node.value


def _choices(node: Expression) -> Iterator[Expression]:
    """What an expression may be worth, and what a template puts in."""
    match node:
        case Cast(value=inner):
            yield from _choices(inner)
        case Binary(operator="||" | "??" | "+", left=left, right=right):
            yield from _choices(left)
            yield from _choices(right)
        case Conditional(then=then, otherwise=otherwise):
            yield from _choices(then)
            yield from _choices(otherwise)
        case Template(values=values):
            for one in values:
                yield from _choices(one)
        case _:
            yield node


def _written(program: Program, path: str, node: Expression) -> str | None:
    """What to call an expression that people elsewhere have written; None where it may be harmless."""
    shown = _shown(node)
    if shown is None or _CLEAN.search(shown):
        return None
    found = value(program, path, node)
    if any(isinstance(one, Row) and one.part == "data" for one in origins(found)):
        return shown
    if all(isinstance(one, Known) for one in parts(found)):
        return None
    last = shown.rpartition(".")[2]
    if "." in shown and _WRITTEN.search(last) and _reads_database(program, path):
        return shown
    return None


def _shown(node: Node) -> str | None:
    match node:
        case Name(name=name):
            return name
        case Member(object=inner, name=name):
            before = _shown(inner)
            return f"{before}.{name}" if before is not None else None
        case Index(object=inner):
            return _shown(inner)
    return None


def _reads_database(program: Program, path: str) -> bool:
    """Whether the module asks the database itself, so that what it shows is likely to come from there."""
    from analyzer.typescript.queries import queries

    return any(query.operation in ("select", "rpc") for query in queries(program, path))
