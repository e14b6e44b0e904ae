"""A centre made for the measurement: one flow with the ten questions, in one language."""

import shutil
from pathlib import Path

from bench.questions import FLOW, QUESTIONS, STEPS, ended

ROOT = Path(__file__).resolve().parents[1]

CENTRE = """\
centre:
  name: {en: The Painters}
  short_name: {en: Painters}
  telephone: "+44 20 7946 0000"
  hours: {en: Always open}
  privacy_contact: privacy@painters.example
time_zone: Europe/London
currency: GBP
languages:
  en: {name: English, direction: ltr}
review: {working_days: 3}
holds: {hours: 2}
waiting_list: {offer_hours: 1}
retention: {draft_days: 7, closed_case_days: 30, messages_days: 30}
channels:
  web: {sensitive: ask}
  terminal: {sensitive: ask}
  telegram: {sensitive: ask}
  wechat: {sensitive: ask}
uploads: {files_per_step: 5, per_ten_minutes: 10, per_day: 60}
"""
CALENDAR = ROOT / "tests" / "toy" / "content" / "calendar.yaml"


def make_home(folder: Path) -> Path:
    """Write the centre's files into a folder."""
    home = folder / "home"
    (home / "content").mkdir(parents=True)
    (home / "flows").mkdir()
    (home / "locales").mkdir()
    (home / "content" / "centre.yaml").write_text(CENTRE)
    shutil.copy(CALENDAR, home / "content" / "calendar.yaml")
    shutil.copy(ROOT / "flows" / "system.yaml", home / "flows" / "system.yaml")
    (home / "flows" / f"{FLOW}.yaml").write_text("\n".join(_flow()))
    return home


def _flow() -> list[str]:
    lines = [f"flow: {FLOW}", "title: Have rooms painted", "menu: 1", "steps:"]
    for number in range(1, STEPS + 1):
        lines += _step(number)
    closing = ended({one.step: f"{{{one.step}}}" for one in QUESTIONS})
    return [*lines, "  - step: closing", f'    text: "{closing}"', ""]


def _step(number: int) -> list[str]:
    """A step in the language of flows; numbers of options are put there by the channels."""
    question = QUESTIONS[number - 1]
    lines = [
        f"  - step: {question.step}",
        f"    ask: {question.kind}",
        f'    text: "Question {number}: {question.text}"',
    ]
    if question.kind == "number":
        lines += ["    at_least: 1", "    at_most: 9"]
    if question.options:
        lines.append("    options:")
        lines += [
            f'      - {{option: o{n}, text: "{option}"}}'
            for n, option in enumerate(question.options, start=1)
        ]
    return lines
