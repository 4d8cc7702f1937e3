"""Vietnamese written in the font encodings of before Unicode: TCVN3 (ABC fonts, .VnTime) and VNI-Windows.

Such a text is a run of Western letters that only the right font shows as Vietnamese: "C«ng v¨n" (TCVN3), "Coâng vaên"
(VNI). `judge` says, from the letters of many cells at once, which encoding they are written in; `to_unicode` converts.
Proper Unicode Vietnamese and plain ASCII are never touched. Tables: TCVN 5712:1993 (VN3) and the published VNI-Windows
code page, both as they look when read as Windows-1252.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mocban.lib.text import nfc


class Encoding(StrEnum):
    """How a text is written. `PLAIN` is ASCII or anything that is not Vietnamese at all."""

    PLAIN = "plain"
    UNICODE = "unicode"
    TCVN3 = "tcvn3"
    VNI = "vni"


@dataclass(frozen=True)
class Judgement:
    """The encoding of a column or text. `confidence` from 0 to 1; `seen` telling words looked at.

    `mixed`: some texts are proper Unicode and others not, as in a register that was kept through the change.
    """

    encoding: Encoding
    confidence: float
    seen: int
    mixed: bool = False

    @property
    def is_legacy(self) -> bool:
        """Whether there is enough reason to convert."""
        return self.encoding in (Encoding.TCVN3, Encoding.VNI) and self.confidence >= ENOUGH


ENOUGH = 0.6  # confidence below which nothing is converted without being asked
MOST_WORDS = 20_000  # words looked at in one judgement

# TCVN 5712:1993 VN3: one code a letter; capitals with a tone do not exist (the fonts .VnTimeH draw them from the small
# ones). Codes from A1 upwards, in the order of the standard; a dot is a code without a letter.
_TCVN3_FIRST = 0xA1
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
_TCVN3 = {chr(_TCVN3_FIRST + place): letter for place, letter in enumerate(_TCVN3_LETTERS) if letter != "."}
_TCVN3_TABLE = str.maketrans(_TCVN3)
_TCVN3_SIGNS = frozenset(_TCVN3)
_CAPITALS_KEPT = frozenset("ĂÂÊÔƠƯĐ")  # letters that TCVN3 has as capitals of their own

# VNI-Windows: a base letter followed by one sign for shape and tone; some letters stand alone.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HAT = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    """Every VNI spelling of a letter, small and capital, the sign in either case beside a capital base."""
    small: dict[str, str] = dict(_VNI_ALONE)
    for base in "aeo":
        small |= {base + sign: nfc(base + "\u0302" + tone) for sign, tone in _VNI_HAT.items()}
    small |= {"a" + sign: nfc("a\u0306" + tone) for sign, tone in _VNI_BREVE.items()}
    for base, letter in {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ô": "ơ", "ö": "ư"}.items():
        small |= {base + sign: nfc(letter + tone) for sign, tone in _VNI_TONES.items()}
    table = dict(small)
    for spelling, letter in small.items():
        capital = letter.upper()
        table[spelling.upper()] = capital
        table[spelling[0].upper() + spelling[1:]] = capital  # "Aân": typed with the shift key for the base only
    return table


_VNI = _vni_table()
_VNI_SIGNS = frozenset(sign for spelling in _VNI for sign in spelling if not sign.isascii())
_VNI_PATTERN = re.compile("|".join(re.escape(one) for one in sorted(_VNI, key=len, reverse=True)))

# What only Unicode has: every letter of Latin Extended Additional, and the letters that no Western code page contains.
_ONLY_UNICODE = re.compile("[\u1ea0-\u1ef9\u0103\u0102\u0111\u0110\u0129\u0128\u0169\u0168\u01a1\u01a0\u01b0\u01af]")
_SIGNS = "".join(sorted(_TCVN3_SIGNS | _VNI_SIGNS))
_WORD = re.compile(rf"[A-Za-z\u0102-\u01b0\u0300-\u0323\u1ea0-\u1ef9{re.escape(_SIGNS)}]+")
_CAPITALS = re.compile("[A-Z]{2}")

_ONSETS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x|"
_RHYME_LIST = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang "
    "oanh oao oap oat oay oă oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp "
    "ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uơ uy uya "
    "uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu "
    "ôông uyn ê uâ iê uyê"
)
_RHYMES = frozenset(_RHYME_LIST.split())
_SPLIT = re.compile(f"({_ONSETS})(.+)")
_STOPPED = ("c", "p", "t", "ch")
_TONES = {"\u0300": "`", "\u0309": "?", "\u0303": "~", "\u0301": "'", "\u0323": "."}
# Syllables that fill the registers of every office: they tell encodings apart where the spelling alone does not.
_COMMON_LIST = (
    "và của về việc các có công văn quyết định số ngày tháng năm ủy uỷ ban nhân dân tỉnh huyện xã phường sở phòng "
    "báo cáo kế hoạch thông tờ trình đề nghị hội đồng chính phủ bộ cục chi đảng thành phố thị giấy mời họp hướng "
    "dẫn thực hiện kết quả tổ chức đăng ký cấp đất nhà nước tài giáo dục đào tạo y tế hóa hoá lao động thương "
    "binh được không cho người đến đi nơi nhận trích yếu hiệu cơ quan ý kiến kiểm tra đầu tư xây dựng giải đơn "
    "khiếu nại tố phó chủ tịch giám đốc trưởng nguyễn trần lê phạm vũ võ đỗ bùi hồ ngô dương lý"
)
_COMMON = frozenset(_COMMON_LIST.split())


def is_syllable(word: str) -> bool:
    """Whether a word could be one syllable of Vietnamese: onset, rhyme, and a tone that the ending allows."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [_TONES[mark] for mark in decomposed if mark in _TONES]
    if len(tones) > 1:
        return False
    bare = nfc("".join(mark for mark in decomposed if mark not in _TONES))
    found = _SPLIT.fullmatch(bare)
    if found is None:
        return False
    onset, rhyme = found.groups()
    if rhyme not in _RHYMES and not (onset == "gi" and "i" + rhyme in _RHYMES):
        return bare in _RHYMES or (bare.startswith("gi") and bare[1:] in _RHYMES)
    return not (rhyme.endswith(_STOPPED) and tones and tones[0] not in "'.")


