import asyncio
import io
import re

import msgspec
import pytest
from PIL import Image, ImageStat

from bot.services.intake import PDF
from bot.store.documents import documents_of
from tests.web.papers import scan
from tests.web.server import Server, Visitor
from tests.web.staff.clerks import Clerk, Page, at_browser, clerk
from tests.web.staff.filed import REFERENCE, file_document, plain, quarters
from tests.web.story import submits

NO_ONES = "0" * 32
LOOKED = "looked"


async def looks(one: Clerk, path: str) -> Image.Image:
    """The picture at an address."""
    async with one.session.get(f"/staff/documents/{path}") as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "image/jpeg"
        return Image.open(io.BytesIO(await answer.read()))


async def gets(one: Clerk, path: str) -> Page:
    """What somebody gets who is not shown a picture."""
    return await one.gets(f"/staff/documents/{path}")


def details(one: Clerk, action: str = LOOKED) -> list[tuple[str, dict[str, object]]]:
    """What the audit log says of the clerk's looks, the oldest first."""
    entries = reversed(one.entries(action))
    return [(entry.about, msgspec.json.decode(entry.details or "{}")) for entry in entries]


async def test_a_paper_that_somebody_handed_in_is_shown(server: Server, ana: Visitor) -> None:
    await ana.arrives(flow="apartment")
    reference = await submits(ana)
    (kept,) = server.app.database.look(lambda tx: documents_of(tx, reference))

    async with clerk(server, "reviewer") as one:
        picture = await looks(one, f"{kept.id}/1")

        assert picture.size == (300, 200)
        assert details(one) == [(f"case {reference}", {"document": kept.id, "page": 1})]


async def test_the_page_of_one_document_shows_all_its_pages(server: Server) -> None:
    document = file_document(server.app, scan(), plain("red"), plain("blue"), kind=PDF)

    async with clerk(server, "reviewer") as one:
        page = await gets(one, document)

        assert page.status == 200
        assert f"Document of {REFERENCE}" in page.words
        for n in (1, 2):
            assert f'href="/staff/documents/{document}/{n}"' in page.text
            assert f"Document, page {n} of 2" in page.text
        assert details(one) == [(f"case {REFERENCE}", {"document": document})]


async def test_without_javascript_the_page_shows_each_picture(server: Server) -> None:
    document = file_document(server.app, scan(), plain(), plain(), kind=PDF)

    async with clerk(server, "reviewer") as one:
        page = await gets(one, document)

        bare = re.search(r"<noscript>(.*)</noscript>", page.text, re.DOTALL)
        assert bare is not None
        pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', bare[1])
        assert pictures == [
            (f"/staff/documents/{document}/{n}", f"Document, page {n} of 2") for n in (1, 2)
        ]


async def test_of_a_pdf_its_page_pictures_are_shown_and_never_itself(server: Server) -> None:
    document = file_document(server.app, scan(), plain("red"), plain("blue"), kind=PDF)

    async with clerk(server, "reviewer") as one:
        first, second = [await looks(one, f"{document}/{n}") for n in (1, 2)]

        assert ImageStat.Stat(first).median == pytest.approx([254, 0, 0], abs=3)
        assert ImageStat.Stat(second).median == pytest.approx([0, 0, 254], abs=3)
        assert (await gets(one, f"{document}/0")).status == 404
        assert (await gets(one, f"{document}/3")).status == 404


async def test_a_picture_is_made_no_longer_than_is_looked_at(server: Server) -> None:
    document = file_document(server.app, quarters((2400, 1800)))

    async with clerk(server, "reviewer") as one:
        picture, small = [await looks(one, f"{document}/1{size}") for size in ("", "?size=small")]

        assert (picture.size, small.size) == ((2000, 1500), (240, 180))
        assert (await gets(one, f"{document}/1?size=huge")).status == 400


@pytest.mark.parametrize("ground", ["black", "gray", "white"])
async def test_a_mark_shows_on_any_ground_and_covers_little_of_it(
    server: Server, ground: str
) -> None:
    document = file_document(server.app, plain(ground, (1600, 1200)))

    async with clerk(server, "reviewer") as one:
        grey = (await looks(one, f"{document}/1")).convert("L")

        bare = int(ImageStat.Stat(grey).median[0])
        marked = grey.point([255 * (abs(value - bare) > 30) for value in range(256)])
        assert 0.01 < ImageStat.Stat(marked).mean[0] / 255 < 0.15
        for left in range(0, 1600, 800):  # wherever somebody cuts a piece out
            for top in range(0, 1200, 400):
                assert marked.crop((left, top, left + 800, top + 400)).getbbox() is not None


