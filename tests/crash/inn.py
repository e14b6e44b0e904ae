"""The Inn: an invented centre with rules too long for one message, and a question for a photo."""

from pathlib import Path

from tests.runner.lodge import make_home

RULE = "Rule {n} of the inn: who comes home after midnight takes off their shoes and is quiet."
FLOW = """\
flow: inn
title: Stay at the inn
menu: 1

steps:
  - step: rules
    text: |-
{rules}

  - step: keep
    ask: choice
    label: Rules
    text: "Question 1: will you keep them?"
    options:
      - {{option: "yes", text: "I will"}}
      - {{option: "no", text: "I will not", go: end}}

  - step: paper
    ask: upload
    most: 1
    label: Photo
    text: "Question 2: may we see a photo of you?"

  - step: thanks
    text: "Thanks 1: what a friendly face."

  - step: wish
    ask: text
    longest: 200
    label: Wish
    text: "Question 3: what else do you wish for?"

  - step: bye
    text: "Thanks 2: your bed is made."
"""


def make_inn(folder: Path, rules: int) -> Path:
    """Its home, with so many rules."""
    home = make_home(folder)
    (home / "flows" / "lodge.yaml").unlink()
    lines = "\n".join(f"      {RULE.format(n=n)}" for n in range(1, rules + 1))
    (home / "flows" / "inn.yaml").write_text(FLOW.format(rules=lines))
    return home
