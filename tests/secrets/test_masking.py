"""No text that is shown holds a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.examples import expand
from analyzer.secrets.find import find_secrets
from analyzer.secrets.masking import mask, mask_env

KEYS = [
    "sk_live_[[alnum:24]]",
    "sk_test_[[alnum:99]]",
    "sb_secret_[[alnum:31]]",
    "sbp_[[hex:40]]",
    "whsec_[[alnum:32]]",
    "ptla_[[alnum:43]]",
    "[[jwt:service_role]]",
    "postgres://postgres:[[alnum:16]]@db.abcdefghijklmnopqrst.supabase.co:5432/postgres",
    "AKIA" + "Q3EGRFNMTW5VZ2XL",
    "SG.[[alnum:22]].[[alnum:43]]",
    'apiKey: "[[alnum:40]]"',
    "-----BEGIN PRIVATE KEY-----\n[[alnum:64]]\n[[alnum:64]]\n-----END PRIVATE KEY-----",
]
PIECES = [
    *(expand(key) for key in KEYS),
    *(expand(key)[:-9] for key in KEYS),
    *(
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9.",
        "sk_live_",
        "-----BEGIN",
        "://",
        "@",
        "=",
        '"',
        "'",
        "`",
        ": ",
        ":AA",
        "\n",
        "\r\n",
    ),
    *("\x00", "\ufeff", "💳", "API_KEY", "role x password '", "Bearer ", "http_", "create_secret('"),
]

texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=14).map("".join)


@given(texts)
def test_secrets_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for secret in find_secrets(text):
        assert end <= secret.start <= secret.hidden < secret.end <= len(text)
        end = secret.end


@given(texts)
def test_masking_keeps_every_character_in_its_place(text: str) -> None:
    for masked in (mask(text), mask_env(text)):
        assert len(masked) == len(text)
        assert all(new in (old, "*") for old, new in zip(text, masked, strict=True))


@given(texts)
def test_nothing_is_left_of_a_secret_once_it_is_masked(text: str) -> None:
    masked = mask(text)
    for secret in find_secrets(text):
        if secret.status == "secret":
            assert set(masked[secret.hidden : secret.end]) <= set("* \t\r\n\"'`")


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_found_wherever_it_stands(key: str) -> None:
    for frame in ('const key = "{}";', "KEY={}", "- key: {} # the key", "| `{}` |", "<!-- {} -->", "\\n{}\\n", "{}"):
        if key.startswith("apiKey") and frame.startswith(("const", "\\n")):
            continue  # the name must be its own word
        text = frame.replace("{}", expand(key))
        assert [secret.kind for secret in find_secrets(text) if secret.status == "secret"], frame


def test_values_of_an_environment_file_are_hidden_by_their_names() -> None:
    text = "ADMIN_PASSWORD=hunter2\nexport SMTP_PASSWORD='correct horse'\nSITE_URL=https://acme.io\n"
    assert mask_env(text) == "ADMIN_PASSWORD=*******\nexport SMTP_PASSWORD='******* *****'\nSITE_URL=https://acme.io\n"


def test_public_keys_and_samples_stay_readable() -> None:
    text = expand("[[jwt:anon]] sb_publishable_[[alnum:31]] pk_live_[[alnum:24]] sk_live_xxxxxxxxxxxxxxxxxxxxxxxx")
    assert mask(text) == text
