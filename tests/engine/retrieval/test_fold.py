"""What people type is folded alike, however it is written."""

import pytest

from bot.engine.retrieval.fold import LONGEST, fold


@pytest.mark.parametrize(
    ("language", "text", "folded"),
    [
        ("en", "Ｈｅｌｌｏ，  WORLD!", "hello world"),
        ("en", "What's my visa\u2019s status?", "whats my visas status"),
        ("en", "snake_case <b>bold</b>", "snake case b bold b"),
        ("fr", "L'été à Genève, c'est où ?", "l ete a geneve c est ou"),
        ("de", "Straße, Größe, ÄÖÜ", "strasse grosse aou"),
        ("es", "¿Cómo? El niño", "como el nino"),
        ("ru", "Ещё ёлка и йод", "еще елка и йод"),
        ("ar", "إقامةٌ مؤقّتة ـــ أين؟", "اقامه موقته اين"),
        ("zh_Hans", "我想申請「居住證」！", "我想申请 居住证"),
        ("zh_Hant", "辦理ＶＩＳＡ需要什麼", "办理 visa 需要什么"),
        ("ja", "ﾋﾞｻﾞ更新、サーバー", "びざ更新 さば"),
        ("ko", "비자  연장?", "비자 연장"),
        ("en", "🙂 👍", ""),
        ("en", "", ""),
    ],
)
def test_spellings_of_one_text_fold_alike(language: str, text: str, folded: str) -> None:
    assert fold(language, text) == folded


def test_korean_is_the_same_composed_and_taken_apart() -> None:
    assert fold("ko", "\u1107\u1175\u110c\u1161") == fold("ko", "비자")


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(fold("en", "a" * 10_000)) == LONGEST


def test_halves_of_letters_are_left_out() -> None:
    assert fold("en", "vi\ud800sa") == "visa"
