"""A repository, or the tree of one of its commits, as a listing of its paths and the sources to read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analyzer import git
from analyzer.finding import Unparsed
from analyzer.layout import MIGRATION_NAME, SupabaseProject, is_env_file, supabase_projects
from analyzer.source import ListedPath, Listing, PathState, Source, Span
from analyzer.text import decode

MIB = 1 << 20
LARGEST = MIB  # bytes of a file that is read: hand-written files are far smaller, generated ones far larger
LARGEST_MIGRATION = 8 * MIB  # a squashed dump of a whole database is still a migration

ROOT_MARKS = ("supalint.toml", ".git")  # a folder that has one of them is the root of an analysis

_ALWAYS_SKIPPED = frozenset({
    "node_modules", ".git", ".hg", ".svn", ".next", ".nuxt", ".output", ".svelte-kit", ".vercel", ".netlify", ".turbo",
    ".cache", ".parcel-cache", ".expo", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache",
    ".dart_tool", ".gradle", ".angular", ".astro", ".yarn", ".pnpm-store", "bower_components", "jspm_packages",
})  # fmt: skip
# Where tools keep other work trees of the same repository: `.worktrees`, `.claude/worktrees`.
_WORK_TREES = re.compile(r"(?:^|/)\.(?:[^/]+/)?worktrees/")
# Names of what a build leaves, and also of routes and features: skipped only outside folders of hand-written code.
_BUILD_FOLDERS = frozenset({"dist", "build", "coverage", "vendor", "out", "target", "Pods", "venv"})
_CODE_FOLDERS = frozenset({"src", "app", "pages", "functions", "components", "routes", "lib"})
_LOCK_FILES = frozenset({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    "composer.lock", "Cargo.lock", "poetry.lock", "uv.lock", "Pipfile.lock", "Gemfile.lock", "Podfile.lock",
    "pubspec.lock", "flake.lock", "go.sum",
})  # fmt: skip
_BINARY_SUFFIXES = frozenset({
    "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "tiff", "heic", "psd", "ai", "sketch", "fig", "pdf",
    "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "jar", "war", "apk", "ipa", "aab", "woff", "woff2", "ttf",
    "otf", "eot", "mp3", "mp4", "m4a", "m4v", "mov", "avi", "webm", "ogg", "wav", "flac", "wasm", "so", "dylib",
    "dll", "exe", "bin", "class", "pyc", "pyo", "o", "a", "db", "sqlite", "sqlite3", "dump", "parquet", "xls",
    "xlsx", "doc", "docx", "ppt", "pptx", "odt", "keystore", "jks", "p12", "pfx", "icns", "glb", "gltf", "usdz",
    "riv", "lottie", "lockb", "ds_store",
})  # fmt: skip
_GENERATED = re.compile(r"\.min\.(?:js|mjs|cjs|css)$|\.(?:js|mjs|css|ts)\.map$|\.(?:snap|svg|tsbuildinfo|lcov)$")
_MINIFIED_SIZE = 20_000  # bytes: below, a long line is cheap to read
_MINIFIED_LINE = 500  # characters in the mean: nobody writes so
_TEXT_SUFFIXES = (
    ".sql",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".toml",
    ".json",
    ".jsonc",
    ".yml",
    ".yaml",
    ".md",
    ".sh",
)


@dataclass(frozen=True, slots=True)
class Tree:
    """What there is to analyze: the files of a folder, or those of a commit (`objects` then names their blobs)."""

    root: Path
    listing: Listing
    projects: tuple[SupabaseProject, ...]
    notes: tuple[Unparsed, ...] = ()  # what could not even be listed
    objects: dict[str, str] | None = None  # by path; what else is listed is in the folder

    def readable(self) -> list[str]:
        """The paths that an analysis reads, in order."""
        return [path for path, listed in self.listing.paths.items() if _is_read(path, listed)]

    def read(self, paths: Iterable[str] | None = None) -> Iterator[Source | Unparsed]:
        """The sources at `paths` (all `readable` ones if None), and why others could not be read.

        In order; what is no file of the commit comes last.
        """
        chosen = self.readable() if paths is None else list(paths)
        small = []
        for path in chosen:
            listed = self.listing.paths.get(path)
            if listed is not None and listed.size > (limit := _limit(path)):
                yield _note(path, f"{listed.size / MIB:.1f} MiB is more than the {limit // MIB} MiB that are read")
            else:
                small.append(path)
        for path, content in self._contents(small):
            if isinstance(content, str):
                yield _note(path, content)
                continue
            decoded = decode(content, path.endswith(_TEXT_SUFFIXES) or is_env_file(path.rpartition("/")[2]))
            if decoded.text is None:
                continue  # binary by content: nothing that was meant to be read
            if _is_minified(path, decoded.text):
                yield _note(path, "minified")
                continue
            if decoded.note:
                yield _note(path, decoded.note)
            yield Source(path, decoded.text)

    def _contents(self, paths: list[str]) -> Iterator[tuple[str, bytes | str]]:
        """The bytes of each path, or why there are none."""
        if self.objects is not None:
            kept = [path for path in paths if path in self.objects]
            yield from zip(kept, git.blobs(self.root, [self.objects[path] for path in kept]), strict=True)
            paths = [path for path in paths if path not in self.objects]
        prefix = os.path.join(self.root, "")  # noqa: PTH118 - a Path for each file costs as much as reading it
        for path in paths:
            try:
                yield path, _bytes(prefix + path)
            except OSError as error:
                yield path, error.strerror or "not readable"


# A link that has taken a file's place since it was listed is not followed.
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def _bytes(path: str) -> bytes:
    descriptor = os.open(path, _OPEN)
    try:
        parts = []
        while part := os.read(descriptor, LARGEST_MIGRATION + 1):
            parts.append(part)
    finally:
        os.close(descriptor)
    return b"".join(parts)


def root_of(path: Path) -> Path:
    """The root of the analysis that `path` belongs to.

    The nearest folder from `path` upwards that has a `supalint.toml` or is a git repository; else the nearest
    one that holds a Supabase project; else `path` itself.
    """
    start = path.resolve()
    if not start.is_dir():
        start = start.parent
    candidates = [start, *start.parents]
    home = Path.home() if os.environ.get("HOME") or os.name == "nt" else None
    for folder in candidates:
        if folder != home and any((folder / mark).exists() for mark in ROOT_MARKS):
            return folder
    for folder in candidates:
        if folder.name != "supabase" and _holds_project(folder / "supabase"):
            return folder
    return start


def _holds_project(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("config.toml", "functions", "migrations"))


def work_tree(root: Path) -> Tree:
    """The files of the folder `root`: with git, those that are tracked or not ignored (and ignored `.env*`)."""
    states = git.states(root)
    known: dict[str, PathState] | None = None
    if states is not None:
        known = {path: state for raw, state in states.items() if (path := _safe(raw)) is not None}
    listed, notes = _walk(root, known)
    return _tree(root, Listing(listed, git=known is not None), tuple(notes), None)


def commit_tree(root: Path, revision: str) -> Tree:
    """The files of the commit `revision`, below `root`, without a checkout.

    Raises:
        git.GitError: there is no such commit, or no git.
    """
    listed: dict[str, ListedPath] = {}
    objects: dict[str, str] = {}
    notes: list[Unparsed] = []
    for item in git.entries(root, revision):
        path = _safe(item.path)
        if path is None:
            notes.append(_note(item.path.encode("utf-8", "replace").decode(), "its name is not UTF-8"))
            continue
        listed[path] = ListedPath(path, item.size, "tracked", link=item.link, binary=_is_binary_name(path))
        objects[path] = item.object
    return _tree(root, Listing(dict(sorted(listed.items())), git=True), tuple(notes), objects)


def before(head: Tree, revision: str) -> Tree:
    """The tree of a commit, for comparison with the work tree `head`.

    What git ignores there is in both: no branch changes it.

    Raises:
        git.GitError: there is no such commit, or no git.
    """
    tree = commit_tree(head.root, revision)
    here = tree.listing.paths
    ignored = {path: listed for path, listed in head.listing.paths.items() if listed.state == "ignored"}
    listing = Listing(dict(sorted({**ignored, **here}.items())), git=True)
    return _tree(head.root, listing, tree.notes, tree.objects)


def _tree(root: Path, listing: Listing, notes: tuple[Unparsed, ...], objects: dict[str, str] | None) -> Tree:
    here = [path for path, listed in listing.paths.items() if not listed.link and not _is_skipped_path(path)]
    return Tree(root, listing, supabase_projects(here, root.name), notes, objects)


def _walk(root: Path, states: dict[str, PathState] | None) -> tuple[dict[str, ListedPath], list[Unparsed]]:
    """Every file below `root`, by path. With git, only folders that hold a path that it does not ignore are entered."""
    folders = None if states is None else _folders(states)
    found: dict[str, ListedPath] = {}
    notes: list[Unparsed] = []
    pending = [""]
    while pending:
        folder = pending.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            with os.scandir(root / folder) as entries:
                here = list(entries)
        except OSError as error:
            notes.append(_note(folder or ".", error.strerror or "not readable"))
            continue
        for entry in here:
            name = _safe(entry.name)
            if name is None:
                notes.append(_note(prefix + ascii(entry.name)[1:-1], "its name is not UTF-8"))
                continue
            path = prefix + name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if _enters(prefix, name, path, folders, root):
                        pending.append(path)
                    continue
                status = entry.stat(follow_symlinks=False)
                regular = entry.is_file(follow_symlinks=False)
            except OSError as error:
                notes.append(_note(path, error.strerror or "not readable"))
                continue
            state: PathState | None = None if states is None else states.get(path, "ignored")
            link = entry.is_symlink()
            if regular or link:
                found[path] = ListedPath(path, status.st_size, state, link=link, binary=_is_binary_name(name))
    return dict(sorted(found.items())), notes


def _enters(prefix: str, name: str, path: str, folders: set[str] | None, root: Path) -> bool:
    if name in _ALWAYS_SKIPPED or _WORK_TREES.search(f"{path}/"):
        return False
    if folders is not None:
        return path in folders
    if name in _BUILD_FOLDERS and _CODE_FOLDERS.isdisjoint(prefix.split("/")):
        return False
    return not (root / path / ".git").exists()  # a repository of its own


def _folders(states: dict[str, PathState]) -> set[str]:
    """Every folder that has a path of `states` below it."""
    folders: set[str] = set()
    for path in states:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _is_read(path: str, listed: ListedPath) -> bool:
    if listed.link or listed.binary:
        return False
    name = path.rpartition("/")[2]
    if listed.state == "ignored" and not is_env_file(name):
        return False
    return name not in _LOCK_FILES and not _GENERATED.search(name) and not _is_skipped_path(path)


def _is_skipped_path(path: str) -> bool:
    parts = path.split("/")[:-1]
    if not _ALWAYS_SKIPPED.isdisjoint(parts) or _WORK_TREES.search(path):
        return True
    for part in parts:
        if part in _CODE_FOLDERS:
            return False
        if part in _BUILD_FOLDERS:
            return True
    return False


def _is_binary_name(name: str) -> bool:
    return name.rpartition(".")[2].lower() in _BINARY_SUFFIXES


def _is_minified(path: str, text: str) -> bool:
    if len(text) < _MINIFIED_SIZE or not path.endswith((".js", ".mjs", ".cjs", ".css", ".html")):
        return False
    return len(text) > _MINIFIED_LINE * (text.count("\n") + 1)


def _limit(path: str) -> int:
    folder, _, name = path.rpartition("/")
    return LARGEST_MIGRATION if folder.endswith("migrations") and MIGRATION_NAME.match(name) else LARGEST


def _safe(raw: str) -> str | None:
    """The path if it is UTF-8, with `/` as its separator."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return None
    return raw.replace(os.sep, "/") if os.sep != "/" else raw


def _note(path: str, why: str) -> Unparsed:
    return Unparsed(Span(path, 1, 1, 1, 1), why)
