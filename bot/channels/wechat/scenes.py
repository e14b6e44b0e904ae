"""QR codes that open a flow: the scene each carries, and how one is ordered."""

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import Struct

FLOW = "flow."
LONGEST_DAYS = 30
"""Days a QR code may last that does not last for ever; of those an account has 100,000."""
PICTURE = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
DAY = 86_400


class Ticket(Struct, frozen=True):
    """What is given for an order."""

    ticket: str


def scene_of(flow: str) -> str:
    """What the QR code of a flow carries."""
    return FLOW + flow


def flow_of(scene: str) -> str:
    """The flow that a scene opens; empty when it opens none."""
    return scene.removeprefix(FLOW) if scene.startswith(FLOW) else ""


def order(flow: str, days: int) -> Mapping[str, object]:
    """What is asked for to get a QR code; 0 days is one that lasts for ever."""
    info = {"scene": {"scene_str": scene_of(flow)}}
    if not days:
        return {"action_name": "QR_LIMIT_STR_SCENE", "action_info": info}
    if not 0 < days <= LONGEST_DAYS:
        raise ValueError(f"a QR code lasts from 1 to {LONGEST_DAYS} days, or for ever (0)")
    # left out, the platform takes it for a minute
    return {"action_name": "QR_STR_SCENE", "action_info": info, "expire_seconds": days * DAY}


def picture_url(ticket: str) -> str:
    """Where the picture of a QR code is."""
    return PICTURE + quote(ticket, safe="")
