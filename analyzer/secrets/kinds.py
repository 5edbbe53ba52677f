"""The kinds of keys that are told by their form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

KindName = Literal[
    "supabase-secret-key",
    "supabase-service-role",
    "supabase-access-token",
    "supabase-publishable-key",
    "supabase-anon",
    "stripe-live-key",
    "stripe-test-key",
    "stripe-publishable-key",
    "webhook-signing-secret",
    "pterodactyl-key",
    "postgres-url",
    "service-url",
    "private-key",
    "vendor-key",
    "assigned",  # a random value that is given to the name of a secret
    "password",  # a password that is given to a name that ends in `password`
    "credential",  # told by what SQL does with it
]

Status = Literal[
    "secret",  # opens something to whoever reads it
    "public",  # made to be read by everybody: `sb_publishable_...`, `pk_...`, the anon key
    "local",  # opens only a stack on one's own machine, the same for everybody
    "sample",  # stands for a key
]


@dataclass(frozen=True, slots=True)
class Form:
    """How a key of one kind looks: what is before the pattern's group tells the kind and may be shown."""

    kind: KindName
    label: str  # `a Stripe secret key`, as the object of a sentence
    expression: str
    public: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when a text first holds the anchor: most are never needed."""
        return re.compile(self.expression)


def _form(kind: KindName, label: str, pattern: str, *, public: bool = False) -> Form:
    return Form(kind, label, pattern, public)


_END = r"(?![A-Za-z0-9_-])"

# Literal text that a key begins with -> its form: found by `str.find`, which is faster than any pattern.
# Sizes are those of keys in the wild where the maker does not document them.
ANCHORED: tuple[tuple[str, Form], ...] = (
    # 22 characters of base64url, `_`, 8 of a checksum. https://supabase.com/docs/guides/api/api-keys
    (
        "sb_secret_",
        _form("supabase-secret-key", "a Supabase secret key", rf"sb_secret_([A-Za-z0-9_-]{{20,64}}){_END}"),
    ),
    (
        "sb_publishable_",
        _form(
            "supabase-publishable-key",
            "a Supabase publishable key",
            rf"sb_publishable_([A-Za-z0-9_-]{{20,64}}){_END}",
            public=True,
        ),
    ),
    # https://docs.stripe.com/webhooks/signature: 32 characters; Supabase's hooks: base64 of 24 to 64 bytes
    (
        "whsec_",
        _form(
            "webhook-signing-secret",
            "a webhook signing secret",
            r"whsec_([A-Za-z0-9+/]{24,100}={0,2})(?![A-Za-z0-9_+/-])",
        ),
    ),
    (
        "-----BEGIN",
        _form(
            "private-key",
            "a private key",
            # A line of base64 must follow, at once or behind `\n` written as two characters.
            r"-----BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\r|\\n|[\"'+,|>#*/])*"
            r"(?:(?:Proc-Type|DEK-Info|Version|Comment):[^\n]*\s+)*"
            r"([A-Za-z0-9+/]{40,4096}(?:(?:\s|\\r|\\n|[\"'+,#*])*[A-Za-z0-9+/=]{4,}){0,200})"
            r"(?:(?:\s|\\r|\\n|[\"'+,#*])*-----END[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?",
        ),
    ),
    (
        "sk-",
        _form(
            "vendor-key",
            "an OpenAI key",
            rf"sk-(?:proj|svcacct|admin)-([A-Za-z0-9_-]{{40,200}}){_END}"
            rf"|sk-([A-Za-z0-9]{{20}}T3BlbkFJ[A-Za-z0-9]{{20}}){_END}",
        ),
    ),
    (
        "sk-ant-",
        _form("vendor-key", "an Anthropic key", rf"sk-ant-[a-z0-9]{{3,10}}-([A-Za-z0-9_-]{{60,120}}){_END}"),
    ),
    ("SG.", _form("vendor-key", "a SendGrid key", rf"SG\.([A-Za-z0-9_-]{{16,24}}\.[A-Za-z0-9_-]{{40,46}}){_END}")),
    (
        "hooks.slack.com/services/",
        _form(
            "vendor-key",
            "a Slack webhook address",
            rf"hooks\.slack\.com/services/(T[A-Z0-9]{{7,12}}/B[A-Z0-9]{{7,12}}/[A-Za-z0-9]{{20,26}}){_END}",
        ),
    ),
    (
        "/api/webhooks/",
        _form(
            "vendor-key",
            "a Discord webhook address",
            rf"/api/(?:v\d+/)?webhooks/(\d{{17,20}}/[A-Za-z0-9_-]{{60,80}}){_END}",
        ),
    ),
    ("EAA", _form("vendor-key", "a Facebook access token", r"EAA([A-Za-z0-9]{90,300})(?![A-Za-z0-9_+/=-])")),
    ("AKIA", _form("vendor-key", "an AWS access key", r"AKIA([A-Z2-7]{16})(?![A-Za-z0-9_+/=-])")),
    (":AA", _form("vendor-key", "a Telegram bot token", rf":(AA[A-Za-z0-9_-]{{33}}){_END}")),
)

# Keys whose body holds 16 letters and digits in a row, behind `_` or `-`, or at the beginning of a value: one pattern
# finds where to look, at 170 MB a second.
CANDIDATE = re.compile(r"""[_="'`-][A-Za-z0-9+/]{16}""")
UNQUOTED = re.compile(r": [A-Za-z0-9+/]{16}")  # a value of YAML, or in running text
VENDORS: tuple[Form, ...] = (
    # https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/utils/access_token.go
    _form("supabase-access-token", "a Supabase access token", rf"sbp_(?:v0_|oauth_)?([a-f0-9]{{40}}){_END}"),
    # https://github.com/pterodactyl/panel/blob/1.0-develop/app/Models/ApiKey.php: 11 + 32 characters
    _form("pterodactyl-key", "a Pterodactyl application key", rf"ptla_([A-Za-z0-9]{{30,60}}){_END}"),
    _form("pterodactyl-key", "a Pterodactyl client key", rf"ptlc_([A-Za-z0-9]{{30,60}}){_END}"),
    _form("vendor-key", "a live Paystack key", rf"sk_live_([a-f0-9]{{40}}){_END}"),
    # Clerk's keys begin like Stripe's, whose own have 24 or 99 characters behind the prefix.
    _form("stripe-live-key", "a live key of Stripe or Clerk", rf"sk_live_(?!51)([A-Za-z0-9]{{38,60}}){_END}"),
    _form("stripe-live-key", "a live Stripe secret key", rf"sk_live_([A-Za-z0-9]{{16,250}}){_END}"),
    _form("stripe-live-key", "a live Stripe restricted key", rf"rk_live_([A-Za-z0-9]{{16,250}}){_END}"),
    _form("stripe-test-key", "a Stripe test key", rf"[sr]k_test_([A-Za-z0-9]{{16,250}}){_END}"),
    _form(
        "stripe-publishable-key",
        "a Stripe publishable key",
        rf"pk_(?:live|test)_([A-Za-z0-9]{{16,250}}){_END}",
        public=True,
    ),
    _form("vendor-key", "a GitHub token", rf"gh[pousr]_([A-Za-z0-9]{{36,80}}){_END}"),
    _form("vendor-key", "a GitHub token", rf"github_pat_([A-Za-z0-9]{{22}}_[A-Za-z0-9]{{59}}){_END}"),
    _form("vendor-key", "a GitLab token", rf"glpat-([A-Za-z0-9_-]{{20,64}}){_END}"),
    _form("vendor-key", "an npm token", rf"npm_([A-Za-z0-9]{{36}}){_END}"),
    _form("vendor-key", "a Resend key", rf"re_([A-Za-z0-9]{{6,12}}_[A-Za-z0-9]{{20,30}}){_END}"),
    _form("vendor-key", "a Groq key", rf"gsk_([A-Za-z0-9]{{52}}){_END}"),
    _form("vendor-key", "a Hugging Face token", rf"hf_([A-Za-z]{{34}}){_END}"),
    _form("vendor-key", "a Replicate token", rf"r8_([A-Za-z0-9]{{37}}){_END}"),
    _form("vendor-key", "an OpenRouter key", rf"sk-or-v1-([a-f0-9]{{64}}){_END}"),
    _form("vendor-key", "an xAI key", rf"xai-([A-Za-z0-9]{{70,90}}){_END}"),
    _form("vendor-key", "a Perplexity key", rf"pplx-([A-Za-z0-9]{{40,56}}){_END}"),
    _form("vendor-key", "a Tavily key", rf"tvly-(?:dev-|prod-)?([A-Za-z0-9]{{30,40}}){_END}"),
    _form("vendor-key", "an ElevenLabs key", rf"sk_([a-f0-9]{{48}}){_END}"),
    _form("vendor-key", "a Mailgun key", rf"key-([a-f0-9]{{32}}){_END}"),
    _form("vendor-key", "a Brevo key", rf"xkeysib-([a-f0-9]{{64}}-[A-Za-z0-9]{{16}}){_END}"),
    _form("vendor-key", "a Shopify token", rf"shp(?:at|ca|pa|ss)_([a-fA-F0-9]{{32}}){_END}"),
    _form("vendor-key", "a Slack token", rf"xox[abpors]-((?:\d{{8,14}}-){{1,3}}[A-Za-z0-9]{{16,40}}){_END}"),
    _form("vendor-key", "a Google OAuth client secret", rf"GOCSPX-([A-Za-z0-9_-]{{28}}){_END}"),
    _form(
        "vendor-key",
        "a Paddle key",
        rf"pdl_live_apikey_([A-Za-z0-9]{{20,30}}_[A-Za-z0-9]{{16,30}}_[A-Za-z0-9]{{3}}){_END}",
    ),
    _form("vendor-key", "a DigitalOcean token", rf"do[opr]_v1_([a-f0-9]{{64}}){_END}"),
    _form("vendor-key", "a Linear key", rf"lin_api_([A-Za-z0-9]{{32,48}}){_END}"),
    _form("vendor-key", "a Notion token", rf"ntn_([A-Za-z0-9]{{40,50}}){_END}"),
    _form("vendor-key", "a PostHog personal key", rf"phx_([A-Za-z0-9]{{40,52}}){_END}"),
    _form("vendor-key", "a Sentry token", r"sntry[su]_([A-Za-z0-9+/=_-]{60,260})(?![A-Za-z0-9])"),
    _form(
        "vendor-key",
        "a Mercado Pago access token",
        rf"APP_USR-(\d{{10,20}}-\d{{6}}-[a-f0-9]{{32}}-\d{{5,12}}){_END}",
    ),
)
