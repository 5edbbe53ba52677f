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