async def test_another_clerk_sees_another_mark(server: Server) -> None:
    document = file_document(server.app, plain())

    async with clerk(server, "reviewer") as one, clerk(server, "manager") as other:
        seen = [(await looks(each, f"{document}/1")).tobytes() for each in (one, other)]

        assert seen[0] != seen[1]


async def test_nothing_of_the_kept_file_goes_on_but_its_pixels(server: Server) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where she lives"
    kept = plain(exif=exif, comment=b"what she said", icc_profile=b"her camera")
    document = file_document(server.app, kept + b"behind the end")

    async with clerk(server, "reviewer") as one:
        async with one.session.get(f"/staff/documents/{document}/1") as answer:
            content = await answer.read()

        assert Image.open(io.BytesIO(content)).info.keys() == {
            *("jfif", "jfif_version", "jfif_unit", "jfif_density")
        }
        for words in (b"where she", b"what she", b"her camera", b"behind"):
            assert words in kept + b"behind the end"
            assert words not in content


async def test_no_browser_keeps_a_picture_and_no_other_site_shows_it(server: Server) -> None:
    document = file_document(server.app, plain())

    async with clerk(server, "reviewer") as one:
        page = await gets_headers(one, f"{document}/1")

        assert page["Cache-Control"] == "no-store, private"
        assert page["Cross-Origin-Resource-Policy"] == "same-origin"
        assert page["Content-Disposition"] == 'inline; filename="page.jpg"'
        assert page["X-Content-Type-Options"] == "nosniff"
        assert not {"ETag", "Last-Modified", "Expires"} & page.keys()


async def gets_headers(one: Clerk, path: str) -> dict[str, str]:
    """The headers of an answer."""
    async with one.session.get(f"/staff/documents/{path}") as answer:
        return dict(answer.headers)


@pytest.mark.parametrize(
    "path",
    [
        f"{NO_ONES}/1",
        NO_ONES,
        "..%2F..%2Fdata%2Fbot.db/1",
        f"{NO_ONES.upper()}x/1",
        "%E2%80%AE/1",
        "{}/0",
        "{}/2",
        "{}/-1",
        "{}/٣",
        "{}/1e3",
        "{}/99999999999999999999",
        "{}/..%2F1",
    ],
)
async def test_an_id_or_page_that_was_guessed_is_not_found_and_logged(
    server: Server, path: str
) -> None:
    document = file_document(server.app, plain())

    async with clerk(server, "reviewer") as one:
        page = await gets(one, path.format(document))

        assert page.status == 404
        assert "There is no such page." in page.words
        (entry,) = one.entries("not_found")
        assert entry.about.startswith("/staff/documents/{id}")
        assert entry.details == ""
        assert details(one) == []


async def test_a_document_of_no_case_is_not_there(server: Server) -> None:
    document = file_document(server.app, plain(), reference="")

    async with clerk(server, "admin") as one:
        assert (await gets(one, document)).status == 404
        assert (await gets(one, f"{document}/1")).status == 404
        assert [entry.action for entry in one.entries()][:2] == ["not_found", "not_found"]
        assert details(one) == []


async def test_who_may_not_see_cases_sees_no_document(server: Server) -> None:
    document = file_document(server.app, plain())

    async with clerk(server, "editor") as one, at_browser(server, "nobody") as nobody:
        assert (await gets(one, f"{document}/1")).status == 403
        assert (await gets(one, document)).status == 403
        assert len(one.entries("refused")) == 2
        assert (await gets(nobody, f"{document}/1?size=small")).place == "/staff/sign-in"


async def test_each_look_is_logged(server: Server) -> None:
    document = file_document(server.app, plain())

    async with clerk(server, "reviewer") as one:
        for _ in range(2):
            await looks(one, f"{document}/1")

        assert details(one) == [(f"case {REFERENCE}", {"document": document, "page": 1})] * 2


async def test_small_pictures_of_a_page_are_one_look(server: Server) -> None:
    documents = [file_document(server.app, plain(), reference="A-SMALL11") for _ in range(3)]

    async with clerk(server, "reviewer") as one, clerk(server, "manager") as other:
        await asyncio.gather(*(looks(one, f"{each}/1?size=small") for each in documents))
        await looks(other, f"{documents[0]}/1?size=small")

        ((about, said),) = details(one)
        assert (about, said["size"]) == ("case A-SMALL11", "small")
        assert len(details(other)) == 1  # of whom the first clerk's look says nothing


async def test_small_pictures_belong_to_the_page_they_stand_on(server: Server) -> None:
    document = file_document(server.app, plain(), reference="A-SMALL22")
    strange = file_document(server.app, plain(), reference="A-SMALL33")

    async with clerk(server, "reviewer") as one:
        await gets(one, document)
        for each in (document, strange):
            await looks(one, f"{each}/1?size=small")

        assert [about for about, _ in details(one)] == ["case A-SMALL22", "case A-SMALL33"]
