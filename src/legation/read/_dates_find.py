"""Where a sentence speaks of time: one pattern over raw text, every repetition in it bounded."""

from __future__ import annotations

import re

from ._dates_words import HUNDRED, MONTH_WORDS, NUMBER_WORDS, ORDINAL_WORDS, WEEKDAY_WORDS

_S = r"[ \u00a0\n]{1,2}"
_LONG_WD = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WD = rf"(?:(?:{WEEKDAY_WORDS})\b\.?)"
_MON = rf"(?:(?:{MONTH_WORDS})\b(?:(?<=[bnrpgtvc])(?<!ember)(?<!ober)(?<!ust)\.)?)"
_SAFE_MON = (
    r"(?:(?:January|February|April|June|July|August|September|October|November|December|Sept\.|Nov\.|Oct\.|Aug\."
    r"|Feb\.|Dec\.)(?!\w))"
)
_NTH = r"(?:st|nd|rd|th)?"
_D = rf"(?:(?:[12]\d|3[01]|0?[1-9]){_NTH}(?![\d:%]|[.,]\d|{_S}(?:percent|per cent|people|million|billion)\b))"
_Y = r"(?:(?:1[5-9]\d\d|20\d\d|21\d\d)(?![\d%]|[.,]\d))"
_DASH = r"(?:\s?[-–—/]\s?)"
_NUM = (
    r"(?:\d{1,3}|(?i:"
    + rf"(?:{HUNDRED})(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|"
    + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
    + r"|an?(?: full| dozen| few)?|a couple(?: of)?|a pair of|couple of|a dozen|half a(?: dozen)?|several|few"
    r"|many|dozens of|some))"
)
_ORD = r"(?:\d{1,2}(?:st|nd|rd|th)|(?i:" + "|".join(sorted(ORDINAL_WORDS, key=len, reverse=True)) + "))"
_UNIT = r"(?i:minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies))\b"
_SPAN = (
    r"(?i:days?|nights?|weeks?|weekends?|months?|quarter|years?|decades?|century|summer|spring|autumn|fall|winter)\b"
)
_PARTS = r"(?i:early|late|earlier|later|mid-?day|noon|midnight|morning|afternoon|evening|night|night-?time)\b"
_HOLIDAY = (
    r"(?:New Year(?:['’]s)?(?: Eve| Day)?|Christmas(?: Eve| Day)?|Boxing Day|Easter(?: Sunday| Monday)?"
    r"|Good Friday|Palm Sunday"
    r"|Thanksgiving(?: Day)?|Labor Day|Memorial Day|Election Day|Inauguration Day|Veterans Day|Armistice Day"
    r"|Remembrance Day"
    r"|Victory Day|May Day|Bastille Day|Halloween|Valentine['’]s Day|(?:St\.?|Saint) Patrick['’]s Day"
    r"|Presidents['’]? Day"
    r"|Martin Luther King(?:,? Jr\.?)? Day|Columbus Day|Orthodox Christmas|(?:the )?(?:4th|Fourth) of July"
    r"|Nowruz|Ramadan|Eid al-(?:Fitr|Adha)|Ashura)\b"
)
_TO_DAY = (  # a number after "and" is a day where no noun follows that it could count
    rf"(?:{_DASH}(?:{_MON}{_S})?{_D}(?!-?(?:year|day|month))|{_S}(?:to|through|until){_S}(?:the{_S})?{_D}(?!{_S}?%)"
    rf"|(?:,{_S}{_D}){{0,3}},?{_S}and{_S}{_D}(?=$|[.,;:!?)–—]|{_S}(?:in|at|for|with|on|to|by|of|as|after|when|{_Y})\b))"
)
_MONTH_DAY = (
    rf"{_MON}{_S}(?:the{_S})?{_D}{_TO_DAY}?(?:,?{_S}(?:in{_S})?{_Y})?"
    rf"(?!{_S}?(?:am|pm|a\.m|p\.m)\b)"
)
_DAY_MONTH = rf"(?:the{_S})?{_D}(?:(?:{_DASH}|{_S}(?:and|to|or|through){_S}){_D})?{_S}(?:of{_S})?{_MON}(?:,?{_S}{_Y})?"
_WHICH = (
    r"(?i:last|next|this|that|past|coming|previous|preceding|following|same|the same|the following|the next"
    r"|the previous|the past|the last|the coming|upcoming|current)"
)
_OF_PERIOD = (
    rf"(?:{_S}(?:(?i:of|in){_S})?(?:(?i:last|next|this|that|the same|the following){_S}(?i:year|month|week)\b|"
    rf"(?:the{_S})?{_Y}))?"
)

