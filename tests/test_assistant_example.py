"""The assistant example's patterns and dictionary: complete, free of mistakes, one intent for each text."""

from pathlib import Path

import pytest

from nlu.config import Config
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import PatternFile, read_patterns
from nlu.pattern.nodes import Slot, walk
from tests.samples import Sample, draw

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "examples" / "assistant"
INTENTS = [
    "alarm_query",
    "alarm_remove",
    "alarm_set",
    "audio_volume_down",
    "audio_volume_mute",
    "audio_volume_other",
    "audio_volume_up",
    "calendar_query",
    "calendar_remove",
    "calendar_set",
    "cooking_query",
    "cooking_recipe",
    "datetime_convert",
    "datetime_query",
    "email_addcontact",
    "email_query",
    "email_querycontact",
    "email_sendemail",
    "general_greet",
    "general_joke",
    "general_quirky",
    "iot_cleaning",
    "iot_coffee",
    "iot_hue_lightchange",
    "iot_hue_lightdim",
    "iot_hue_lightoff",
    "iot_hue_lighton",
    "iot_hue_lightup",
    "iot_wemo_off",
    "iot_wemo_on",
    "lists_createoradd",
    "lists_query",
    "lists_remove",
    "music_dislikeness",
    "music_likeness",
    "music_query",
    "music_settings",
    "news_query",
    "play_audiobook",
    "play_game",
    "play_music",
    "play_podcasts",
    "play_radio",
    "qa_currency",
    "qa_definition",
    "qa_factoid",
    "qa_maths",
    "qa_stock",
    "recommendation_events",
    "recommendation_locations",
    "recommendation_movies",
    "social_post",
    "social_query",
    "takeaway_order",
    "takeaway_query",
    "transport_query",
    "transport_taxi",
    "transport_ticket",
    "transport_traffic",
    "weather_query",
]
ENTITIES = [
    "alarm_type",
    "app_name",
    "artist_name",
    "audiobook_author",
    "audiobook_name",
    "business_name",
    "business_type",
    "change_amount",
    "coffee_type",
    "color_type",
    "cooking_type",
    "currency_name",
    "date",
    "definition_word",
    "device_type",
    "drink_type",
    "email_address",
    "email_folder",
    "event_name",
    "food_type",
    "game_name",
    "game_type",
    "general_frequency",
    "house_place",
    "ingredient",
    "joke_type",
    "list_name",
    "meal_type",
    "media_type",
    "movie_name",
    "movie_type",
    "music_album",
    "music_descriptor",
    "music_genre",
    "news_topic",
    "order_type",
    "person",
    "personal_info",
    "place_name",
    "player_setting",
    "playlist_name",
    "podcast_descriptor",
    "podcast_name",
    "radio_name",
    "relation",
    "song_name",
    "sport_type",
    "time",
    "time_zone",
    "timeofday",
    "transport_agency",
    "transport_descriptor",
    "transport_name",
    "transport_type",
    "weather_descriptor",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.read(FOLDER / "dict.csv")


@pytest.fixture(scope="module")
def patterns(lexicon: Lexicon) -> PatternFile:
    return read_patterns(FOLDER / "pattern.txt", lexicon=lexicon)


@pytest.fixture(scope="module")
def sample(patterns: PatternFile, lexicon: Lexicon) -> Sample:
    return draw(patterns, lexicon, count=6_000, mode="all", whole_words=True)


def test_every_intent_has_patterns(patterns: PatternFile) -> None:
    assert set(patterns.intents) == set(INTENTS)


def test_every_entity_has_values(lexicon: Lexicon) -> None:
    assert list(lexicon.entities) == ENTITIES


def test_every_entity_stands_in_a_pattern(patterns: PatternFile) -> None:
    used = {node.entity for pattern in patterns.patterns for node in walk(pattern.node) if isinstance(node, Slot)}
    assert sorted(used) == ENTITIES


def test_every_macro_of_its_own_is_used(patterns: PatternFile) -> None:
    own = [macro.name for macro in patterns.macros if Path(macro.place.path).parent.name == "assistant"]
    assert [name for name in own if name not in patterns.used_macros] == []


def test_every_intent_and_entity_is_generated(sample: Sample) -> None:
    utterances = [row.utterance for row in sample.parts["train"]]
    assert sorted({utterance.intent for utterance in utterances}) == INTENTS
    assert sorted({span.entity for utterance in utterances for span in utterance.spans}) == ENTITIES


def test_no_text_belongs_to_two_intents(sample: Sample) -> None:
    assert sample.report.collisions == ()


def test_its_settings_are_read_and_weigh_every_intent() -> None:
    settings = Config.read(FOLDER / "nlu.toml").generator
    assert settings.whole_words
    assert sorted(settings.intent_weights) == INTENTS
