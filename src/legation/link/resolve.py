"""Mentions of actors in an article: known names as of its date, and the names that the article itself introduces."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from operator import attrgetter

from legation.knowledge import OWN_RANK, Entry, read_table, slug
from legation.link.lexicon import ROLE_SECTORS, TITLES, sector_of_words
from legation.link.names import Names, names
from legation.ontology import place_of
from legation.types import Mention

__all__ = ["find_mentions"]

Sentences = Sequence[tuple[int, int, int]]


_SMALL = frozenset("with from over after into amid than that under against about between during before since".split())
"""Longer words that headlines with capitals have without one."""

_SURE = frozenset({"state", "demonym", "capital", "seat", "body", "group", "person"})
_COMMON = frozenset(
    (
        "May Will Ban Major Cook Straw Rice Brown Hope Young Hill King Price Long Short Fox Bush Bolt Green White "
        "Black Gray Grey West East North South Power Powers Day Moon Sun Park Han Li Rose Church Bishop Bell Ball "
        "Best Case Key Little Marsh Mark Frank Lee Wang Ye An Reid Hunt Field Woods Wolf Cash Close Cross Drew "
        "English Holder Hands Hood House Judge Law Lamb Love Miller Moore Page Paul Pope Rush Rich Sharp Stone Street "
        "Swan Temple Walker Wall Ward Ways Wise Wood Sale Sales Battle Burns Chance Change Early Faith Force Free "
        "Grant Guest Nice Reading Mobile Orange Split Most Man Male Victoria Santiago Van Del San Santa Independence "
        "Union Liberty Police Progress Central Gift Bad Ho Hu He Ma Yu So To U Guy Chin Duke Earl Prince Sheikh Said "
        "Turn Rove Card Snow Christian"
    ).split()
)
"""Family names that are English words: alone they count only after a title."""
_NAME_RUN = re.compile(
    r"(?:[A-Z][\w’']*(?:-\w+)*\.?)(?:\s+(?:(?:al|bin|ibn|van|von|de|del|da|la|el|ben|ul|der|dos|abu)[\s-])?"
    r"(?:al-|el-|Al-|El-)?[A-Z][\w’']*(?:-\w+)*){1,3}"
)
_NO_PERSON = frozenset(
    (
        "affairs strip bank council ministry union party force forces court agency group front army office committee "
        "commission department parliament assembly movement brigade brigades command guard guards police service "
        "services corps fund organization organisation association federation alliance league university institute "
        "center centre times post news press street square airport province region district city island islands "
        "mountains river sea gulf coast valley peninsula war day act treaty agreement accord accords summit conference "
        "games cup olympics desk bureau board authority republic states kingdom embassy consulate border heights "
        "rights commissioner"
    ).split()
)
"""Last words of names that are no person's: "Gaza Strip" after "Israeli soldiers in" is not introduced by it."""
_BEFORE = re.compile(r"[\w’'.-]+")
_BOTH_KOREAS = re.compile(r"\b(?P<north>North)\s+and\s+(?P<south>South\s+Koreans?)\b")
_FUTURE = timedelta(days=8 * 365)
"""How long before their first role persons of the tables are not looked for."""
_OWNS = re.compile(r"['’]s?\s+")
_OF = re.compile(r"\s+of\s+(?:the\s+)?")
_LEGISLATOR = re.compile(r"\b(?:Sen|Sens|Rep|Reps|Senator|Congressman|Congresswoman)\.?\s+$")


_start = attrgetter("start")


