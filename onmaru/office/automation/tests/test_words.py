"""What the form of a rule calls the kinds of records."""

from django.utils import translation

from onmaru.workbench import registry


def test_every_kind_is_called_by_its_name_in_the_language_of_the_reader() -> None:
    rules = registry.get("rules")
    assert rules is not None
    (kind,) = (one for one in rules.input_fields if one.name == "kind")
    said = {}
    for language in ("ko", "en"):
        with translation.override(language):
            said[language] = {value: str(label) for value, label in kind.choices}
    assert all(said["ko"].values()) and all(said["en"].values())
    assert (said["ko"]["sales.delivery"], said["en"]["sales.delivery"]) == ("출하", "Delivery")
