"""Findings -> what the language server protocol shows: diagnostics, pages, actions.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from analyzer.finding import Edit, Finding, Severity
from analyzer.report.links import rule_page
from analyzer.rule import Rule
from analyzer.source import Span

_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
# How a line of comment begins, by the end of a file's name.
_COMMENTS = {".sql": "-- ", ".toml": "# ", ".yml": "# ", ".yaml": "# ", ".sh": "# ", ".env": "# "}
_REASON = "say why it is right"


class Translator:
    """Turns places and findings into the protocol's; columns count UTF-16 units there, and code points here."""

    def __init__(self, root: Path, texts: Mapping[str, str], rules: Mapping[str, Rule]) -> None:
        self.root = root
        self.texts = texts
        self.rules = rules
        self._lines: dict[str, list[str]] = {}

    def uri(self, path: str) -> str:
        return from_fs_path(str(self.root / path)) or ""

    def range(self, span: Span) -> types.Range:
        return types.Range(
            self._position(span.path, span.line, span.column), self._position(span.path, span.end_line, span.end_column)
        )

    def diagnostic(self, finding: Finding) -> types.Diagnostic:
        """A finding, with its related places and the address of the rule's page."""
        return types.Diagnostic(
            range=self.range(finding.span),
            message=finding.message,
            severity=_SEVERITIES[finding.severity],
            code=finding.rule,
            code_description=types.CodeDescription(href=rule_page(finding.rule)),
            source="supalint",
            related_information=[
                types.DiagnosticRelatedInformation(
                    location=types.Location(uri=self.uri(place.span.path), range=self.range(place.span)),
                    message=place.message,
                )
                for place in (*finding.flow, *finding.related)
            ],
        )

    def page(self, rule_id: str) -> str:
        """What a rule's page says before its examples, as Markdown."""
        rule = self.rules.get(rule_id)
        if rule is None:
            return f"`{rule_id}`"
        about = rule.documentation.text.partition("\n## ")[0].strip()
        return f"**{rule.documentation.title}** (`{rule_id}`)\n\n{about}\n\n[The whole page]({rule_page(rule_id)})"

    def actions(self, finding: Finding) -> Iterator[types.CodeAction]:
        """The fix of a finding where it edits files that are there, and the comment that answers it."""
        diagnostic = self.diagnostic(finding)
        if finding.fix is not None and all(isinstance(change, Edit) for change in finding.fix.changes):
            edits: dict[str, list[types.TextEdit]] = {}
            for change in finding.fix.changes:
                if isinstance(change, Edit):
                    edit = types.TextEdit(self.range(change.span), change.text)
                    edits.setdefault(self.uri(change.span.path), []).append(edit)
            yield types.CodeAction(
                title=finding.fix.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=finding.fix.safe,
                edit=types.WorkspaceEdit(changes=edits),
            )
        comment = self._comment(finding)
        if comment is not None:
            line = finding.span.line - 1
            at = types.Range(types.Position(line, 0), types.Position(line, 0))
            yield types.CodeAction(
                title=f"Answer {finding.rule} with a reason",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                edit=types.WorkspaceEdit(changes={self.uri(finding.span.path): [types.TextEdit(at, comment)]}),
            )

    def _comment(self, finding: Finding) -> str | None:
        path = finding.span.path
        if path.endswith((".json", ".md")):
            return None
        name = path.rpartition("/")[2]
        suffix = ".env" if name.startswith(".env") else Path(name).suffix
        indent = re.match(r"\s*", self._line(path, finding.span.line))
        begin = _COMMENTS.get(suffix, "// ")
        return f"{indent[0] if indent else ''}{begin}supalint: ignore[{finding.rule}] {_REASON}\n"

    def _position(self, path: str, line: int, column: int) -> types.Position:
        before = self._line(path, line)[: column - 1]
        return types.Position(line - 1, len(before.encode("utf-16-le", "surrogatepass")) // 2 or column - 1)

    def _line(self, path: str, line: int) -> str:
        if path not in self._lines:
            self._lines[path] = self.texts.get(path, "").splitlines()
        rows = self._lines[path]
        return rows[line - 1] if 0 < line <= len(rows) else ""
