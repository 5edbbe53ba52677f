"""`supalint lsp`: the language server, for editors to start."""

from __future__ import annotations

import click


@click.command("lsp")
@click.option("--tcp", type=int, metavar="PORT", help="Listen on a port of this machine instead of standard input.")
def command(tcp: int | None) -> int:
    """Serve an editor: findings as you type, rule pages on hover, fixes. Needs the extra `supalint[lsp]`."""
    try:
        from analyzer.lsp.server import server
    except ImportError as error:
        raise click.ClickException(f"the language server needs `pip install supalint[lsp]` ({error.name})") from error
    if tcp is None:
        server.start_io()
    else:
        server.start_tcp("127.0.0.1", tcp)
    return 0
