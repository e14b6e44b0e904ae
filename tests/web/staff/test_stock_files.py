import io
import re

import pytest
from aiohttp import FormData

from bot.store.inventory import Kind
from tests.web.papers import HEIC, photo, scan
from tests.web.server import Server
from tests.web.staff.clerks import clerk
from tests.web.staff.stockroom import (
    FLAT,
    HEADER,
    STOCK,
    TYPE,
    checks,
    item,
    saves,
    uploads,
    values,
)

# photos


async def test_a_photo_is_written_anew_under_our_own_name_and_shown_in_the_chat(
    desk: Server,
) -> None:
    async with clerk(desk, "editor") as one:
        page = await uploads(one, TYPE, f"{TYPE}/photo", photo("x"), "../../secret.key")
        facts = values(desk, Kind.UNIT_TYPE, "loft_35")["facts"]
        assert isinstance(facts, dict)
        async with one.session.get(f"/chat/photos/{facts['photo']}") as shown:
            assert (await shown.read()).startswith(b"\xff\xd8\xff")

    assert "Done." in page.words
    assert re.fullmatch(r"[0-9a-f]{24}\.jpg", facts["photo"])
    assert (shown.status, shown.content_type) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "max-age=3600"
    assert desk.app.photos.has(facts["photo"])


@pytest.mark.parametrize(
    "content", [b"", b"no picture", HEIC, scan()], ids=["nothing", "words", "heic", "pdf"]
)
async def test_what_is_no_picture_changes_nothing(content: bytes, desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await uploads(one, TYPE, f"{TYPE}/photo", content)

    assert "no JPEG or PNG picture" in page.words
    found = item(desk, Kind.UNIT_TYPE, "loft_35")
    assert found is not None
    assert found.revision == 1


@pytest.mark.parametrize("name", ["..%2f..%2fdata%2fsecret.key", "%2fetc%2fpasswd", "none.jpg"])
async def test_no_path_leads_out_of_the_photos(name: str, desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await one.gets(f"/chat/photos/{name}")

    assert page.status == 404


async def test_a_file_with_a_forged_token_is_refused(desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        page = await uploads(one, TYPE, f"{TYPE}/photo", photo(), csrf="A" * 43)

    assert page.status == 403
    assert one.entries("refused")


async def test_a_form_of_too_many_parts_is_not_read(desk: Server) -> None:
    form = FormData()
    for _ in range(11):
        form.add_field("file", io.BytesIO(b"x"), filename="a.csv")
    async with (
        clerk(desk, "editor") as one,
        one.session.post(f"{STOCK}/import", data=form) as answer,
    ):
        assert answer.status == 400


# import


async def test_an_import_is_shown_first_and_done_as_shown(desk: Server) -> None:
    rows = (
        "plane_tree_0201,loft_35,0201,2,2026-12-05,5400,no\n"
        "plane_tree_0999,loft_35,0999,9,2027-03-01,5400,yes\n"
    )
    async with clerk(desk, "editor") as one:
        shown = await checks(one, HEADER + rows)
        before = item(desk, Kind.FLAT, "plane_tree_0999")
        done = await one.posts(
            f"{STOCK}/import/apply", csrf=shown.field("csrf"), proposal=shown.field("proposal")
        )
        again = await one.posts(
            f"{STOCK}/import/apply", csrf=shown.field("csrf"), proposal=shown.field("proposal")
        )

        imported = [entry.details for entry in one.entries("stock_imported")]

    assert "Added: 1. Changed: 1. Withheld: 1. Left as they are: 0." in shown.words
    assert "Rent a month: ¥5,200 → ¥5,400" in shown.words
    assert before is None
    assert done.place == f"{STOCK}?said=done"
    assert values(desk, Kind.FLAT, "plane_tree_0201")["offered"] is False
    assert values(desk, Kind.UNIT_TYPE, "loft_35")["rent_fen"] == 540_000
    assert imported == ['{"added":1,"changed":2}']
    assert "The stock is like this already." in again.words


async def test_what_changed_meanwhile_is_shown_again(desk: Server) -> None:
    row = "plane_tree_0201,loft_35,0201,7,2026-12-05,,yes\n"
    async with clerk(desk, "editor") as one, clerk(desk, "manager") as other:
        shown = await checks(one, HEADER + row)
        await saves(other, FLAT, {"floor": "3"})
        late = await one.posts(
            f"{STOCK}/import/apply", csrf=shown.field("csrf"), proposal=shown.field("proposal")
        )
        kept = values(desk, Kind.FLAT, "plane_tree_0201")["floor"]
        await one.posts(
            f"{STOCK}/import/apply", csrf=late.field("csrf"), proposal=late.field("proposal")
        )

    assert "The stock was changed meanwhile. Nothing was done" in late.words
    assert "Floor: 3 → 7" in late.words
    assert kept == 3
    assert values(desk, Kind.FLAT, "plane_tree_0201")["floor"] == 7


async def test_the_proposal_of_somebody_else_is_none(desk: Server) -> None:
    row = "plane_tree_0201,loft_35,0201,7,2026-12-05,,yes\n"
    async with clerk(desk, "editor") as one, clerk(desk, "manager") as other:
        shown = await checks(one, HEADER + row)
        at = f"{STOCK}/import"
        stolen = await other.sends(f"{at}/apply", at, proposal=shown.field("proposal"))
        forged = await other.sends(f"{at}/apply", at, proposal="AAAA")

    assert (stolen.status, forged.status) == (400, 400)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("雅座".encode("gbk"), "not written in UTF-8"),
        (b"x" * 3_000_000, "larger than 1 MB"),
        (b"", "is empty"),
        (b"PK\x03\x04\0\xff", "neither CSV nor YAML"),
        (b"a;b;c\n1;2;3\n", "Line 1: there is no column 'flat'"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    content: bytes, sentence: str, desk: Server
) -> None:
    async with clerk(desk, "editor") as one:
        page = await checks(one, content)

    assert page.status == 422
    assert sentence in page.words
    assert 'name="proposal"' not in page.text


@pytest.mark.parametrize("kind", ["csv", "yaml"])
async def test_an_export_imports_back_unchanged(kind: str, desk: Server) -> None:
    async with clerk(desk, "editor") as one:
        exported = await one.gets(f"{STOCK}/stock.{kind}")
        page = await checks(one, exported.text)

    assert "The stock is like this already." in page.words
