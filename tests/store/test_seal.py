import pytest

from bot.store.seal import KEY_ID, Sealer, Unsealable

OLD, NEW = "17" * 16, "5a" * 16


def test_what_is_sealed_opens_again() -> None:
    sealer = Sealer([NEW])

    sealed = sealer.seal("Ana Núñez".encode(), "inbox:1")

    assert sealer.open(sealed, "inbox:1") == "Ana Núñez".encode()
    assert b"Ana" not in sealed


def test_the_same_words_are_never_sealed_alike() -> None:
    sealer = Sealer([NEW])

    assert sealer.seal(b"yes", "inbox:1") != sealer.seal(b"yes", "inbox:1")


def test_after_a_rotation_old_values_open_and_new_ones_have_the_new_key() -> None:
    old = Sealer([OLD]).seal(b"yes", "inbox:1")
    rotated = Sealer([NEW, OLD])

    new = rotated.seal(b"no", "inbox:2")

    assert rotated.open(old, "inbox:1") == b"yes"
    assert old[:KEY_ID] != new[:KEY_ID]
    assert Sealer([NEW]).open(new, "inbox:2") == b"no"


def test_a_missing_key_is_said_to_be_missing() -> None:
    sealed = Sealer([OLD]).seal(b"yes", "inbox:1")

    with pytest.raises(Unsealable, match="the key of inbox:1 is not among those configured"):
        Sealer([NEW]).open(sealed, "inbox:1")


@pytest.mark.parametrize("place", [0, 4, 20, -1])
def test_a_changed_value_does_not_open(place: int) -> None:
    sealer = Sealer([NEW])
    sealed = bytearray(sealer.seal(b"yes", "inbox:1"))

    sealed[place] ^= 1

    with pytest.raises(Unsealable):
        sealer.open(bytes(sealed), "inbox:1")


@pytest.mark.parametrize("length", [0, 3, 10, 20])
def test_a_value_that_is_cut_off_does_not_open(length: int) -> None:
    sealer = Sealer([NEW])

    with pytest.raises(Unsealable):
        sealer.open(sealer.seal(b"yes", "inbox:1")[:length], "inbox:1")


def test_a_value_that_was_moved_does_not_open() -> None:
    sealer = Sealer([NEW])

    with pytest.raises(Unsealable, match="inbox:2 was changed or moved"):
        sealer.open(sealer.seal(b"yes", "inbox:1"), "inbox:2")


def test_nothing_is_sealed_without_a_secret() -> None:
    with pytest.raises(ValueError, match="no secret"):
        Sealer([])
