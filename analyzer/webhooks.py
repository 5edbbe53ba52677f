"""The functions that a provider calls: what shows it in their code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import Call, Constant, Member, Node
from analyzer.project import EdgeFunction, Project
from analyzer.typescript.calls import package_call
from analyzer.typescript.evaluate import value
from analyzer.typescript.reach import reached

# Headers in which providers send the signature of a webhook, each documented by the provider.
SIGNATURE_HEADERS = frozenset(
    {
        "stripe-signature",
        "svix-signature",
        "webhook-signature",
        "x-hub-signature",
        "x-hub-signature-256",
        "x-paystack-signature",
        "verif-hash",
        "paddle-signature",
        "x-razorpay-signature",
        "x-shopify-hmac-sha256",
        "x-line-signature",
        "x-twilio-signature",
        "x-slack-signature",
        "x-signature-ed25519",
        "x-telegram-bot-api-secret-token",
        "x-cc-webhook-signature",
        "x-square-hmacsha256-signature",
        "paypal-transmission-sig",
        "x-gitlab-token",
        "typeform-signature",
        "x-zm-signature",
        "x-twilio-email-event-webhook-signature",
        "x-elevenlabs-signature",
        "elevenlabs-signature",
        "calendly-webhook-signature",
        "x-cal-signature-256",
        "linear-signature",
        "intuit-signature",
        "x-xero-signature",
        "x-nowpayments-sig",
    }
)
_STRIPE = re.compile(
    r"(?:^|\.)(?:webhooks|signature)\.(?:constructEvent|constructEventAsync|verifyHeader|verifyHeaderAsync)$"
)
_VERIFIERS = {
    "svix": ("verify",),
    "standardwebhooks": ("verify",),
    "@octokit/webhooks": ("verify", "verifyAndReceive"),
    "@octokit/webhooks-methods": ("verify",),
}
_METHODS = frozenset(
    {"constructEvent", "constructEventAsync", "verifyHeader", "verifyHeaderAsync", "verify", "verifyAndReceive"}
)


@dataclass(frozen=True, slots=True)
class ProviderCheck:
    """A place that shows that another service calls the function: it verifies, or reads, a provider's signature."""

    path: str
    node: Node
    how: str  # the header, or the method that verifies

    @property
    def is_header(self) -> bool:
        """Whether the signature is only read here."""
        return self.how in SIGNATURE_HEADERS


@lru_cache(maxsize=256)
def provider_checks(project: Project, slug: str) -> tuple[ProviderCheck, ...]:
    """What of a provider's signature the function looks at when it runs: calls that verify it first."""
    found = _provider_checks(project, project.functions[slug])
    return tuple(sorted(found, key=lambda one: one.is_header))


def _provider_checks(project: Project, function: EdgeFunction) -> Iterator[ProviderCheck]:
    if function.entry is None:
        return
    for module in function.modules:
        index = project.program.index(module.path)
        for call in sorted(index.calls, key=lambda one: one.start):
            how = _how(project, module.path, call)
            if how is not None and (module.path, index.function_of(call)) in reached(project.program, function.entry):
                node = call if how in SIGNATURE_HEADERS or not isinstance(call, Call) else call.callee
                yield ProviderCheck(module.path, node, how)


def _how(project: Project, path: str, call: Node) -> str | None:
    if not isinstance(call, Call) or not isinstance(call.callee, Member):
        return None
    name = call.callee.name
    if name in ("get", "header"):
        first = call.arguments[0] if call.arguments else None
        if isinstance(first, Constant) and isinstance(first.value, str) and first.value.lower() in SIGNATURE_HEADERS:
            return first.value.lower()
        return None
    if name not in _METHODS:
        return None
    package, called = package_call(value(project.program, path, call.callee)) or ("", "")
    if (package == "stripe" and _STRIPE.search(called)) or name in _VERIFIERS.get(package, ()):
        return name
    return None
