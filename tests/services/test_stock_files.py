from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from bot.app import App
from bot.services.became import Became
from bot.services.stock_files import Read, Unread, read_file, write_csv, write_yaml
from bot.services.stock_items import fields_of
from bot.services.stock_proposal import open_proposal, propose, seal_proposal
from bot.store.inventory import Item, Kind, read_items
from bot.store.seal import Sealer
from tests.services.inventories import (
    HEADER,
    ODD,
    applies,
    flat,
    lines,
    proposal_of,
    rules_of,
    stock_of,
)


@pytest.mark.parametrize("write", [write_csv, write_yaml])
def test_what_is_exported_imports_back_unchanged(
    app: App, write: Callable[[Iterable[Item]], bytes]
) -> None:
    building = stock_of(app)[Kind.BUILDING, "pavilion"]
    kept: Any = building.values["facts"]
    facts = {**kept, "name": {"names": {"en": ODD, "zh_Hans": "无"}}}
    odd = replace(building, values={"facts": facts})
    withheld = flat(3, number="=cmd", floor=-2, offered=False)
    assert applies(app, odd, withheld, flat(4, number="'@x"), flat(5, number="no")) is Became.DONE

    proposal = proposal_of(app, write(app.database.look(read_items)))

    assert (proposal.changes, proposal.problems) == ((), ())
    assert proposal.left >= 5


def test_an_export_fills_an_empty_stock(app: App) -> None:
    before = app.database.look(read_items)
    exported = write_yaml(before)

    read = read_file(exported, {})

    assert isinstance(read, Read)
    assert propose(read.items, read.notes, {}, rules_of(app)).problems == ()
    kinds = list(Kind)
    items = sorted(read.items, key=lambda item: (kinds.index(item.kind), item.id))
    assert [fields_of(item) for item in items] == [fields_of(item) for item in before]


def test_a_cell_that_a_spreadsheet_would_run_is_guarded(app: App) -> None:
    applies(app, flat(3, number="=cmd()"))

    exported = write_csv(app.database.look(read_items)).decode()

    assert ",'=cmd()," in exported
    assert ",=cmd()" not in exported


def test_a_file_shows_all_its_problems_with_their_lines(app: App) -> None:
    rows = (
        b"alcove_1,pavilion,alcove,1,x,2026-12-01,300,yes\n"
        b'alcove_2,pavilion,alcove,"2\nb",2,2026-13-01,301,perhaps\n'
        b"alcove_1,pavilion,alcove,1,1,2026-12-01,,yes\n"
        b"Alcove 9,tower,attic,9,1,2026-12-01,,yes\n"
        b"alcove_7,tower,alcove,7,1,2026-12-01,,yes,and,more\n"
        b"alcove_8,tower,alcove,8,1,2026-12-01,0,yes\n"
    )

    found = lines(proposal_of(app, HEADER + rows))

    assert found == [
        (2, "flat 'alcove_1': 'floor' must be a whole number"),
        (3, "flat 'alcove_2': 'available_from' must be a day such as 2026-12-31"),
        (3, "flat 'alcove_2': 'number' holds a sign that cannot be shown"),
        (3, "flat 'alcove_2': 'offered' must be yes or no"),
        (3, "the rent of unit type 'alcove' is 300 in line 2 and 301 here"),
        (5, "flat 'alcove_1' exists already: line 2"),
        (6, "flat 'Alcove 9': an id has small letters, digits and underscores, a letter first"),
        (6, "flat 'Alcove 9': there is no unit_type 'attic'"),
        (7, "has 10 cells under 8 columns"),
        (8, "'rent_yuan' must be a whole number, 1 or more"),
        (8, "unit type 'alcove' is in building 'pavilion', not 'tower'"),
    ]