class _Covered:
    """Which stretches of a text some mentions cover, asked by bisection: a text may have thousands."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        spans = sorted((m.start, m.end) for m in mentions)
        self._starts = [s for s, _ in spans]
        self._ends = list(accumulate((e for _, e in spans), max))

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a mention shares a character with the stretch."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


def find_mentions(text: str, sentences: Sentences, published: date | None, known: Names | None = None) -> list[Mention]:
    """All mentions of known or introduced actors and places, in order.

    Args:
        text: The article's text.
        sentences: `(number, start, end)` of each sentence.
        published: Day of publication; names are resolved as of it. Today's holders where None.
        known: Names to use instead of the shipped tables.
    """
    table = known or names()
    day = published or date.today()
    raw: list[tuple[int, int, list[Entry], int]] = []
    for number, start, end in sentences:
        raw += [(s, e, entries, number) for s, e, entries in table.find(text, start, end)]
    seen: Counter[str] = Counter()
    for _, _, entries, _ in raw:
        one_place = len({place_of(x.code) for x in entries}) == 1 and all(x.kind in _SURE for x in entries)
        if one_place or any(x.kind in ("state", "demonym") for x in entries):
            seen.update({place_of(_choose(entries, day, Counter())[0].code): 1})
    titled = {n: _is_title_case(text[s:e]) for n, s, e in sentences}
    bounds = {n: (s, e) for n, s, e in sentences}
    chosen: list[Mention] = []
    full: dict[str, Mention] = {}
    families: list[tuple[int, int, list[Entry], int]] = []
    for s, e, entries, number in raw:
        if all(x.kind == "context" for x in entries):
            entries = [x for x in entries if seen[place_of(x.code)]]
            if entries:
                most = max(entries, key=lambda x: seen[place_of(x.code)])
                chosen.append(Mention(s, e, most.code, "context", most.actor_id, most.name, 0.6))
            continue
        if all(x.kind == "person" and x.first is not None and day < x.first - _FUTURE for x in entries):
            continue  # a namesake: the article may introduce the one it means
        weak = all(x.kind in ("family", "city", "place") for x in entries)
        if weak:
            families.append((s, e, entries, number))
            continue
        mention = _mention(s, e, entries, day, seen)
        chosen.append(mention)
        if mention.kind == "person":
            full.setdefault(text[s:e].split()[-1], mention)
            for entry in entries:
                if entry.actor_id == mention.actor_id:
                    full.setdefault(entry.name.split()[-1], mention)
    chosen += _shared_nouns(text, chosen)
    taken = _Covered(chosen)
    places = {(s, e) for s, e, entries, _ in families if all(x.kind in ("city", "place") for x in entries)}
    introduced = _introductions(text, sentences, chosen, titled, places)
    for mention in introduced:
        if not taken.overlaps(mention.start, mention.end):
            chosen.append(mention)
        full.setdefault(text[mention.start : mention.end].split()[-1], mention)
    covered = _Covered(chosen)
    for s, e, entries, number in families:
        if covered.overlaps(s, e):
            continue
        word = text[s:e]
        if word in full and any(x.kind == "family" for x in entries):
            chosen.append(replace(full[word], start=s, end=e, kind="family"))
            continue
        if not titled[number] and _part_of_longer_name(text, s, e, bounds[number], entries, table):
            continue
        if word in _COMMON and not _has_title(text, s, bounds[number][0]):
            continue
        active = [x for x in entries if x.kind != "family" or _age(x, day) <= 3650]
        if active:
            chosen.append(_mention(s, e, active, day, seen))
    chosen += _later_names(text, sentences, full, chosen)
    chosen.sort(key=lambda m: (m.start, -m.end))
    out: list[Mention] = []
    for mention in chosen:
        if not out or mention.start >= out[-1].end:
            out.append(mention)
    return _organs_of_places(text, out)


@cache
def _common_organs() -> frozenset[str]:
    """Names of organs that several countries have ("Supreme Court"), bare in the tables for one of them."""
    texts = {row["text"]: place_of(row["code"]) for row in read_table("seats")}
    others: dict[str, set[str]] = {}
    for text, place in texts.items():
        words = text.split()
        for k in range(1, len(words)):
            organ = " ".join(words[k:])
            if organ in texts and texts[organ] != place:
                others.setdefault(organ, set()).add(place)
    return frozenset(organ for organ, places in others.items() if len(places) > 1)


def _organs_of_places(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Organs as those of the country that stands beside them: "Kenya's Supreme Court", "the Senate of Brazil"."""
    out = list(mentions)
    for k, mention in enumerate(out):
        if mention.kind != "seat" or text[mention.start : mention.end] not in _common_organs():
            continue
        before, after = out[k - 1] if k else None, out[k + 1] if k + 1 < len(out) else None
        owner = None
        if before and before.kind == "state" and _OWNS.fullmatch(text, before.end, mention.start):
            owner = before
        elif after and after.kind == "state" and _OF.fullmatch(text, mention.end, after.start):
            owner = after
        if owner is not None and owner.place != mention.place:
            code = owner.place + mention.code[len(mention.place) :]
            out[k] = replace(mention, code=code, actor_id=owner.actor_id, name=owner.name)
    return out


