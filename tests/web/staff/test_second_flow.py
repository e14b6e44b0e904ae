"""A flow that stands in YAML alone is decided, exported and counted like any other."""

import json
from pathlib import Path

from tests.runner.lodge import make_home
from tests.web.papers import photo
from tests.web.server import Server, spoken, visiting
from tests.web.staff.clerks import clerk
from tests.web.story import REFERENCE


async def test_a_flow_of_another_centre_needs_no_python(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with Server(tmp_path, HOME=str(home)) as lodge:
        async with visiting(lodge) as guest, clerk(lodge, "manager") as one:
            await guest.arrives(flow="lodge")
            for words in ("2", "Bo"):
                await guest.says(words)
            await guest.sends(photo("paper"))
            found = REFERENCE.search("\n".join(spoken(await guest.says("1"))))
            assert found
            at = f"/staff/cases/{found[0]}"

            listed = await one.gets("/staff/cases?flow=lodge")
            page = await one.gets(at)
            exported = await one.gets("/staff/cases?flow=lodge&format=json")
            form = {name: page.field(name) for name in ("csrf", "revision")}
            await one.posts(f"{at}/approve", None, **form, sure="yes")
            funnel = await one.gets("/staff?flow=lodge")
            drawn = await one.gets("/staff/content/flows/lodge/picture")
            lodge.tick()

            assert "Take a room" in listed.words
            for shown in ("Stay All winter", "Name Bo", "Identity paper One file"):
                assert shown in page.words
            assert json.loads(exported.text)[0]["stay"] == "long"
            assert "How far people come: Take a room" in funnel.words
            assert "Began 1 100 %" in funnel.words
            assert drawn.text.startswith("<svg")
            assert any("You may choose a room." in one for one in spoken(await guest.looks()))
