"""Any file that is neither code nor SQL -> its facts."""

from __future__ import annotations

from analyzer.facts.config import ConfigFact
from analyzer.layout import FileKind
from analyzer.source import Source


def parse(source: Source, kind: FileKind) -> ConfigFact | None:
    """The facts of a file whose path says that it is of `kind`; None for plain text."""
    # Each grammar is loaded by the first file that needs it.
    match kind:
        case "config" | "settings":
            from analyzer.config.toml import toml

            return toml(source)
        case "env":
            from analyzer.config.envfile import env_file

            return env_file(source)
        case "workflow":
            from analyzer.config.workflow import workflow

            return workflow(source)
        case "script":
            return _script(source)
        case "package" | "deno" | "tsconfig":
            from analyzer.config.jsonc import jsonc

            return jsonc(source)
        case "document":
            from analyzer.config.document import document

            return document(source)
        case _:
            return None


def _script(source: Source) -> ConfigFact:
    suffix = source.path.rpartition(".")[2].lower()
    if suffix in ("ps1", "psm1"):
        from analyzer.config.powershell import powershell_file

        return powershell_file(source)
    if suffix in ("bat", "cmd"):
        from analyzer.config.powershell import batch_file

        return batch_file(source)
    from analyzer.config.shell import shell_file

    return shell_file(source)