_ATOMS = (
    rf"{_Y}-\d\d-\d\d(?!\d)",
    r"(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|[12]\d|3[01])[/.](?:19|20)\d\d(?!\d)",
    r"9/11(?![\d/])",
    rf"(?:{_WD},?{_S})?(?:{_MONTH_DAY}|{_DAY_MONTH}){_OF_PERIOD}",
    rf"{_MON},?{_S}(?:of{_S})?{_Y}(?:{_DASH}(?:{_MON}{_S})?{_Y})?",
    rf"{_MON}(?:{_DASH}|{_S}(?:and|or|to|through){_S}){_MON}(?:,?{_S}{_Y})?",
    rf"(?:{_WHICH}|(?i:in|since|by|until|till|during|from|before|after|early|late|early in|late in|mid-|of"
    rf"|between|through|to|for|back in|as of|the)){_S}?{_MON}(?!{_S}(?:[A-Z]|(?:the{_S})?\d{{1,2}}(?!\d))){_OF_PERIOD}",
    rf"{_SAFE_MON}{_OF_PERIOD}",
    rf"(?:{_WHICH}{_S})?{_LONG_WD}(?:['’]s)?(?:{_S}{_PARTS})?(?:{_S}(?i:last|next){_S}week)?",
    rf"(?:{_WHICH}{_S})?{_HOLIDAY}(?:,?{_S}{_Y})?",
    rf"(?i:the{_S}day{_S}(?:before{_S}yesterday|after{_S}tomorrow))",
    r"(?i:today|tonight|yesterday|tomorrow|overnight)\b(?:['’]s)?" + rf"(?:{_S}{_PARTS})?",
    rf"(?i:(?:this|last|that|the same|the next|the following){_S}(?:morning|afternoon|evening|night|day))\b",
    rf"(?i:(?:early|late|mid)-){_SPAN}",
    rf"{_WHICH}{_S}(?:{_NUM}{_S})?{_SPAN}(?:['’]s)?",
    rf"(?i:the{_S}(?:day|night|week|month|year){_S}(?:before|after|earlier))\b",
    rf"(?:(?i:more than|less than|about|around|almost|nearly|over|just|only|at least|roughly"
    rf"|some){_S}){{0,2}}{_NUM}(?:{_S}|-){_UNIT}{_S}(?i:ago|earlier|later|before|prior|after|away|from now"
    rf"|hence)\b",
    rf"(?i:a|one|the){_S}(?i:day|week|month|year){_S}(?i:prior|previously|beforehand|afterwards?)\b",
    rf"(?i:within|in|for){_S}(?:(?i:the|about|around|more than|less than|nearly|almost|at least|just|another"
    rf"|over|up to|only){_S}){{0,2}}(?:(?i:next|last|past|coming|first){_S})?{_NUM}{_S}{_UNIT}(?!{_S}(?i:old"
    rf"|in prison|in jail|imprisonment|behind bars)\b)",
    rf"(?i:the{_S})?{_ORD}{_S}(?i:quarter|half|week|day)(?:{_S}(?i:of)){_S}(?:(?i:this|last|next){_S})?"
    rf"(?:the{_S})?(?:{_Y}|{_SPAN}|{_MON}(?:{_S}{_Y})?)",
    rf"(?i:first|last){_S}{_NUM}{_S}{_UNIT}{_S}of{_S}(?:the{_S})?(?:(?i:this|last|next){_S})?(?:{_Y}|year\b)",
    rf"(?:(?i:last|this|next|the|that){_S})?(?i:summer|spring|autumn|fall|winter)(?:{_S}of)?{_S}{_Y}"
    rf"(?:{_DASH}\d{{2,4}})?",
    rf"(?:Q[1-4]|H[12]){_S}{_Y}",
    r"(?:the )?(?:(?i:early|late|mid)[- ])?(?:(?:1[5-9]|20)\d0s|['’][2-9]0s)\b",
    rf"(?:the{_S})?(?:(?i:early|late|mid)[- ])?{_ORD}[- ](?i:century)\b",
    rf"{_Y}(?:{_DASH}(?:{_Y}|\d\d(?!\d)))?(?!{_S}(?i:people|troops|soldiers|men|women|civilians|dollars|euros"
    rf"|miles|km|kilomet|tons|members|votes|deaths|prisoners|rockets|workers|refugees|migrants|barrels|fighters"
    rf"|police|others|protesters|cases|GMT|hours)|-(?i:page|mile|man|strong))",
    rf"(?:(?i:late|early|later|earlier|end|beginning){_S}(?i:in|of){_S}the{_S}(?i:day|week|month|year|evening"
    rf"|morning|afternoon)|(?:in|during){_S}the{_S}(?i:morning|afternoon|evening|early{_S}hours))\b",
    rf"\d{{1,2}}(?::\d\d)?{_S}?(?:a\.m\.?|p\.m\.?|am\b|pm\b|AM\b|PM\b)(?:{_S}(?:local{_S}time|GMT|EDT|EST|ET"
    rf"|UTC))?(?:{_S}(?:on{_S})?{_LONG_WD})?",
    rf"(?:a{_S})?{_ORD}{_S}(?:(?i:consecutive|straight|successive){_S})?(?i:day|night|evening)\b",
    rf"(?i:in{_S}(?:the{_S})?(?:recent|coming){_S}(?:days|weeks|months)|in{_S}the{_S}(?:next|past"
    rf"|last){_S}few{_S}(?:days|weeks|months))\b",
    r"(?:World War (?:I{1,2}|[12]|One|Two)|(?:First|Second) World War)\b",
    rf"(?i:the{_S})?(?i:first|second|third|fourth|last){_S}(?i:quarter|half)\b",
    r"(?i:over the weekend|during the weekend|at the weekend|on the weekend|the weekend|since then"
    r"|year['’]s end|mid-year)",
)  # fmt: skip

