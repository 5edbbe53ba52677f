"""What a real PostgreSQL makes of a set of migrations, asked once for each set."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from .apply import DEFAULT, Options, apply
from .binaries import Binaries
from .catalogue import Dump, dump, without
from .server import Server


class Judge:
    """A server that remembers its answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.major = server.binaries.major
        self._known: dict[tuple[tuple[tuple[str, str], ...], Options], Dump] = {}
        self._platform = dump(server, apply(server, {}))

    @classmethod
    def start(cls, binaries: Binaries) -> Judge:
        """A judge with a server of its own, until `stop`."""
        return cls(Server(binaries))

    @classmethod
    @contextlib.contextmanager
    def on(cls, binaries: Binaries) -> Iterator[Judge]:
        """A judge for the time of a `with` block."""
        judge = cls.start(binaries)
        try:
            yield judge
        finally:
            judge.stop()

    def stop(self) -> None:
        """Ends the server."""
        self.server.stop()

    def truth(self, files: Mapping[str, str], options: Options = DEFAULT) -> Dump:
        """The dump of what the files build, without what the platform brings."""
        key = (tuple(sorted(files.items())), options)
        if key not in self._known:
            self._known[key] = without(dump(self.server, apply(self.server, files, options)), self._platform)
        return self._known[key]
