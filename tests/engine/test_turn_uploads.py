"""Files that come once the conversation has gone on without them."""

from datetime import timedelta

from bot.engine.model import File, Uploaded
from tests.engine.player import Player
from tests.engine.tea import ana, at

FILE = File("late", "jpeg")


def later(player: Player, files: tuple[File, ...] = (), refused: tuple[str, ...] = ()) -> Uploaded:
    """What was sent now and comes an hour later."""
    sent = player.now
    player.now += timedelta(hours=1)
    return Uploaded(files, refused, sent)


def test_a_late_file_counts_while_it_is_asked_for() -> None:
    player = at("photo")
    late = later(player, (FILE,))
    player.says("help")

    player.does(late)

    assert player.heard() == ("system.file_received", "tea.photo")


def test_a_late_file_changes_nothing_once_its_question_is_answered() -> None:
    player = at("photo")
    late = later(player, (FILE,))
    player.says("1")
    before = player.conversation

    assert player.does(late) == ()
    assert player.conversation == before


def test_a_late_file_is_no_answer_to_a_later_question_for_files() -> None:
    player = at("notice")
    late = later(player, (FILE,))
    player.says("I agree")
    assert player.step == "photo"

    assert player.does(late) == ()


def test_a_late_file_nobody_asks_for_is_not_spoken_of() -> None:
    for player in (ana(), at("milk")):
        assert player.does(later(player, (FILE,))) == ()


def test_that_a_file_has_not_come_is_told_with_the_question() -> None:
    player = at("photo")

    player.does(later(player, refused=("lost",)))

    assert player.heard() == ("system.file_lost", "tea.photo")


def test_that_a_file_has_not_come_is_not_told_once_another_has_counted() -> None:
    player = at("photo")
    late = later(player, refused=("lost",))
    player.sends("again", "and another")
    assert player.step != "photo"

    assert player.does(late) == ()


def test_that_a_file_nobody_asked_for_has_not_come_still_has_an_answer() -> None:
    player = ana()

    player.does(later(player, refused=("lost",)))

    assert player.heard() == ("system.no_files_here", "system.menu_question")