def test_a_yaml_file_keeps_to_the_rules_of_the_content_folder(app: App) -> None:
    exported = write_yaml(app.database.look(read_items)).decode()
    broken = (
        exported.replace("https://", "ftp://")
        .replace("alcove.jpg", "../../secret.key")
        .replace('zh_Hans: "凉亭"', 'fr: "Pavillon"')
        .replace("square_metres", "metres")
        .replace("buildings:", "subsidy: {policy: nobodys, amounts: none}\nbuildings:")
    )

    found = lines(proposal_of(app, broken.encode()))

    assert found == [
        (3, "building 'pavilion': 'subsidy' names amounts that no policy table has"),
        (4, "the centre does not speak 'fr'"),
        (4, "there are no words in zh_Hans"),
        (8, "building 'pavilion': 'map' must be an https:// address"),
        (12, "unit_type 'alcove' needs a field 'square_metres'"),
        (12, "unit_type 'alcove': there is no photo '../../secret.key'"),
        (14, "unit_type 'alcove' has no field 'metres'; do you mean 'square_metres'?"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Unread.EMPTY),
        (b"\xef\xbb\xbf \n", Unread.EMPTY),
        ("flat,雅座\n".encode("gbk"), Unread.ENCODING),
        ("flat,雅座\n".encode("utf-16"), Unread.ENCODING),
        (b"PK\x03\x04\x00\xff\xfe", Unread.NOT_TEXT),
        (b"flat\0", Unread.NOT_TEXT),
        (b"x" * (1024 * 1024 + 1), Unread.TOO_LARGE),
        (HEADER + b"a,b,c,1,1,2026-01-01,,\n" * 5001, Unread.TOO_MANY_ROWS),
    ],
)
def test_a_file_that_is_none_of_ours_says_why(content: bytes, why: Unread) -> None:
    assert read_file(content, {}) is why


def test_wrong_columns_are_said_once(app: App) -> None:
    proposal = proposal_of(app, b"flat,flat,unit_typ,number,floor\nalcove_1,,alcove,1,1\n")

    assert lines(proposal) == [
        (1, "the column 'flat' is there twice"),
        (1, "there is a column 'unit_typ' nobody knows; do you mean 'unit_type'?"),
        (1, "there is no column 'available_from'"),
        (1, "there is no column 'unit_type'"),
    ]
    assert proposal.changes == ()


def test_the_mark_of_excel_and_its_line_ends_are_read(app: App) -> None:
    row = b"alcove_9,,alcove,9,9,2027-01-09,,no"
    content = b"\xef\xbb\xbf" + (HEADER + row).replace(b"\n", b"\r\n") + b"\r\n"

    proposal = proposal_of(app, content)

    assert [(one.what, one.new.id) for one in proposal.changes] == [("added", "alcove_9")]


def test_a_proposal_says_what_is_added_changed_withheld_and_left(app: App) -> None:
    rows = (
        b"alcove_1,pavilion,alcove,1,1,2026-12-01,350,no\n"
        b"alcove_2,pavilion,alcove,2,2,2026-12-15,350,yes\n"
        b"alcove_3,pavilion,alcove,3,3,2026-12-15,350,yes\n"
    )

    proposal = proposal_of(app, HEADER + rows)

    said = [(one.what, one.new.id, one.fields()) for one in proposal.changes]
    assert said[0] == ("changed", "alcove", [("rent_fen", 30000, 35000)])
    assert said[1] == ("withheld", "alcove_1", [("offered", True, False)])
    assert said[2][:2] == ("added", "alcove_3")
    assert proposal.left == 1


def test_a_sealed_proposal_opens_only_for_whom_it_was_shown(app: App) -> None:
    proposal = proposal_of(app, HEADER + b"alcove_9,,alcove,9,9,2027-01-09,,no\n")
    sealed = seal_proposal(app.sealer, proposal, "eva")

    assert open_proposal(app.sealer, sealed, "eva") == [proposal.changes[0].new]
    assert open_proposal(app.sealer, sealed, "ben") is None
    assert open_proposal(app.sealer, sealed[:-8] + "AAAAAAA=", "eva") is None
    assert open_proposal(Sealer(["another" * 5]), sealed, "eva") is None
