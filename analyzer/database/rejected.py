"""What PostgreSQL says when it rejects a statement."""

from __future__ import annotations

from analyzer.facts.sql_query import Node


class Rejected(Exception):  # noqa: N818 it is PostgreSQL that errs
    """Raised where a statement cannot go on; `node` is the name or value at fault."""

    def __init__(self, sqlstate: str, message: str, node: Node | None = None, *, subject: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.message = message
        self.start = node.start if node is not None else -1
        self.end = node.end if node is not None else -1
        self.subject = subject
        self.file: int | None = None  # the text that `node` stands in, where it is not the statement's own


class Unfollowed(Exception):  # noqa: N818 no error: the replay cannot know
    """Raised where the replay cannot know what the statement does."""

    def __init__(self, why: str, node: Node | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.start = node.start if node is not None else -1
        self.end = node.end if node is not None else -1
