from xml.etree import ElementTree

from bot.web.staff.charts import LONGEST, Bar, Part, bars

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(*rows: Bar, whole: int = 0) -> ElementTree.Element:
    marked = str(bars("Kettles", rows, whole))
    return ElementTree.fromstring(marked.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))


def _widths(drawn: ElementTree.Element, style: str) -> list[str]:
    return [
        rect.get("width", "") for rect in drawn.iter(f"{SVG}rect") if rect.get("class") == style
    ]


def test_bars_are_parts_of_the_longest_and_their_pieces_follow_each_other() -> None:
    long = Bar("long", (Part(60, "kept"), Part(20, "lost")), "80")
    short = Bar("short", (Part(40, "kept"),), "40")

    drawn = _drawn(long, short)

    assert _widths(drawn, "kept") == ["75.00%", "50.00%"]
    lost = next(one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "lost")
    assert (lost.get("x"), lost.get("width")) == ("75.00%", "25.00%")


def test_a_whole_makes_bars_shorter_and_no_bar_ever_longer_than_its_place() -> None:
    assert _widths(_drawn(Bar("one", (Part(1, "kept"),), "1"), whole=4), "kept") == ["25.00%"]
    assert _widths(_drawn(Bar("one", (Part(9, "kept"),), "9"), whole=4), "kept") == ["100.00%"]


def test_a_chart_says_its_numbers_to_those_who_do_not_see_it() -> None:
    drawn = _drawn(Bar("green", (Part(3, "kept"),), "3 · 75 %"), Bar("black", (), "0"))

    assert drawn.get("role") == "img"
    assert drawn.findtext(f"{SVG}title") == "Kettles"
    assert drawn.findtext(f"{SVG}desc") == "green: 3 · 75 %; black: 0"


def test_a_chart_of_nothing_is_a_chart() -> None:
    assert _widths(_drawn(), "kept") == []
    assert _widths(_drawn(Bar("none", (Part(0, "kept"),), "0")), "kept") == []


def test_words_on_a_chart_are_no_markup_and_long_ones_are_cut() -> None:
    script = "<script>alert(1)</script>"
    drawn = _drawn(Bar(script, (Part(1, "kept", script),), script), Bar("x" * 99, (), ""))

    assert list(drawn.iter(f"{SVG}script")) == []
    labels = [text.text or "" for text in drawn.iter(f"{SVG}text")]
    assert labels[0] == script
    assert len(labels[2]) == LONGEST