def from_tcvn3(text: str) -> str:
    """Convert a TCVN3 text to Unicode NFC; words in the small codes of a capital font get their capitals back."""
    converted = text.translate(_TCVN3_TABLE)
    return nfc(_restore_capitals(text, converted) if _CAPITALS.search(text) else converted)


def from_vni(text: str) -> str:
    """Convert a VNI-Windows text to Unicode NFC."""
    return nfc(_VNI_PATTERN.sub(lambda found: _VNI[found.group()], text))


def to_unicode(text: str, encoding: Encoding, *, capitals: bool = False) -> str:
    """Return `text` in Unicode NFC, converted from `encoding` unless it holds proper Unicode Vietnamese already.

    `capitals`: the text was shown by a capital font (.VnTimeH), so everything in it is a capital letter.
    """
    if encoding not in (Encoding.TCVN3, Encoding.VNI) or text.isascii() or _ONLY_UNICODE.search(text):
        return nfc(text)
    converted = from_tcvn3(text) if encoding is Encoding.TCVN3 else from_vni(text)
    return converted.upper() if capitals else converted


def judge(texts: Iterable[str]) -> Judgement:
    """Say how the texts (the cells of one column, or one text) are written, from all of them together.

    A text with a letter that no Western code page has is Unicode and is set aside. In the others each word that is not
    plain ASCII votes: for what it is a Vietnamese syllable in, with more weight when it is one of the commonest.
    Without enough votes for an old encoding, and a clear lead, nothing is claimed.
    """
    votes = {Encoding.UNICODE: 0, Encoding.TCVN3: 0, Encoding.VNI: 0}
    seen = proper = 0
    for text in texts:
        if text.isascii():
            continue
        composed = nfc(text)
        if _ONLY_UNICODE.search(composed):
            proper += 1
            continue
        for word in _telling_words(composed):
            readings = _readings(word)
            if len(set(readings.values())) == 1:  # ý is the same everywhere
                continue
            seen += 1
            for encoding, read in readings.items():
                votes[encoding] += _vote(read)
        if seen >= MOST_WORDS:
            break
    return _decided(votes, seen, proper)