_ATOM = "(?:" + "|".join(_ATOMS) + ")"
_SCAN = re.compile(rf"(?<![\w$€£#@&])(?<!\d[.,])(?:{_ATOM})(?!\w)")
_LEFT = re.compile(
    r"(?:^|(?<=[^\w]))(?:(?i:"
    r"on|in|at|during|over|for|from|by|since|until|till|before|after|around|about|through|throughout|within|between"
    r"|as early as|as late as|as soon as|as of|starting|starting in|starting on|beginning|beginning in"
    r"|beginning on|prior to|following|late|early|earlier|later"
    r"|back in|up to|no later than|ever since|sometime|(?:at|by|since|until|in|from)? ?the (?:end|beginning"
    r"|start|middle|first half|second half|latter half) of"
    r"|(?:on|in|during)? ?the (?:night|morning|evening|afternoon|eve|summer|spring|winter|autumn|fall|early hours) of"
    r"|mid|late in|early in|later in|earlier in|more than|less than|the)(?:" + _S + r"|(?<=mid)-))$"
)
_JOIN = re.compile(rf"{_S}(?:to|until|till|through){_S}(?:(?:the|on){_S})?|,?{_S}(?:and|or){_S}|,{_S}")
_BARE_YEAR = re.compile(r"\d{4}")
_TO = re.compile(r"(?:to|until|till|through)[ \u00a0\n]")
_OWN = re.compile(r"(?:on|in|at|since|by|until|till|from|during|before|after|through|for)\b")
_CALENDAR = re.compile(rf"(?i:(?:{MONTH_WORDS})\b|{_LONG_WD}|\b\d{{4}}\b)")
_REFUSED = re.compile(
    r"(?:(?:Resolution|resolution|No\.|No|Flight|flight|Article|Channel|Theresa|Highway|Route|Section)[ \u00a0])$"
)
_INNERMOST = frozenset("on in at during over for through throughout within between around about by following".split())
_REACH = 40


def spans(sentence: str) -> list[tuple[int, int]]:
    """Start and end of the time expressions of a sentence, from left to right."""
    found: list[list[int]] = []
    for match in _SCAN.finditer(sentence):
        start, end = match.span()
        while sentence[end - 1] in " ,\n\u00a0":
            end -= 1
        if _REFUSED.search(sentence, max(0, start - 12), start):
            continue
        floor = found[-1][1] if found else 0
        bare = _BARE_YEAR.fullmatch(match[0]) is not None
        led = False
        for _ in range(3):
            left = _LEFT.search(sentence, max(floor, start - _REACH), start)
            if not left or left.start() == start or (bare and left[0].lower().endswith("the ")):
                break
            word = left[0].split()[0].lower()
            if led and word in _INNERMOST:
                break
            led = led or word in _INNERMOST
            start = left.start()
        if found and _joins(sentence, found[-1], (match.start(), end), start):
            found[-1][1] = end
        else:
            found.append([start, end])
    return [(start, end) for start, end in found]


def _joins(sentence: str, before: list[int], atom: tuple[int, int], start: int) -> bool:
    """Whether two neighbours are one expression.

    Both of the calendar, with no more than "to", "and" or a comma between; or the second is what the first counts from.
    """
    left, word = sentence[before[0] : before[1]].lower(), _TO.match(sentence, start)
    gap = sentence[before[1] : word.end() if word and word.end() < atom[1] else start]
    if gap.isspace() and len(gap) == 1 and left.endswith((" after", " before", " following", " of")):
        return True
    if not (_JOIN.fullmatch(gap) and _CALENDAR.search(left) and _CALENDAR.search(sentence, start, atom[1])):
        return False
    if gap.endswith(("and ", "or ")) and _OWN.match(sentence, start):
        return False
    return "," not in gap or left in ("today", "yesterday", "tomorrow")