def _shared_nouns(text: str, chosen: Sequence[Mention]) -> list[Mention]:
    """The first state of "North and South Korea(n)"."""
    out = []
    for m in _BOTH_KOREAS.finditer(text):
        south = next((x for x in chosen if x.start == m.start("south")), None)
        free = not any(x.start < m.end("north") and m.start("north") < x.end for x in chosen)
        if south is not None and south.place == "KOR" and free:
            out.append(Mention(*m.span("north"), "PRK", south.kind, "north-korea", "North Korea", south.certain))
    return out


def _age(entry: Entry, day: date) -> int:
    """Days since the entry ended; 0 while it holds; days until it begins, times four, before it."""
    if entry.last is not None and day > entry.last:
        return (day - entry.last).days
    if entry.first is not None and day < entry.first - timedelta(days=120):
        return 4 * (entry.first - day).days
    return 0


def _choose(entries: Sequence[Entry], day: date, seen: Counter[str]) -> tuple[Entry, float]:
    """The likeliest entry as of a day, and how sure that is."""
    scored = []
    named = any(x.kind in ("group", "body", "state", "demonym") for x in entries)
    for entry in entries:
        age = _age(entry, day)
        value = float(entry.rank) - (4.0 if named and entry.kind == "family" else 0.0)
        if age:
            value -= 2.0 + min(6.0, age / 1500) + (OWN_RANK if entry.rank >= OWN_RANK else 0)
        if seen.get(place_of(entry.code)):
            value += 2.5 if entry.kind in ("family", "city", "place") else 1.0
        scored.append((value, entry))
    scored.sort(key=lambda x: -x[0])
    best, entry = scored[0]
    rivals = [v for v, x in scored[1:] if place_of(x.code) != place_of(entry.code)]
    certain = 1.0 if not rivals else min(1.0, 0.5 + 0.15 * (best - rivals[0]))
    return entry, certain


def _mention(start: int, end: int, entries: Sequence[Entry], day: date, seen: Counter[str]) -> Mention:
    entry, certain = _choose(entries, day, seen)
    code = entry.code
    person = entry.kind in ("person", "family")
    if person and entry.last is not None and day > entry.last + timedelta(days=20) and not code.startswith("NSA"):
        code = place_of(code) + ".ELI"
    if entry.kind == "family":
        certain *= 0.8 if _age(entry, day) == 0 else 0.5
    if entry.kind in ("city", "place"):
        certain *= 0.8
    return Mention(start, end, code, entry.kind, entry.actor_id, entry.name, certain)


def _is_title_case(sentence: str) -> bool:
    """Whether a sentence is a headline whose words have capitals; verbs are the test, names have them anyway."""
    words = [w for w in re.findall(r"[A-Za-z]\w+", sentence) if len(w) > 3 and w.lower() not in _SMALL]
    return len(words) > 2 and sum(w[0].isupper() for w in words) > 0.85 * len(words)


def _previous_word(text: str, at: int, floor: int) -> str:
    m = re.search(r"([\w’'-]+)\.?[\s]+$", text[max(floor, at - 40) : at])
    return m.group(1) if m else ""


def _has_title(text: str, start: int, floor: int) -> bool:
    return _previous_word(text, start, floor).lower() in TITLES and _previous_word(text, start, floor)[:1].isupper()


def _part_of_longer_name(
    text: str, start: int, end: int, bounds: tuple[int, int], entries: Sequence[Entry], table: Names
) -> bool:
    """Whether a family or city name stands inside some other capitalised name ("Michael Bush", "Kim Davis")."""
    before = _previous_word(text, start, bounds[0])
    if before and before[0].isupper() and before.lower() not in TITLES and before.lower() not in ROLE_SECTORS:
        opening = text[bounds[0] : start].strip().strip("\"“'‘(").split()
        if len(opening) > 1 or before.lower() not in (
            "the",
            "in",
            "as",
            "but",
            "while",
            "when",
            "after",
            "if",
            "on",
            "at",
        ):
            known = before.endswith(("'s", "’s")) or any(x.kind != "family" for x in table.get(before))
            if not known:
                return True
    after = re.match(r"\s+([A-Z][\w’'-]+)", text[end : bounds[1]])
    if after and all(x.kind == "family" for x in entries):
        word = after.group(1).lower()
        return word not in ROLE_SECTORS and word not in TITLES and word not in ("jr", "sr", "white")
    return False


