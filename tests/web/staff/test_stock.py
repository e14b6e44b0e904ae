import json

import pytest

from bot.services.stock import FEN
from bot.store.inventory import Kind
from tests.web.server import Server
from tests.web.staff.clerks import clerk
from tests.web.staff.stockroom import FLAT, STOCK, TYPE, item, saves, uploads, values


async def test_the_list_shows_filters_sorts_and_exports_the_flats(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await one.gets(STOCK)
        some = await one.gets(f"{STOCK}?building=plane_tree_house&search=0201")
        free = await one.gets(f"{STOCK}?state=held")
        export = await one.gets(f"{STOCK}?format=json&sort=rent_fen&down=1")

    assert "Plane Tree House (sample) Loft, 35 m² 2 ¥5,200 2026-12-05 free" in page.words
    assert "1 in all" in some.words
    assert "Nothing here." in free.words
    rows = json.loads(export.text)
    assert [row["rent_fen"] for row in rows] == sorted(
        (row["rent_fen"] for row in rows), reverse=True
    )


async def test_who_may_not_edit_sees_no_form_and_posts_none(desk: Server) -> None:
    async with clerk(desk, "reviewer") as one:
        page = await one.gets(FLAT)
        posted = await one.sends(FLAT, FLAT, revision="1", number="1")
        new = await one.gets(f"{STOCK}/new/building")
        sent = await uploads(one, FLAT, f"{STOCK}/import", b"x")

    assert (page.status, posted.status, new.status, sent.status) == (200, 403, 403, 403)
    assert "Save" not in page.words
    assert {entry.action for entry in one.entries()} >= {"refused"}


@pytest.mark.parametrize(
    "path", ["flat/none", "flat/..%2f..%2fsecret", "house/x", "unit_type/'--", "holds/9/x"]
)
async def test_a_guessed_id_is_not_there(path: str, desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await one.gets(f"{STOCK}/{path}")

    assert page.status == 404


# one thing


async def test_a_flat_is_changed_and_the_log_has_the_old_value(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await saves(one, FLAT, {"floor": "3"})

        assert "Done." in page.words
        assert values(desk, Kind.FLAT, "plane_tree_0201")["floor"] == 3
        assert one.entries("change_flat")[0].details == '{"changes":{"floor":[2,3]}}'


async def test_a_flat_is_withheld_and_stays_so_when_it_is_edited(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        unsure = await one.sends(f"{FLAT}/offer", FLAT, offered="no", revision="1")
        before = values(desk, Kind.FLAT, "plane_tree_0201")["offered"]
        done = await one.sends(f"{FLAT}/offer", FLAT, offered="no", revision="1", sure="yes")
        late = await one.sends(f"{FLAT}/offer", FLAT, offered="yes", revision="1", sure="yes")
        await saves(one, FLAT, {"floor": "3"})
        page = await one.gets(STOCK)

        withheld = one.entries("change_flat")[-1].details

    assert ("not_ticked" in unsure.place, before) == (True, True)
    assert ("done" in done.place, "changed" in late.place) == (True, True)
    assert withheld == '{"changes":{"offered":[true,false]}}'
    kept = values(desk, Kind.FLAT, "plane_tree_0201")
    assert (kept["floor"], kept["offered"]) == (3, False)
    assert "2026-12-05 withheld" in page.words


async def test_of_two_forms_of_one_revision_the_second_changes_nothing(desk: Server) -> None:
    async with clerk(desk, "editor") as one, clerk(desk, "manager") as other:
        early = await other.gets(FLAT)
        await saves(one, FLAT, {"floor": "3"})
        late = await saves(other, FLAT, {"floor": "4"}, early)

    assert "Somebody else changed this meanwhile." in late.words
    assert values(desk, Kind.FLAT, "plane_tree_0201")["floor"] == 3


async def test_rent_is_kept_in_fen_and_what_is_wrong_is_said_beside_what_was_typed(
    desk: Server,
) -> None:
    async with clerk(desk, "editor") as one:
        await saves(one, TYPE, {"rent_yuan": "5300"})
        wrong = await saves(one, TYPE, {"rent_yuan": "5300.5", "name.zh_Hans": ""})

    assert values(desk, Kind.UNIT_TYPE, "loft_35")["rent_fen"] == 5300 * FEN
    assert wrong.status == 422
    assert "'rent_yuan' must be a whole number" in wrong.words
    assert "there are no words in zh_Hans" in wrong.words
    assert 'value="5300.5"' in wrong.text


async def test_a_building_shows_its_rule_and_keeps_its_subsidy(desk: Server) -> None:
    at = f"{STOCK}/building/plane_tree_house"
    async with clerk(desk, "editor") as one:
        before = values(desk, Kind.BUILDING, "plane_tree_house")["facts"]
        await saves(one, at, {"deposit.rule": "yuan", "deposit.amount": "3000"})
        await saves(one, at, {"operator.en": "<script>alert(1)</script>"})
        page = await one.gets(at)

    after = values(desk, Kind.BUILDING, "plane_tree_house")["facts"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["deposit"] == {"yuan": 3000}
    assert (after["subsidy"], after["payee"]) == (before["subsidy"], before["payee"])
    assert "<script>alert" not in page.text


async def test_a_new_flat_is_added_once_and_deleted_when_ticked(desk: Server) -> None:
    at, made = f"{STOCK}/new/flat?in=loft_35", f"{STOCK}/flat/plane_tree_0999"
    form = {
        "in": "loft_35",
        "id": "plane_tree_0999",
        "number": "0999",
        "floor": "9",
        "available_from": "2027-03-01",
        "offered": "yes",
    }
    async with clerk(desk, "editor") as one:
        added = await one.sends(f"{STOCK}/new/flat", at, **form)
        again = await one.sends(f"{STOCK}/new/flat", at, **form)
        bad = await one.sends(f"{STOCK}/new/flat", at, **{**form, "id": "../x"})
        elsewhere = await one.sends(f"{STOCK}/new/flat", at, **{**form, "in": "none"})
        unsure = await one.sends(f"{made}/delete", made, revision="1")
        late = await one.sends(f"{made}/delete", made, revision="7", sure="1")
        gone = await one.sends(f"{made}/delete", made, revision="1", sure="1")

    assert added.place == f"{made}?said=done"
    assert "exists already" in again.words
    assert (bad.status, elsewhere.status) == (422, 404)
    assert ("not_ticked" in unsure.place, "changed" in late.place) == (True, True)
    assert gone.place == f"{STOCK}?said=done"
    assert item(desk, Kind.FLAT, "plane_tree_0999") is None


async def test_the_pages_speak_chinese(desk: Server) -> None:
    async with clerk(desk, "editor", language="zh_Hans") as one:
        page = await one.gets(FLAT)

    assert "悬铃" in page.words or "梧桐" in page.words
