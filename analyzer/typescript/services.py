"""The calls of Auth, Storage and Edge Functions that a module makes through Supabase clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import Await, Call, Cast, Expression, Member
from analyzer.typescript.clients import key_class
from analyzer.typescript.program import Program
from analyzer.typescript.promises import Run, use_of
from analyzer.typescript.responses import header_names
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Client, KeyClass, ObjectValue, Outcome, Site, Value, options, text_of


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call, such as of `auth` the method `admin.createUser`, of `storage` `upload`, of `functions` `invoke`.

    Of Storage the first argument is the bucket. `reads` tells which of `data`, `error` ... of the result is read; `*`
    where the whole result goes elsewhere.
    """

    site: Site
    area: Literal["auth", "storage", "functions", "realtime"]
    method: str
    arguments: tuple[Value, ...]
    client: Client
    key: KeyClass
    run: Run
    reads: frozenset[str]
    function: int

    @property
    def target(self) -> str | None:
        """The name of the bucket or of the edge function, where it is one certain text."""
        return text_of(self.arguments[0]) if self.arguments and self.area in ("storage", "functions") else None

    @property
    def body(self) -> Value | None:
        """What `functions.invoke` sends."""
        settings = self._settings
        return settings.entries.get("body") if settings is not None else None

    @property
    def headers(self) -> dict[str, Value]:
        """The headers that `functions.invoke` adds, by their names in lower case."""
        settings = self._settings
        return header_names(settings.entries.get("headers"))[0] if settings is not None else {}

    @property
    def _settings(self) -> ObjectValue | None:
        if self.area != "functions" or len(self.arguments) < 2:
            return None
        return next((one for one in options(self.arguments[1]) if isinstance(one, ObjectValue)), None)


# The parts of a client that have methods of their own, and those methods, for what is kept in a variable.
# https://supabase.com/docs/reference/javascript
_PARTS = frozenset({"auth", "admin", "mfa", "storage", "functions", "realtime", "channel", "from"})
_METHODS = frozenset(
    """signUp signIn signInWithPassword signInWithOtp signInWithOAuth signInWithIdToken signInWithSSO signInAnonymously
    signInWithWeb3 signOut getUser getSession getClaims refreshSession setSession exchangeCodeForSession
    onAuthStateChange updateUser resetPasswordForEmail verifyOtp resend reauthenticate linkIdentity unlinkIdentity
    getUserIdentities session user setAuth createUser deleteUser listUsers getUserById updateUserById
    inviteUserByEmail generateLink enroll challenge verify unenroll listFactors challengeAndVerify
    getAuthenticatorAssuranceLevel deleteFactor upload update download remove list move copy createSignedUrl
    createSignedUrls createSignedUploadUrl uploadToSignedUrl getPublicUrl info exists createBucket getBucket
    listBuckets updateBucket deleteBucket emptyBucket invoke on subscribe unsubscribe send track untrack presenceState
    httpSend initialize startAutoRefresh stopAutoRefresh""".split()
)


def service_calls(program: Program, path: str) -> tuple[ServiceCall, ...]:
    """The calls of a module, in the order of the text."""
    key = "services", path
    found = program.answers.get(key)
    if found is None:
        found = program.answers[key] = tuple(_service_calls(program, path))
    return found  # type: ignore[return-value]


def _service_calls(program: Program, path: str) -> Iterator[ServiceCall]:
    from analyzer.typescript.evaluate import value

    for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
        if not isinstance(call, Call) or not isinstance(call.callee, Member) or not _may_be_service(call.callee):
            continue
        made = value(program, path, call)
        for one in options(made):
            if isinstance(one, Outcome) and one.at is not None and one.at.node is call and not one.path:
                yield _service_call(program, path, call, one)
                break


def _may_be_service(callee: Member) -> bool:
    """Whether a method's name, or a part on the way to it, is one of a client: most calls are seen to be none."""
    if callee.name in _METHODS:
        return True
    node: Expression = callee.object
    while True:
        if isinstance(node, Member):
            if node.name in _PARTS:
                return True
            node = node.object
        elif isinstance(node, Call):
            node = node.callee
        elif isinstance(node, Cast | Await):
            node = node.value
        else:
            return False


def _service_call(program: Program, path: str, call: Call, made: Outcome) -> ServiceCall:
    arguments = tuple(resolved(program, one) for one in made.arguments)
    client = resolved(program, made.client)
    known = client if isinstance(client, Client) else made.client
    run, reads = use_of(program, path, call)
    return ServiceCall(
        Site(path, call),
        made.area,
        made.method,
        arguments,
        known,
        key_class(known),
        run,
        frozenset(reads),
        program.function_of(path, call),
    )