def _introductions(
    text: str,
    sentences: Sentences,
    found: Sequence[Mention],
    titled: dict[int, bool],
    places: set[tuple[int, int]],
) -> list[Mention]:
    """Names of persons whose country the article states: "Kremlin aide A B", "A B, the Iranian foreign minister"."""
    out: list[Mention] = []
    ordered = sorted((m for m in found if m.kind != "agency"), key=_start)
    for number, start, end in sentences:
        if titled[number]:
            continue
        here = ordered[bisect_left(ordered, start, key=_start) : bisect_left(ordered, end, key=_start)]
        for run in _NAME_RUN.finditer(text, start, end):
            s, e = run.span()
            words = run.group().split()
            while len(words) > 2 and words[0].strip(".").lower() in TITLES | ROLE_SECTORS.keys():
                s = text.index(words[1], s + len(words[0]))
                words = words[1:]
            if words[0].strip(".").lower() in TITLES | ROLE_SECTORS.keys() and len(words) == 2:
                continue
            if e > s and text[s:e].endswith(("'s", "’s")):
                e -= 2
            if any(m.start < e and s < m.end for m in here):
                tail = [m for m in here if m.start < e and s < m.end]
                first_free = tail[-1].end
                rest = text[first_free:e].strip()
                if tail[0].start > s or len(rest.split()) < 2 or not rest[:1].isupper():
                    continue
                s = text.index(rest, first_free)
            if text[s:e].split()[-1].lower().strip(".") in _NO_PERSON or (s, e) in places:
                continue
            code = _cue_before(text, s, start, here) or _cue_after(text, e, end, here)
            if code:
                name = text[s:e]
                out.append(Mention(s, e, code, "introduced", slug(name), name, 0.9))
    return out


def _cue_before(text: str, at: int, floor: int, here: Sequence[Mention]) -> str:
    """Id from what stands right before a name: a state's adjective or seat, then an office."""
    if _LEGISLATOR.search(text[max(floor, at - 16) : at]):
        return "USA.LEG"
    for mention in reversed([m for m in here if m.end <= at]):
        between = text[mention.end : at]
        if len(between) > 70 or re.search(r"[.;:,()\"“”]\s", between.replace("Lt. ", "Lt ").replace("Gen. ", "Gen ")):
            return ""
        words = [w for w in _BEFORE.findall(between) if w not in ("'s", "’s", "s")]
        if len(words) > 7 or any(w.lower() in ("and", "with", "to", "said", "told", "by", "against") for w in words):
            return ""
        sector = sector_of_words(words)
        if not words and mention.kind in ("demonym", "seat", "state"):
            return mention.code
        if sector or mention.kind in ("seat", "group", "body", "party"):
            if ":" in mention.code or (mention.kind in ("seat", "party") and "." in mention.code):
                return mention.code
            return mention.place + "." + (sector or "GOV")
        return ""
    return ""


def _cue_after(text: str, at: int, limit: int, here: Sequence[Mention]) -> str:
    """Id from an apposition right after a name: ", the Iranian foreign minister,"."""
    m = re.match(r",\s+(?:(?:the|a|an|who is|who was)\s+)?([^,.;:]{3,90})", text[at:limit])
    if not m:
        return ""
    left, right = at + m.start(1), at + m.end(1)
    words = _BEFORE.findall(m.group(1))
    sector = sector_of_words(words)
    if not sector:
        return ""
    for mention in here:
        if left <= mention.start and mention.end <= right:
            if re.search(r"\b(?:said|told|was|is|has|have|were|will|would)\b", text[left : mention.start]):
                return ""
            if ":" in mention.code or (mention.kind == "seat" and "." in mention.code):
                return mention.code
            return mention.place + "." + sector
    return ""


def _later_names(text: str, sentences: Sentences, full: dict[str, Mention], chosen: Sequence[Mention]) -> list[Mention]:
    """Later mentions, by family name alone, of persons introduced by the article."""
    fresh = {family: m for family, m in full.items() if m.kind in ("introduced", "person") and len(family) > 2}
    if not fresh:
        return []
    covered = _Covered(chosen)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(fresh))) + r")(?!\w)")
    return [
        replace(fresh[m.group()], start=m.start(), end=m.end(), kind="family")
        for _, start, end in sentences
        for m in pattern.finditer(text, start, end)
        if not covered.overlaps(m.start(), m.end())
    ]
