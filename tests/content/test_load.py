from datetime import date
from pathlib import Path

from bot.content.centre import UploadLimits
from bot.content.flows import read_flow, version_of
from bot.content.load import Content, read_content, with_editions
from bot.content.stock import MonthsOfRent
from bot.engine.catalogue import ANSWERS
from bot.engine.commands import SPEAK
from bot.engine.flow import Ask, Flow, all_edges
from bot.engine.kinds.choice import Consent
from bot.engine.kinds.day import Span
from bot.engine.kinds.stock import Pick
from bot.engine.match import Sure, choose, search
from bot.engine.model import Text
from bot.engine.policy import Since


def _tea(content: Content) -> Flow:
    return content.catalogue.flows["tea"]


def _labels(content: Content, flow: str, version: str, step: str) -> dict[str, str]:
    return dict(content.catalogue.labels[flow, version, step].pairs)


def test_the_teahouse_is_read_without_a_problem(toy: Path) -> None:
    _, problems = read_content(toy)

    assert problems == ()


def test_every_kind_of_answer_occurs_in_the_teahouse(toy: Path) -> None:
    content, _ = read_content(toy)

    kinds = {type(step.kind).__name__ for step in _tea(content).steps if isinstance(step, Ask)}

    assert kinds == {
        *("Choice", "Choices", "Words", "Number", "Day", "Country", "Phone", "Email", "Name"),
        *("Certificate", "Address", "Lookup", "Upload", "Pick", "Consent", "Review"),
    }


def test_a_step_without_go_leads_to_the_next_and_the_last_one_to_the_end(toy: Path) -> None:
    content, _ = read_content(toy)
    intro, *_, last = _tea(content).steps

    assert [edge.go for _, edge in all_edges(intro)] == ["which_tea"]
    assert [edge.go for _, edge in all_edges(last)] == ["end"]


def test_an_option_without_a_way_has_no_edge_so_that_rules_count(toy: Path) -> None:
    content, _ = read_content(toy)
    step = _tea(content).by_id["which_tea"]

    assert isinstance(step, Ask)
    assert set(step.edges) == {"green", "water"}


def test_labels_are_known_in_every_language(toy: Path) -> None:
    content, _ = read_content(toy)
    version = _tea(content).version

    assert _labels(content, "tea", version, "which_tea") == {
        "green tea": "green",
        "black tea": "black",
        "only hot water": "water",
        "绿茶": "green",
        "红茶": "black",
        "只要热水": "water",
    }


def test_the_names_of_the_languages_are_commands_to_speak_them(toy: Path) -> None:
    content, _ = read_content(toy)

    spoken = {w: c for w, c in content.catalogue.words.items() if c.startswith(SPEAK)}

    assert spoken == {
        "english": f"{SPEAK}en",
        "简体中文": f"{SPEAK}zh_Hans",
        "中文": f"{SPEAK}zh_Hans",
        "chinese": f"{SPEAK}zh_Hans",
    }


def test_answers_are_known_by_their_labels_in_every_language(toy: Path) -> None:
    content, _ = read_content(toy)

    labels = _labels(content, "tea", _tea(content).version, ANSWERS)

    assert labels["cups"] == labels["杯数"] == "cups"
    assert labels.keys().isdisjoint({"intro", "brew"})


def test_the_button_of_a_card_is_a_label_of_its_own(root: Path) -> None:
    content, _ = read_content(root)
    step = content.catalogue.flows["apartment"].by_id["flat"]

    assert isinstance(step, Ask)
    assert isinstance(step.kind, Pick)
    assert step.kind.button == Text("apartment.flat.button", "Take this flat")


def test_an_option_called_yes_is_known_by_every_word_for_yes(toy: Path) -> None:
    content, _ = read_content(toy)

    labels = _labels(content, "tea", _tea(content).version, "milk")

    assert {word for word, option in labels.items() if option == "yes"} >= {"yes", "y", "ok", "是"}


def test_several_answers_and_files_end_with_the_words_for_enough(toy: Path) -> None:
    content, _ = read_content(toy)

    for step in ("extras", "photo"):
        labels = _labels(content, "tea", _tea(content).version, step)
        assert (labels["that is all"], labels["就这些"]) == ("enough", "enough")


def test_the_systems_questions_are_answered_in_every_language(toy: Path) -> None:
    content, _ = read_content(toy)

    assert _labels(content, "system", "", "resume")["重新开始"] == "again"
    assert _labels(content, "system", "", "cancel")["nope"] == "no"
    assert _labels(content, "system", "", "change")["change nothing"] == "none"
    assert _labels(content, "system", "", "unsure")["都不是"] == "neither"


