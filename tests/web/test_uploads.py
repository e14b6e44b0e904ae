import pytest

from tests.web.papers import FILM, HEIC, bomb, photo, scan
from tests.web.server import Visitor, fresh_id, mine, spoken
from tests.web.story import LATER, to_papers

RECEIVED = "One file received. Send more, or say that is all."


@pytest.fixture
async def asked(ana: Visitor) -> Visitor:
    """Ana, who is asked for up to two photos of her passport."""
    await ana.arrives(flow="apartment")
    await to_papers(ana)
    return ana


async def test_photos_and_scans_are_taken_and_shown_as_ones_own(asked: Visitor) -> None:
    heard = await asked.sends(photo(), scan())

    assert mine(heard)[0]["files"] == ["image", "pdf"]
    assert spoken(heard)[0].startswith("Please send your degree certificate")


async def test_a_single_photo_leaves_room_for_the_other_side(asked: Visitor) -> None:
    heard = await asked.sends(photo())

    assert spoken(heard)[0] == RECEIVED


async def test_the_same_photo_twice_in_one_upload_counts_once(asked: Visitor) -> None:
    heard = await asked.sends(photo("twice"), photo("twice"))

    assert spoken(heard)[0] == RECEIVED


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (b"", "The file is empty."),
        (HEIC, "Your telephone saved the photo as HEIC."),
        (FILM, "I can read photos"),
        (b"MZ" + bytes(500), "I can read photos"),
        (b"\xff\xd8\xff" + bytes(500), "The file cannot be opened."),
        (bomb(), "The picture is too large."),
        (scan(11), "The PDF has too many pages."),
        (photo() + bytes(11 * 1024 * 1024), "The file is too large."),
    ],
    ids=["empty", "heic", "film", "program", "broken", "bomb", "pages", "large"],
)
async def test_what_cannot_be_taken_is_explained_and_asked_again(
    asked: Visitor, content: bytes, begins: str
) -> None:
    heard = await asked.sends(content)

    assert mine(heard)[0]["files"] == ["unknown"]
    assert spoken(heard)[0].startswith(begins)
    assert spoken(heard)[-1].startswith("Please send a photo or scan of your passport")


async def test_what_can_be_taken_among_others_is_kept(asked: Visitor) -> None:
    heard = await asked.sends(photo(), b"")

    assert spoken(heard)[:2] == ["The file is empty. Please send it again.", RECEIVED]


async def test_eleven_files_are_told_to_be_too_many(asked: Visitor) -> None:
    heard = await asked.sends(*(photo(str(number)) for number in range(11)))

    assert "Please send no more than 2 files here." in spoken(heard)
    assert len(mine(heard)[0]["files"]) == 11


async def test_a_form_without_files_asks_for_one(asked: Visitor) -> None:
    url = f"/chat/upload?id={fresh_id()}&after={asked.cursor}"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    async with asked.session.post(url, data=b"--b--\r\n", headers=headers) as response:
        heard = (await response.json())["entries"]

    assert spoken(heard)[0] == "Please send a photo or a PDF."


async def test_files_where_none_is_asked_for_are_not_lost_for_words(ana: Visitor) -> None:
    await ana.arrives()

    heard = await ana.sends(photo())

    assert spoken(heard)[0] == "No file is needed at the moment."


async def test_files_in_place_of_a_choice_ask_for_the_choice(ana: Visitor) -> None:
    await ana.arrives(flow="apartment")

    heard = await ana.sends(photo())

    assert spoken(heard)[-1].startswith("What is the highest degree")


async def test_a_flood_of_files_is_held_back(asked: Visitor) -> None:
    await asked.sends(photo("1"), photo("2"))
    await asked.sends(*(photo(f"certificate {n}") for n in range(4)))
    await asked.sends(*(photo(f"authentication {n}") for n in range(4)))

    heard = await asked.sends(photo("one more"))

    assert spoken(heard)[0].startswith("These are many files in a short time.")
    assert spoken(await asked.says(LATER)) == ["Are you married?"]
