"""What is read of Markdown documents."""

from __future__ import annotations

from analyzer.facts.config import Document, Json

from .reading import read, shown

TEXT = """# Set-up

Set `STRIPE_SECRET_KEY` and `PANEL_URL=https://...`, not SHOUTED_WORDS in a sentence.

| Name | Why |
|---|---|
| RESEND_API_KEY | mail |
| `CRON_SECRET` | jobs |

- **SITE_URL**: where it runs

```bash
supabase secrets set OPENAI_KEY=sk-... --project-ref abc
export LOCAL_ONE=1
```

```env
DATABASE_URL=postgres://
```
"""


def test_the_variables_that_a_document_names_are_known() -> None:
    document = read(Document, "README.md", TEXT)
    assert [(mention.name, mention.declared) for mention in document.mentions] == [
        ("STRIPE_SECRET_KEY", False),
        ("PANEL_URL", False),
        ("RESEND_API_KEY", False),
        ("CRON_SECRET", False),
        ("SITE_URL", False),
        ("LOCAL_ONE", True),
        ("DATABASE_URL", True),
    ]
    (script,) = document.scripts
    (call,) = script.calls
    assert [word.text for word in call.arguments] == ["OPENAI_KEY=sk-..."]
    assert shown(TEXT, call.arguments[0].span) == "OPENAI_KEY=sk-..."


def test_json_with_comments_is_read_in_place() -> None:
    text = """{
  // é comment
  "imports": { "a/": "./b/", /* more */ },
  "list": [1, true, null, "\\u0041"],
}"""
    json = read(Json, "supabase/functions/x/deno.jsonc", text)
    assert json.problem is None
    assert [(".".join(entry.path), entry.value.kind, entry.value.scalar) for entry in json.entries] == [
        ("imports", "table", None),
        ("imports.a/", "string", "./b/"),
        ("list", "array", None),
    ]
    entry = json.get("imports", "a/")
    assert entry is not None
    assert (shown(text, entry.key), shown(text, entry.value.span)) == ("a/", "./b/")
    listed = json.get("list")
    assert listed is not None
    assert [item.scalar for item in listed.value.items] == [1, True, None, "A"]


OUTLINE = """
# Games

Nothing to see here.

Egg ids of the panel:

- Rust: 50,
  as of today
  - `ark` is new

| Game | Egg |
| --- | --- |
| rust | 50 |

```sql
create table nodes (
  region text
);
```

## Others

All 3 of them
"""


def test_what_a_document_states_is_known_with_what_it_stands_below() -> None:
    told = read(Document, "README.md", OUTLINE).statements
    shown = [(one.kind, one.line, one.text, told[one.above].text if one.above >= 0 else "") for one in told]
    assert shown == [
        ("heading", 2, "# Games", ""),
        ("text", 6, "Egg ids of the panel:", "# Games"),
        ("item", 8, "- Rust: 50,\n  as of today", "Egg ids of the panel:"),
        ("item", 10, "  - `ark` is new", "- Rust: 50,\n  as of today"),
        ("head", 12, "| Game | Egg |", "Egg ids of the panel:"),
        ("row", 14, "| rust | 50 |", "| Game | Egg |"),
        ("code", 17, "create table nodes (", "Egg ids of the panel:"),
        ("code", 18, "  region text", "create table nodes ("),
        ("code", 19, ");", "create table nodes ("),
        ("heading", 22, "## Others", "# Games"),
        ("text", 24, "All 3 of them", "## Others"),
    ]
