"""Under which words an agency is found, and what typed words ask for. Pure: no database.

The words of an agency are the lexemes of one text search vector. The first character of a word says what it is: none
for a word of the name, ALIAS for an abbreviation, CODE, PARENT for a word of the superior agency or of the place.
Before it stands a letter for the band of the agency (its level and the length of its name, the closed ones last): the
first bands answer a broad question ("xã") alone, so that nobody waits for a hundred thousand rows to be put in order.
Outside any band stand what only one agency should have: the WHOLE name, the CODE and the mail DOMAIN.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from mocban.lib.text import clean_line, fold, sort_key, tone_normal

from .choices import AgencyLevel

ALIAS, CODE, PARENT, DOMAIN, WHOLE = "@", "#", "<", "%", "="
MOST_WORDS = 12  # words of a question that are looked at
MOST_BEGINNINGS = 3  # words that may all be beginnings at once
_DATA = Path(__file__).parent / "data"
_BREAKS = re.compile(r"[^\w]+|_+")
_CODE_LIKE = re.compile(r"(?=.*\d)[a-z0-9]+(?:[._-][a-z0-9]+)*[._-]?")
_UNSAFE = re.compile(r"[':\\]")  # what would mean something to PostgreSQL inside a text search vector
_INITIALS = range(3, 9)  # two letters say too little: those in use are in the table of abbreviations
_LEVEL_STEP = 1_000  # an agency of a higher level stands before every longer name of a lower one
_LENGTHS = (30, 45)  # characters up to which a name is short, or of middle length
_BANDS = "ABCDEFGHIJKLMNOP"  # five levels by three lengths, then one for all that have an end
_PLACE_OF = {level: place for place, level in enumerate(AgencyLevel.values)}
_SIGNS = tuple(
    (level, tuple(f" {tone_normal(sign)} " for sign in signs))
    for level, signs in (
        (AgencyLevel.DISTRICT, ("huyện", "quận", "thị xã")),
        (AgencyLevel.COMMUNE, ("xã", "phường", "thị trấn", "đặc khu")),
        (AgencyLevel.CENTRE, ("trung ương", "chính phủ", "quốc hội", "chủ tịch nước")),
        (AgencyLevel.PROVINCE, ("tỉnh", "thành phố", "thành ủy", "sở")),
    )
)
_CENTRAL = (" bộ ", " ban bí thư ", " bộ chính trị ", " tổng ")


@cache
def abbreviations() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The table of abbreviations in common use: abbreviation → the folded words of each phrase it stands for."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    with (_DATA / "agency_abbreviations.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, strict=True):
            found[row["abbreviation"]] = (*found.get(row["abbreviation"], ()), tuple(folded_words(row["phrase"])))
    return found


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The same table by the first word of the phrase."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for abbreviation, phrases in abbreviations().items():
        for phrase in phrases:
            found.setdefault(phrase[0], []).append((phrase, abbreviation))
    return found


@cache
def official_domains() -> tuple[str, ...]:
    """Endings of mail domains that only public bodies have: elsewhere a domain says nothing about who writes."""
    with (_DATA / "mail_domains.csv").open(encoding="utf-8", newline="") as table:
        return tuple(row["ending"] for row in csv.DictReader(table, strict=True))


def words(text: str) -> list[str]:
    """Split at everything that is no letter and no digit."""
    return [word for word in _BREAKS.split(text) if word]


@lru_cache(maxsize=50_000)  # the syllables of the language, and then some
def _folded(word: str) -> tuple[str, ...]:
    return tuple(words(fold(word)))


@lru_cache(maxsize=50_000)
def _toned(word: str) -> str:
    return tone_normal(word).casefold()


def folded_words(text: str) -> list[str]:
    """The words of a text, lower-case and without accents."""
    return [part for word in words(text) for part in _folded(word)]


def whole(name: str) -> str:
    """One word for a whole name: case, accents and punctuation do not count."""
    return WHOLE + "_".join(folded_words(name))


def code_word(code: str) -> str:
    return CODE + clean_line(code).casefold()


def domain_word(email: str) -> str:
    """The domain of an address when it is one that only public bodies have, otherwise ""."""
    domain = email.rpartition("@")[2].casefold()
    known = official_domains()
    # A whole ending ("gov.vn") belongs to nobody in particular.
    official = domain not in known and domain.endswith(tuple(f".{ending}" for ending in known))
    return DOMAIN + domain if official else ""


def guess_level(name: str) -> AgencyLevel:
    """The level that a name tells by itself: "… xã Vân Khê", "… tỉnh Đông Lĩnh", "Bộ …"."""
    told = f" {' '.join(words(tone_normal(name).casefold()))} "
    for level, signs in _SIGNS:
        if any(sign in told for sign in signs):
            return level
    return AgencyLevel.CENTRE if told.startswith(_CENTRAL) else AgencyLevel.OTHER


def derived(agency: Any) -> dict[str, Any]:
    """What follows from the fields of an agency (a row, or anything with its field names): its order and its words."""
    names = [name for name in (agency.name, agency.short_name) if name]
    codes = {code_word(code) for code in (agency.code, *agency.former_codes)}
    own: set[str] = set()
    aliases = {"".join(folded_words(short)) for short in agency.abbreviations}
    for name in names:
        split = words(name)
        folded = [part for word in split for part in _folded(word)]
        shortened = _shortened(split)
        own |= {*folded, *map(_toned, split)}
        own |= {word for short in shortened for phrase in abbreviations()[short] for word in phrase}
        aliases |= _aliases(folded) | shortened
    around = {part for name in (agency.parent_name, agency.place) for part in folded_words(name)} - own
    band = _band(agency)
    found = {band + word for word in own}
    found |= {band + ALIAS + alias for alias in aliases if alias}
    found |= {band + code for code in codes}
    found |= {band + PARENT + word for word in around}
    found |= codes | {whole(name) for name in names} | ({domain_word(agency.email)} - {""})
    return {
        "sort_name": sort_key(agency.name),
        "rank": _PLACE_OF[agency.level] * _LEVEL_STEP + min(len(agency.name), _LEVEL_STEP - 1),
        "words": _UNSAFE.sub("", " ".join(found)),
    }


def _band(agency: Any) -> str:
    """An agency whose last day is known counts as closed here: the band cannot follow the calendar."""
    if agency.valid_to is not None:
        return _BANDS[-1]
    length = sum(len(agency.name) > longest for longest in _LENGTHS)
    return _BANDS[_PLACE_OF[agency.level] * (len(_LENGTHS) + 1) + length]


def _aliases(folded: list[str]) -> set[str]:
    """Initials of the beginning of a name, with and without "và", and the common abbreviations of its phrases."""
    found = set()
    for shown in (folded, [word for word in folded if word != "va"]):
        letters = "".join(word if word.isdigit() else word[0] for word in shown)
        found |= {letters[:size] for size in _INITIALS if len(letters) >= size}
    known = _phrases()
    for place, word in enumerate(folded):
        for phrase, abbreviation in known.get(word, ()):
            if tuple(folded[place : place + len(phrase)]) == phrase:
                found.add(abbreviation)
    return found


def _shortened(split: list[str]) -> set[str]:
    """The abbreviations that stand inside a name ("UBND xã …"): in capitals, since in small letters they are words."""
    found = {fold(token) for token in split if len(token) > 1 and token.isupper()}
    return found & abbreviations().keys() if len(found) < len(split) else set()


def tokens_of(text: str) -> list[str]:
    """The typed words that are looked at."""
    return [token for token in clean_line(text).split() if folded_words(token)][:MOST_WORDS]


def vocabulary(agency_words: str) -> set[str]:
    """The words and the abbreviations of the names, without the letter of the band, out of the `words` of `derived`."""
    bare = {word[1:] for word in agency_words.split() if word[0] in _BANDS}
    return {word for word in bare if word[0] == ALIAS or word[0].isalnum()}


def looked_up(text: str) -> set[str]:
    """What the vocabulary is asked about typed text: each word, and each as an abbreviation."""
    each = {part for token in tokens_of(text) for part in folded_words(token)}
    return each | {_alias(token) for token in tokens_of(text)}


def questions(text: str, known: Collection[str]) -> list[list[str]]:
    """What typed text asks of the index, the best kind of answer first; each kind a list of queries, band by band.

    1. the whole name or the code; 2. with the typed accents; 3. by an abbreviation; 4. by words without accents. The
    last word may be a beginning, as it is still being typed, and so may each that the vocabulary does not have: `known`
    is what it has of `looked_up`. No words, no questions.
    """
    tokens = tokens_of(text)
    if not tokens:
        return []
    kinds = [[f"{quoted(whole(text))} | {quoted(code_word(text))}"]]
    shapes = _shapes(tokens, known)
    if any(not token.isascii() for token in tokens):
        kinds.append([_all(shape.accented(band) for shape in shapes) for band in _BANDS])
    if any(shape.alias for shape in shapes):
        kinds.append([_abbreviated(shapes, band) for band in _BANDS])
    kinds.append([_all(shape.own(band) for shape in shapes) for band in _BANDS])
    return kinds


def wider(text: str, known: Collection[str]) -> list[str]:
    """The same by words of the name and, beside at least one of those, of the superior agency or of the place."""
    shapes = _shapes(tokens_of(text), known)
    return [_around(shapes, band) for band in _BANDS] if len(shapes) > 1 else []


def by_beginnings(text: str) -> list[str]:
    """The last resort: every word may be a beginning. For few words only: each costs a walk through all it begins."""
    tokens = tokens_of(text)
    parts = [part for token in tokens for part in folded_words(token)]
    if not 0 < len(parts) <= MOST_BEGINNINGS:
        return []
    return [_all(_prefix(band + part) for part in parts) for band in _BANDS]


def _shapes(tokens: list[str], known: Collection[str]) -> list[_Shape]:
    return [_Shape(token, known, last=place == len(tokens)) for place, token in enumerate(tokens, start=1)]


class _Shape:
    """One typed word, and how it is asked for."""

    def __init__(self, token: str, known: Collection[str], *, last: bool) -> None:
        self.parts = folded_words(token)
        self.toned = [_toned(word) for word in words(token)]
        self.alias = _alias(token) if _alias(token) in known else ""
        self.code = code_word(token) if _CODE_LIKE.fullmatch(token.casefold()) else ""
        self.begins = last
        self.known = known

    def accented(self, band: str) -> str:
        if self.toned == self.parts:
            return self.own(band)
        return _all(self._word(band, word, self.begins) for word in self.toned)

    def own(self, band: str) -> str:
        """A word of the name, an abbreviation, or the beginning of a code when it could be one."""
        ways = [self.plain(band)]
        if self.alias:
            ways.append(quoted(band + self.alias))
        if self.code:
            ways.append(_prefix(band + self.code))
        return _any(ways)

    def plain(self, band: str) -> str:
        return _all(self._word(band, part, self.begins or part not in self.known) for part in self.parts)

    def around(self, band: str) -> str:
        return _all(self._word(band + PARENT, part, self.begins) for part in self.parts)

    def whole_or_alias(self, band: str) -> str:
        ways = [quoted(band + self.alias)] if self.alias else []
        return _any([*ways, _all(self._word(band, part, self.begins and not self.alias) for part in self.parts)])

    @staticmethod
    def _word(mark: str, word: str, begins: bool) -> str:
        return _prefix(mark + word) if begins else quoted(mark + word)


def _abbreviated(shapes: list[_Shape], band: str) -> str:
    """Every word as an abbreviation or as it is, at least one as an abbreviation."""
    aliases = [quoted(band + shape.alias) for shape in shapes if shape.alias]
    return f"{_all(shape.whole_or_alias(band) for shape in shapes)} & {_any(aliases)}"


def _around(shapes: list[_Shape], band: str) -> str:
    """Words of the name, of the superior agency or of the place; at least one of the name."""
    own = [shape.own(band) for shape in shapes]
    wider = [shape.around(band) for shape in shapes]
    return f"{_all(_any(pair) for pair in zip(own, wider, strict=True))} & {_any(own)}"


def quoted(word: str) -> str:
    """A lexeme in PostgreSQL's notation."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _alias(token: str) -> str:
    return ALIAS + "".join(folded_words(token))


def _prefix(word: str) -> str:
    return f"{quoted(word)}:*"


def _all(parts: Iterable[str]) -> str:
    return f"({' & '.join(parts)})"


def _any(parts: Iterable[str]) -> str:
    return f"({' | '.join(parts)})"
