"""The words of a command -> what it does with Supabase."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from analyzer.config.places import Places
from analyzer.facts.config import Flag, FunctionRequest, SupabaseCall, Word

# Commands that run the command they are given.
_RUNNERS = frozenset({
    "npx", "npx.cmd", "bunx", "bun", "pnpm", "pnpx", "yarn", "npm", "deno", "sudo", "env", "time", "exec",
    "command", "nohup", "xargs", "timeout", "dotenv", "dotenvx", "cross-env", "op", "doppler", "infisical",
    "docker", "volta", "mise", "asdf", "if", "while", "until", "!", "then", "do", "else",
})  # fmt: skip
# A runner with one of these words manages packages or runs a script of another name.
_NOT_RUNNING = frozenset({
    "install", "i", "add", "remove", "rm", "uninstall", "update", "upgrade", "up", "create", "init", "why", "info",
    "view", "list", "ls", "ci", "link", "cd", "run-script", "ps", "logs", "pull", "build", "compose", "stop",
})  # fmt: skip
_NAME = re.compile(r"^(?:.*[/\\])?(?:npm:|@supabase/)?supabase(?:-cli)?(?:\.exe|\.cmd)?(?:@(?P<version>[\w.^~*-]+))?$")
_VARIABLE = re.compile(r"^\$\{?\w*(?:SUPABASE|SUPA|SB)(?:_?(?:CLI|BIN|CMD|COMMAND|PATH))?\}?$", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")

# https://supabase.com/docs/reference/cli and apps/cli-go/cmd: how many words name a command of each group.
COMMANDS: dict[str, int] = {
    **dict.fromkeys(
        ("init", "login", "logout", "link", "unlink", "start", "stop", "status", "bootstrap", "services"), 1
    ),
    **dict.fromkeys(("functions", "secrets", "migration", "migrations", "config", "branches", "projects", "orgs"), 2),
    **dict.fromkeys(("storage", "seed", "test", "gen", "sso", "domains", "snippets", "encryption", "backups"), 2),
    **dict.fromkeys(("network-restrictions", "network-bans", "ssl-enforcement", "vanity-subdomains"), 2),
    **dict.fromkeys(("postgres-config", "telemetry", "db"), 2),
    "inspect": 3,
}
_NESTED: dict[tuple[str, ...], int] = {
    ("db", "remote"): 3,
    ("db", "branch"): 3,
    ("db", "schema"): 4,
    ("gen", "types"): 2,
    ("gen", "keys"): 2,
}

# Flags without a value, from apps/cli-go/cmd.
_SWITCHES = frozenset({
    "--all", "--append", "--apply", "--backup", "--bypass-cidr-checks", "--create-ticket", "--data-only", "--debug",
    "--disable-db-ssl-enforcement", "--dry-run", "--enable-db-ssl-enforcement", "--experimental", "--force",
    "--ignore-health-check", "--include-all", "--include-raw-output", "--include-roles", "--include-seed",
    "--inspect", "--inspect-main", "--interactive", "--keep-comments", "--legacy-bundle", "--linked", "--local",
    "--metadata", "--no-apply", "--no-backup", "--no-browser", "--no-cache", "--no-restart", "--no-seed",
    "--no-verify-jwt", "--overwrite", "--persistent", "--preview", "--prune", "--recursive",
    "--replace-existing-overrides", "--reset", "--role-only", "--skip-pooler", "--skip-url-validation", "--use-api",
    "--use-copy", "--use-docker", "--use-migra", "--use-orioledb", "--use-pg-delta", "--use-pg-schema",
    "--use-pgadmin", "--with-data", "--with-intellij-settings", "--with-vscode-settings", "--with-vscode-workspace",
    "--yes", "--help", "--version", "-y", "-h", "-v", "-r", "-i",
})  # fmt: skip

# The two addresses of an edge function: https://supabase.com/docs/guides/functions
_FUNCTION_URL = re.compile(
    r"/functions/v1/(?P<path>[A-Za-z][\w-]*)|\.functions\.supabase\.(?:co|net)/(?P<host>[A-Za-z][\w-]*)"
)
_CLIENTS = frozenset(
    {"curl", "curl.exe", "wget", "http", "https", "xh", "Invoke-RestMethod", "Invoke-WebRequest", "irm", "iwr"}
)
_HEADER_FLAGS = frozenset({"-H", "--header", "-Headers"})


def supabase_call(words: Sequence[Word], places: Places, start: int, end: int) -> SupabaseCall | None:
    """The call of the Supabase CLI that a command is, directly or through `npx` and the like.

    `start` and `end` are the command's offsets in characters of `places`.
    """
    found = _executable(words)
    if found is None:
        return None
    index, version = found
    command: list[str] = []
    arguments: list[Word] = []
    flags: list[Flag] = []
    depth = 1
    rest = iter(range(index + 1, len(words)))
    for position in rest:
        word = words[position]
        if word.text.startswith("-") and len(word.text) > 1:
            flag, takes_next = _flag(words, position)
            flags.append(flag)
            if takes_next:
                next(rest)
        elif len(command) < depth and word.literal and not arguments:
            command.append(word.text)
            depth = _depth(tuple(command), depth)
        else:
            arguments.append(word)
    if command and command[0] == "migrations":
        command[0] = "migration"
    return SupabaseCall(tuple(command), tuple(arguments), tuple(flags), places.characters(start, end), version)


def _executable(words: Sequence[Word]) -> tuple[int, str | None] | None:
    """The index of the word that names the CLI, and the version that it pins."""
    for index, word in enumerate(words):
        match = _NAME.match(word.text)
        if match and word.literal:
            return index, match["version"]
        if index == 0 and not word.literal and _VARIABLE.match(word.text):
            return (0, None) if len(words) > 1 and words[1].text in COMMANDS else None
        if word.text in _NOT_RUNNING:
            return None
        if index == 0 and word.text not in _RUNNERS and not _ASSIGNMENT.match(word.text):
            return None
    return None


def _depth(command: tuple[str, ...], depth: int) -> int:
    if len(command) == 1:
        return COMMANDS.get(command[0], 1)
    return _NESTED.get(command, depth)


def _flag(words: Sequence[Word], position: int) -> tuple[Flag, bool]:
    """The flag at `position`, and whether the next word is its value."""
    word = words[position]
    name, equals, value = word.text.partition("=")
    if equals:
        return Flag(name, Word(value, word.literal, word.span), word.span), False
    following = words[position + 1] if position + 1 < len(words) else None
    if name in _SWITCHES or following is None or following.text.startswith("-"):
        return Flag(name, None, word.span), False
    span = word.span.__class__(
        word.span.path, word.span.line, word.span.column, following.span.end_line, following.span.end_column
    )
    return Flag(name, following, span), True


def function_request(words: Sequence[Word], places: Places, start: int, end: int) -> FunctionRequest | None:
    """The request to an edge function that a command sends."""
    if not words or words[0].text.rpartition("/")[2] not in _CLIENTS:
        return None
    for word in words[1:]:
        match = _FUNCTION_URL.search(word.text)
        if match and not word.text.lower().startswith(("authorization", "origin", "referer")):
            headers = tuple(value for flag, value in pairwise(words) if flag.text in _HEADER_FLAGS)
            return FunctionRequest(match["path"] or match["host"], word, headers, places.characters(start, end))
    return None
