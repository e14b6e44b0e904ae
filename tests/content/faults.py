"""Spoils a copy of the Teahouse in one place and says which problem must be found there."""

from dataclasses import dataclass
from pathlib import Path

TEA = "flows/tea.yaml"
CLUB = "flows/club.yaml"
SYSTEM = "flows/system.yaml"
CENTRE = "content/centre.yaml"
CALENDAR = "content/calendar.yaml"
POLICY = "content/policy/discount.yaml"
LEAVES = "content/lists/leaves.yaml"
STOCK = "content/stock/rooms.yaml"
CHINESE = "locales/zh_Hans/LC_MESSAGES/bot.po"


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of `old` to `new` in a file, and the problem on the line that holds `at`.

    `also` changes a second file along with it; `where` is the file of the problem, if another.
    """

    name: str
    path: str
    old: str
    new: str
    at: str
    message: str
    also: tuple[str, str, str] = ("", "", "")
    where: str = ""

    def __str__(self) -> str:
        return self.name.replace(" ", "_")

    def plant(self, home: Path) -> str:
        """Spoil the copy; the problem that must be reported."""
        _change(home / self.path, self.old, self.new)
        if self.also[0]:
            _change(home / self.also[0], *self.also[1:])
        where = self.where or self.path
        lines = (home / where).read_text("utf-8").splitlines()
        line = next(number for number, text in enumerate(lines, 1) if self.at in text)
        return f"{where}:{line}: {self.message}"


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), "utf-8")
