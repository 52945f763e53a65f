"""Owns the languages that documents may be read in."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from extractor.errors import UnsupportedLanguage


class Language(Enum):
    """A language by its ISO 639-1 code.

    >>> Language.parse("de"), Language.parse("German"), Language.parse("deu")
    (<Language.GERMAN: 'de'>, <Language.GERMAN: 'de'>, <Language.GERMAN: 'de'>)
    """

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    ITALIAN = "it"
    DUTCH = "nl"
    PORTUGUESE = "pt"
    POLISH = "pl"
    CZECH = "cs"
    DANISH = "da"
    SWEDISH = "sv"
    NORWEGIAN = "no"
    FINNISH = "fi"
    HUNGARIAN = "hu"
    ROMANIAN = "ro"
    CROATIAN = "hr"
    SLOVAK = "sk"
    SLOVENIAN = "sl"
    ESTONIAN = "et"
    LATVIAN = "lv"
    LITHUANIAN = "lt"
    TURKISH = "tr"
    GREEK = "el"
    RUSSIAN = "ru"
    UKRAINIAN = "uk"
    BULGARIAN = "bg"
    ARABIC = "ar"
    HINDI = "hi"
    CHINESE = "zh"
    JAPANESE = "ja"
    KOREAN = "ko"

    @property
    def iso639_2(self) -> str:
        """The three-letter code that Tesseract names its data by."""
        return _ISO639_2[self]

    @classmethod
    def parse(cls, text: str | Language) -> Language:
        """The language that a code (`de`, `deu`, `de-AT`) or an English name means. Raises UnsupportedLanguage."""
        if isinstance(text, Language):
            return text
        key = text.strip().casefold()
        for language in cls:
            if key in (language.value, language.name.casefold(), language.iso639_2) or key.split("-")[0].split("_")[0] == language.value:
                return language
        raise UnsupportedLanguage(f"unknown language {text!r}; known: {', '.join(language.value for language in cls)}")


_ISO639_2 = dict(
    zip(
        Language,
        [
            "eng",
            "deu",
            "fra",
            "spa",
            "ita",
            "nld",
            "por",
            "pol",
            "ces",
            "dan",
            "swe",
            "nor",
            "fin",
            "hun",
            "ron",
            "hrv",
            "slk",
            "slv",
            "est",
            "lav",
            "lit",
            "tur",
            "ell",
            "rus",
            "ukr",
            "bul",
            "ara",
            "hin",
            "chi_sim",
            "jpn",
            "kor",
        ],
        strict=True,
    )
)


def require(languages: Iterable[Language], readable: frozenset[Language], engine: str) -> None:
    """Raises UnsupportedLanguage where `engine` cannot read one of `languages`."""
    for language in languages:
        if language not in readable:
            known = ", ".join(sorted(entry.value for entry in readable))
            raise UnsupportedLanguage(f"engine {engine!r} cannot read {language.name.title()} ({language.value}); it reads: {known}")
