"""What documents say of the platform's JWT check of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.claims.passages import Claim, Passage
from analyzer.deploys import open_deploys
from analyzer.expectations import VerifyJwt
from analyzer.project import Project
from analyzer.source import Span

_SECTION = re.compile(r"\s*\[functions\.\"?(?P<slug>[\w-]+)\"?\]")
_SETTING = re.compile(r"verify_jwt`?\s*[=:|]?\s*[`\"]?(?P<value>true|false)\b", re.IGNORECASE)
_WORD = re.compile(r"\b(?P<value>true|false)\b", re.IGNORECASE)


def verify_jwt_claims(project: Project, passages: Sequence[Passage], wanted: VerifyJwt) -> Iterator[Claim]:
    slug = re.compile(rf"(?<![\w/-]){re.escape(wanted.function)}(?![\w-]|\.\w)")
    for passage in passages:
        found = _stated(passage, wanted.function, slug, project)
        if found is not None:
            yield _claim(wanted, found["value"].lower() == "true", passage.span(*found.span("value")))
    for deploy in open_deploys(project):
        if deploy.told and deploy.functions is not None and wanted.function in deploy.functions:
            yield _claim(wanted, False, deploy.span)


def _stated(passage: Passage, name: str, slug: re.Pattern[str], project: Project) -> re.Match[str] | None:
    above = next(passage.above(), None)
    if passage.statement.kind == "code":
        section = _SECTION.match(above.text) if above is not None else None
        return _SETTING.search(passage.text) if section is not None and section["slug"] == name else None
    if not slug.search(passage.text) or len(_named(passage.text, project)) != 1:
        return None
    if len({match["value"].lower() for match in _WORD.finditer(passage.text)}) != 1:
        return None
    titles = passage.titles()
    if titles:
        column = next((index for index, title in enumerate(titles) if "verify_jwt" in title), None)
        cells = list(passage.cells())
        if column is None or column >= len(cells):
            return _SETTING.search(passage.text)
        start, cell = cells[column]
        return _WORD.search(passage.text, start, start + len(cell))
    return _SETTING.search(passage.text)


def _named(text: str, project: Project) -> set[str]:
    return set(re.findall(r"[\w-]+", text)) & set(project.functions)


def _claim(wanted: VerifyJwt, stated: bool, span: Span) -> Claim:
    return Claim(
        wanted.function,
        f"`verify_jwt` of `{wanted.function}`",
        str(stated).lower(),
        str(wanted.value).lower(),
        stated == wanted.value,
        wanted.line,
        span,
    )