def test_the_menu_is_known_by_titles_in_every_language(toy: Path) -> None:
    content, _ = read_content(toy)

    titles = content.catalogue.titles

    assert choose("点茶", titles) == Sure("tea")
    assert choose("join the tea club", titles) == Sure("club")
    assert choose("帮助", titles) == Sure("help")


def test_commands_are_known_by_folded_words_and_yes_is_none(toy: Path) -> None:
    content, _ = read_content(toy)

    words = content.catalogue.words

    assert words["返回"] == words["back"] == "back"
    assert "yes" not in words
    assert "是" not in words


def test_facts_of_the_centre_can_be_shown(toy: Path) -> None:
    content, _ = read_content(toy)

    facts = content.catalogue.facts

    assert facts["centre.name"] == {"names": {"en": "Teahouse", "zh_Hans": "茶馆"}}
    assert facts["centre.telephone"] == "+44 20 7946 0000"
    assert facts["centre.closed_case_days"] == 30


def test_the_centre_says_how_long_things_last(toy: Path) -> None:
    centre = read_content(toy)[0].centre

    assert (centre.review_working_days, centre.hold_hours, centre.offer_hours) == (3, 2, 1)
    assert centre.uploads == UploadLimits(5, 10, 60)
    assert centre.channels["telegram"].sensitive == "link"
    assert str(centre.zone) == "Asia/Shanghai"


def test_countries_are_found_by_their_usual_names(root: Path) -> None:
    content, _ = read_content(root)

    labels = content.catalogue.lists["countries"].labels

    for name, code in {"USA": "US", "uk": "GB", "法国": "FR", "deutschland": "DE"}.items():
        assert search(name, labels) == Sure(code)


def test_no_two_countries_share_a_name(root: Path) -> None:
    content, _ = read_content(root)
    known: dict[str, str] = {}

    for words, code in content.catalogue.lists["countries"].labels.pairs:
        assert known.setdefault(words, code) == code


def test_a_policy_is_read_with_its_editions_and_amounts(toy: Path) -> None:
    content, _ = read_content(toy)
    policy = content.catalogue.policies["discount"]
    older, newer = policy.editions

    assert (older.valid_from, newer.valid_from) == (date(2025, 1, 1), date(2026, 1, 1))
    assert newer.inputs["day"] == Since("day", Span(years=1), ("within", "over", "any_day"))
    assert newer.amounts == {"discount": {"fine": {"percent": 10}}}


def test_the_stock_is_read(toy: Path) -> None:
    (building,) = read_content(toy)[0].stock
    (unit_type,) = building.unit_types

    assert building.deposit == MonthsOfRent(1)
    assert building.sample
    assert [flat.id for flat in unit_type.flats] == ["alcove_1", "alcove_2"]


def test_a_version_does_not_depend_on_how_lines_end(toy: Path) -> None:
    source = (toy / "flows" / "club.yaml").read_text("utf-8")

    assert version_of(source.replace("\n", "\r\n")) == version_of(source)
    assert version_of(source) != version_of(source + "# more\n")


def test_a_flow_is_read_again_from_its_published_source(toy: Path) -> None:
    content, _ = read_content(toy)

    again, problems = read_flow(content.sources["tea"], "flows/tea.yaml")

    assert problems == ()
    assert again == _tea(content)


def test_an_older_version_is_kept_with_its_labels(toy: Path) -> None:
    content, _ = read_content(toy)
    source = content.sources["club"].replace("text: Welcome to the club.", "text: Hello.")
    older, _ = read_flow(source, "flows/club.yaml")
    assert older is not None

    both = with_editions(content, [older], {}).catalogue

    assert both.flows == content.catalogue.flows
    assert both.editions["club", older.version] == older
    assert ("club", older.version, "join") in both.labels


def test_a_consent_is_to_the_words_it_was_asked_with(toy: Path) -> None:
    content, _ = read_content(toy)
    source = content.sources["tea"]
    other, _ = read_flow(source.replace("Do you agree?", "Is that all right?"), "flows/tea.yaml")
    assert other is not None

    versions = []
    for flow in (_tea(content), other):
        step = flow.by_id["notice"]
        assert isinstance(step, Ask)
        assert isinstance(step.kind, Consent)
        versions.append(step.kind.text_version)

    assert versions[0] != versions[1]


def test_a_flow_that_is_no_yaml_is_no_flow() -> None:
    flow, problems = read_flow("flow: [", "flows/broken.yaml")

    assert flow is None
    assert [problem.path for problem in problems] == ["flows/broken.yaml"]
