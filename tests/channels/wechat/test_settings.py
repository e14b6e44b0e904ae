"""Settings that cannot be right, what each kind of account may, and secrets that stay secret."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.wechat.settings import abilities_of
from tests.channels.wechat.platform import KEY, OLD_KEY, SAFE, TOKEN


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"token": ""}, "token is empty"),
        ({"token": "ab"}, "token must be 3 to 32 letters and digits"),
        ({"token": "x" * 33}, "token must be 3 to 32 letters and digits"),
        ({"token": "a-token"}, "token must be 3 to 32 letters and digits"),
        ({"token": "口令口令"}, "token must be 3 to 32 letters and digits"),
        ({"token": "token\n"}, "token must be 3 to 32 letters and digits"),
        ({"app_id": ""}, "app id is missing"),
        ({"aes_key": "short"}, "AES key must be 43"),
        ({"aes_key": "-" * 43}, "AES key must be 43"),
        ({"aes_key": "x" * 44}, "AES key must be 43"),
        ({"aes_key_previous": "short"}, "previous AES key must be 43"),
        ({"aes_key": ""}, "no AES key"),
        ({"account": "other"}, "service, subscription or test"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(SAFE, **wrong)


def test_only_a_service_account_may_all() -> None:
    service, test = abilities_of("service"), abilities_of("test")
    subscription = abilities_of("subscription")

    assert service.customer_service
    assert service.msgmenu
    assert (test.customer_service, test.msgmenu) == (True, False)
    assert (subscription.customer_service, subscription.msgmenu) == (False, False)


def test_secrets_are_not_shown() -> None:
    shown = repr(SAFE)

    assert not any(secret in shown for secret in (TOKEN, KEY, OLD_KEY, "'secret'"))
