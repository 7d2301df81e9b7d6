"""The words of dates in English news, and an expression brought to its plainest form before the rules see it."""

from __future__ import annotations

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
MONTH_WORDS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
WEEKDAY_WORDS = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tues|Tue|Wed|Weds|Thurs|Thur|Thu|Fri|Sat|Sun"
)
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
NUMBER_WORDS = {word: n for n, word in enumerate(_ONES, 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
ORDINAL_WORDS = {word: n for n, word in enumerate(_ORDINALS, 1)} | {
    word[:-1] + "ieth": 10 * n for n, word in enumerate(_TENS, 2)
}
HUNDRED = "|".join(_TENS)
UNIT = "minute|hour|day|night|week|fortnight|weekend|month|quarter|year|decade|century"

_WORD_MAP: dict[str, str] = {}
for _short, _long in zip(MONTHS, MONTH_WORDS.split("|"), strict=False):
    _WORD_MAP[_short] = _WORD_MAP[_long.lower()] = _short
_WORD_MAP["sept"] = "sep"
for _word in WEEKDAY_WORDS.lower().split("|"):
    _WORD_MAP[_word] = _word[:3]
for _word, _n in NUMBER_WORDS.items():
    _WORD_MAP[_word] = str(_n)
for _word, _n in ORDINAL_WORDS.items():
    _WORD_MAP[_word] = f"{_n}th"
_PLURAL = (frozenset(word + "s" for word in UNIT.split("|")) | {"centuries"}) - {"weekends"}
for _n, _word in enumerate(_TENS, 2):
    _WORD_MAP[_word[:-1] + "ies"] = f"{_n}0s"
_WORD_MAP["noughties"] = "2000s"
for _word in UNIT.split("|"):
    _WORD_MAP[_word + "s"] = _word
_WORD_MAP |= {
    "centuries": "century", "fortnights": "fortnight", "hrs": "hour", "yrs": "year", "mins": "minute", "mth": "month",
    "summers": "summer", "dozen": "12", "couple": "2", "pair": "2", "till": "until", "til": "until", "thru": "through",
    "prior": "before", "previously": "before", "afterwards": "later", "afterward": "later", "upcoming": "coming",
    "approximately": "~", "around": "~", "roughly": "~", "circa": "~", "nearly": "~", "almost": "~", "about": "~",
    "exactly": "", "just": "", "only": "", "of": "", "the": "", "some": "~", "barely": "~", "back": "", "as": "as",
    "a": "", "an": "", "onward": "onwards", "midweek": "week", "mid-week": "week", "year-end": "end year",
    "middle": "mid", "start": "beginning", "&": "and", "preceding": "previous",
}  # fmt: skip

_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00a0": " ", "‑": "-"})
_TOKEN = re.compile(
    r"\d{4}-\d\d?-\d\d?(?!\d)|\d+(?:[.:/]\d+)*(?:st|nd|rd|th|s|am|pm|bn|k|m)?\b|[qh][1-4]\b|[a-z]+(?:'s)?"
    r"|[-~&]|'\d0?\ds?"
)
_COUNT = re.compile(r"\d+|-")
_NTH = re.compile(r"(?<=\d)(?:st|nd|rd)$")
_ZONE = re.compile(r"(?:\(|\b)(?:local time|\w+ time|gmt|utc|est|edt|cet|cest|bst|pst|pdt|et|msk)\b\)?(?!\w)")
_MERIDIEM = re.compile(r"\b([ap])\.\s?m\b\.?")
_ROLLING = re.compile(
    r"\b(in|over|during|within|throughout|for) the (last|next|past|coming) (day|week|fortnight|month|quarter"
    r"|year|decade)\b(?! (?:of|in)\b|')"
)
_MORE = re.compile(
    r"\b(?:(?:no )?(?:more|less|fewer) than|at (?:least|most)|well over|(?:just )?(?:over|under)|close to)"
    r"(?= (?:\d|an? |two|three|four|five|six|seven|eight|nine|ten|half))"
)
_COUNTED = re.compile(r"\b(?:a|an|one)(?: full| whole| single)? (?=(?:" + UNIT + r")s?\b|dozen|half)")
_CLOCK = re.compile(
    r"(?:(?:\b(?:at|by|shortly|before|after)|~) )*(?:\b\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|o'clock)\b"
    r"|\b\d{1,2}:\d\d(?::\d\d)?\b(?: ?hour)?)"
)


_COMPOUND = re.compile(rf"\b({HUNDRED})[- ]({'|'.join(_ONES[:9] + _ORDINALS[:9])})\b")


_TWO_DIGITS = rf"(?:(?:{HUNDRED})(?:[- ](?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))})"
_SPELLED = re.compile(
    rf"\b(?:(?P<thousands>one|two) thousand(?:,? (?:and )?(?P<hundreds>{'|'.join(_ONES[:9])}) hundred)?(?:,? "
    rf"(?:and )?(?P<rest>{_TWO_DIGITS}))?"
    rf"|(?P<century>{'|'.join(_ONES[9:])}|twenty)(?: hundred(?: and)?)?[- ](?P<year>(?:zero|oh)[- ]"
    rf"(?:{'|'.join(_ONES[:9])})|{_TWO_DIGITS}))\b"
)


def _two_digits(words: str | None) -> int:
    return sum(NUMBER_WORDS.get(word, 0) for word in re.split("[- ]", words or ""))


def _spelled(match: re.Match[str]) -> str:
    """A year in words ("nineteen eighty-six", "two thousand and five") in digits."""
    if match["thousands"]:
        parts = (1000, match["thousands"]), (100, match["hundreds"]), (1, match["rest"])
        return str(sum(factor * _two_digits(words) for factor, words in parts))
    year, short = _two_digits(match["year"]), match["year"][:2] in ("ze", "oh")
    return str(100 * _two_digits(match["century"]) + year) if year > 9 or short else match[0]


def _compound(match: re.Match[str]) -> str:
    tens, ones = NUMBER_WORDS[match[1]], match[2]
    return str(tens + NUMBER_WORDS[ones]) if ones in NUMBER_WORDS else f"{tens + ORDINAL_WORDS[ones]}th"


def plain(expression: str) -> str:
    """An expression in lower case with digits for number words and one short form for each month, weekday and unit.

    Articles, `of`, commas and quotation marks go; `about`, `nearly`, `more than` and the like become `~`.
    """
    text = expression.translate(_MARKS).lower()
    text = _MERIDIEM.sub(r"\1m", text)
    text = _ZONE.sub(" ", text)
    text = _ROLLING.sub(r"\1 rolling \2 \3", text)  # the article tells "in the next year" from "in next year's vote"
    text = _SPELLED.sub(_spelled, text)
    text = _COMPOUND.sub(_compound, text)
    text = _COUNTED.sub("1 ", text)
    text = _MORE.sub("~", text)
    words: list[str] = []
    for token in _TOKEN.findall(text):
        word = _NTH.sub("th", token.removesuffix("'s"))
        if word in _PLURAL and not any(_COUNT.fullmatch(x) for x in words[-2:]):
            words.append(word)  # "in the coming weeks" counts nothing
            continue
        word = _WORD_MAP.get(word, word)
        if not word or (word == "~" and words and words[-1] == "~"):
            continue
        words.append(word)
    return " ".join(_CLOCK.sub(" clock ", " ".join(words)).replace("mid - ", "mid ").split())
