"""What connecting a platform needs: a look at all that may be set up wrongly, and QR codes."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.app import opened
from bot.channels.channel import Platform
from bot.channels.wechat.errors import ApiError
from bot.commands.examining import examine
from bot.settings import Settings

NO_PLATFORM = (
    "No platform is connected: docs/connect-telegram.md and docs/connect-wechat.md say how."
)


@runtime_checkable
class Invites(Platform, Protocol):
    """A platform that makes QR codes which open a flow."""

    async def qr_url(self, flow: str, days: int) -> str:
        """Where the picture of one is that lasts so many days; 0 is for ever."""


def doctor(settings: Settings, typed: argparse.Namespace) -> int:
    """Look at everything that may be set up wrongly, and say what to do about it."""
    return asyncio.run(_doctor(settings))


async def _doctor(settings: Settings) -> int:
    wrong = 0
    async for one in examine(settings):
        wrong += not one.is_well
        print(f"✓ {one.what}" if one.is_well else f"✗ {one.what}: {one.advice}", flush=True)
    if settings.telegram is None and settings.wechat is None:
        print(NO_PLATFORM)
    return 1 if wrong else 0


def qr(settings: Settings, typed: argparse.Namespace) -> int:
    """Make a QR code that opens a flow, and print where its picture is."""
    with opened(settings) as app:
        if typed.flow not in app.content.catalogue.flows:
            return _failed(f"there is no flow {typed.flow!r}")
        inviting = [one for one in app.platforms if isinstance(one, Invites)]
        if not inviting:
            return _failed("nothing is connected that makes QR codes: see docs/connect-wechat.md")
        return asyncio.run(_qr(inviting, typed.flow, typed.days))


async def _qr(inviting: Sequence[Invites], flow: str, days: int) -> int:
    try:
        for platform in inviting:
            async with platform.opened():
                print(await platform.qr_url(flow, days))
    except ApiError as error:
        return _failed(error.meaning.advice or str(error))
    except ValueError as error:
        return _failed(str(error))
    return 0


def _failed(why: str) -> int:
    print(why, file=sys.stderr)
    return 1
