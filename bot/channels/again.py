"""Makes an attempt again, after growing pauses, until it is done."""

from collections.abc import Awaitable, Callable


class NotYet(Exception):
    """An attempt came to nothing, and another may not; `wait` seconds if the platform said so."""

    def __init__(self, problem: str, wait: float = 0.0) -> None:
        super().__init__(problem)
        self.wait = wait


async def until_done(
    attempt: Callable[[], Awaitable[None]],
    sleep: Callable[[float], Awaitable[None]],
    first: float,
    longest: float,
) -> None:
    """Attempt until no `NotYet` is raised: `first` seconds apart, then twice as long each time."""
    pause = first
    while True:
        try:
            return await attempt()
        except NotYet as failed:
            await sleep(max(pause, failed.wait))
        pause = min(2 * pause, longest)
