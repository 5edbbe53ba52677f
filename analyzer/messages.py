"""Messages that code has others send: mail and text messages, by package or by request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from analyzer.facts.typescript import Call
from analyzer.typescript.calls import dotted
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.responses import fetches
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Concatenation, Environment, Known, ObjectValue, Site, Value, options

# Who delivers, by host.
_SENDERS = re.compile(
    r"(?:^|\.)(?:resend\.com|sendgrid\.com|brevo\.com|sendinblue\.com|postmarkapp\.com|mailgun\.net|mailersend\.com"
    r"|mailjet\.com|elasticemail\.com|smtp2go\.com|sparkpost\.com|mandrillapp\.com|loops\.so|plunk\.com|twilio\.com)$"
)
# What packages call it, behind the name of a client: `resend.emails.send`, `transporter.sendMail`.
_SENDS = re.compile(
    r"(?:^|\.)(?:emails\.send|sendMail|sendEmail|sendTransacEmail|messages\.create)$|(?:mail|smtp|resend)\w*\.send$",
    re.IGNORECASE,
)
_TO = frozenset("to recipients recipient toemail personalizations bcc cc".split())
_CONTENT = frozenset(
    """html text subject react htmlcontent textcontent htmlbody textbody body content message title
    dynamic_template_data""".split()
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message, at the call that sends it: whom it goes to, and what it says, as far as both are seen."""

    site: Site
    function: int
    to: tuple[Value, ...]
    content: tuple[Value, ...]


def messages(program: Program, path: str) -> Iterator[Message]:
    """The messages that a module sends: first those by request, then those by package."""
    for request in fetches(program, path):
        host = host_of(request.url)
        if host is not None and _SENDERS.search(host) and request.body is not None:
            yield from _of(program, request.site, request.function, request.body)
    index = program.index(path)
    for call in index.calls:
        if isinstance(call, Call) and call.arguments and _SENDS.search(dotted(call.callee)):
            given = value(program, path, call.arguments[0])
            yield from _of(program, Site(path, call), index.function_of(call), given)


def _of(program: Program, site: Site, function: int, given: Value) -> Iterator[Message]:
    for one in options(resolved(program, given)):
        if isinstance(one, ObjectValue):
            to = tuple(each for name, each in one.entries.items() if name.lower() in _TO)
            content = tuple(each for name, each in one.entries.items() if name.lower() in _CONTENT)
            if to and content:
                yield Message(site, function, to, content)


def host_of(url: Value) -> str | None:
    """The host of an address, or the setting that holds it; Stripe's by name."""
    for option in options(url):
        first = option.parts[0] if isinstance(option, Concatenation) and option.parts else option
        for one in options(first):
            if isinstance(one, Environment) and one.name and not one.name.startswith("SUPABASE_"):
                return one.name
            if isinstance(one, Known) and isinstance(one.value, str) and one.value.startswith("http"):
                try:
                    host = urlsplit(one.value).hostname
                except ValueError:
                    continue
                return "Stripe" if host == "api.stripe.com" else host
    return None