def convert(text: str, judgement: Judgement) -> str:
    """Return one text of what was judged in Unicode NFC. In a mixed column each text must itself speak for it."""
    if not judgement.is_legacy or text.isascii():
        return nfc(text)
    if judgement.mixed and not _speaks_for(text, judgement.encoding):
        return nfc(text)
    return to_unicode(text, judgement.encoding)


def _speaks_for(text: str, encoding: Encoding) -> bool:
    legacy = unicode = 0
    for word in _telling_words(nfc(text)):
        readings = _readings(word)
        legacy += _vote(readings.get(encoding, ""))
        unicode += _vote(word)
    return legacy >= unicode


def _readings(word: str) -> dict[Encoding, str]:
    """What a word says in each encoding that its signs belong to."""
    found = {Encoding.UNICODE: word, Encoding.VNI: from_vni(word)}
    if _TCVN3_SIGNS.issuperset(sign for sign in word if not sign.isascii()):
        found[Encoding.TCVN3] = word.translate(_TCVN3_TABLE)
    return found


def _telling_words(text: str) -> Iterable[str]:
    return (word for word in _WORD.findall(text) if not word.isascii())


def _vote(word: str) -> int:
    """0 for what is no syllable, 1 for one, 3 for a common one; an old encoding leaves no sign unconverted."""
    lowered = word.lower()
    if lowered in _COMMON:
        return 3
    return 1 if is_syllable(lowered) else 0


def _decided(votes: dict[Encoding, int], seen: int, proper: int) -> Judgement:
    best = max(votes, key=lambda encoding: votes[encoding])
    if best is not Encoding.UNICODE:
        second = max(count for encoding, count in votes.items() if encoding is not best)
        lead = (votes[best] - second) / votes[best]
        fit = min(1.0, votes[best] / seen)
        evidence = min(1.0, (seen + 1) / (8 if proper else 3))  # one lone word may be anything
        return Judgement(best, round(lead * fit * evidence, 3), seen, mixed=proper > 0)
    vietnamese = proper or votes[best]
    return Judgement(Encoding.UNICODE if vietnamese else Encoding.PLAIN, 1.0, seen + proper)


def _restore_capitals(text: str, converted: str) -> str:
    """Raise the letters of words typed in capitals: "TØNH" is "TỉNH" by its codes and "TỈNH" to the reader.

    A word whose ASCII letters are all capitals (two at least) counts as such; one with no or one ASCII letter follows
    its nearest neighbour on the line.
    """
    words = list(re.finditer(r"\S+", converted))
    loud = [_is_loud(text[word.start() : word.end()]) for word in words]
    pieces, end = [], 0
    for place, word in enumerate(words):
        pieces.append(converted[end : word.start()])
        raised = loud[place] if loud[place] is not None else _neighbour(loud, place)
        pieces.append(word.group().upper() if raised else word.group())
        end = word.end()
    return "".join([*pieces, converted[end:]])


def _is_loud(word: str) -> bool | None:
    letters = [letter for letter in word if letter.isascii() and letter.isalpha()]
    if any(letter.islower() for letter in letters):
        return False
    if len(letters) >= 2:
        return True
    return None


def _neighbour(loud: list[bool | None], place: int) -> bool:
    for distance in range(1, len(loud)):
        for other in (place - distance, place + distance):
            if 0 <= other < len(loud) and loud[other] is not None:
                return bool(loud[other])
    return False


def file_name_bytes(raw: bytes) -> str:
    """Return the name that these bytes of an old archive spell: UTF-8, or a legacy encoding, or Windows-1258."""
    try:
        return nfc(raw.decode("utf-8"))
    except UnicodeDecodeError:
        western = raw.decode("cp1252", "replace")
    judged = judge([western])
    if judged.is_legacy:
        return to_unicode(western, judged.encoding)
    vietnamese = nfc(raw.decode("cp1258", "replace"))
    return vietnamese if _ONLY_UNICODE.search(vietnamese) else western
