"""How well `legation.read.dates` resolves: on the Recognizers-Text specs, beside `dateparser`, and on annotated claims.

    time_expressions.py [--shared ../shared] [--errors N]

Recognizers-Text (MIT) states for each sentence a reference date, the words of the date, and the day or days that
they stand for: once, or twice where the past and the future reading differ. The parsers get the words alone. A case
counts as right when first and last day agree, in both readings where there are two (asked as past, then as future;
where there is one reading the parser is asked without a tense). The reference date is also the date last spoken of
("that week").

* taken: the kinds `date` and `daterange` of DateParser, DatePeriodParser, HolidayParser and DateTimeModel, each
  pair of reference date and words once. Where the end of a range is exclusive it is moved back by one day; a range
  between two named dates leaves its end out there and takes it in in newspapers ("from 3 to 5 May"), and either
  counts. A range that is open on one side must be open on the same side, and its boundary may be off by one day.
* left out, because a news date has no such thing: times of day, durations, sets ("every Monday"), time zones;
* left out, because nothing is stated to compare with: no resolution (30 February), or more than two readings;
* in a row of its own, "other conventions", because newspapers, or the guidelines, use the words otherwise (the list
  was drawn up with the disagreements in view, so read the row "all" beside it):
  - bare numbers ("on 15"), school, fiscal and business calendars, numbered weeks;
  - windows without the day of reference ("next 3 days" from tomorrow) and rolling ones ("past week"): ours run from
    or to the day of publication, in units of the words;
  - months and years away ("two years ago"): theirs is a day, ours as precise as the unit;
  - "early", "late", "mid", "end of", "rest of", "earlier this" and the like: theirs is half or a third of the
    period;
  - decades without a century ("the 70s"): in the news never those to come; "more than 2 weeks after": theirs is
    open;
  - a weekday that is that of the reference day: theirs is never the day itself, in the news it mostly is;
  - calendars of religion that need observation (Ramadan), and the Fourth of July as "Independence Day".

timenorm (Apache-2.0) gives the time expressions of news articles as TIMEX3; the first row of each article is its
date. Taken: those of kind DATE whose value is a day, week, month, quarter, half, season, year, decade or century,
once for each day and wording, without a tense, as the tables state none. Left out: "now", "the past", sets and
durations.

Claims: `exact` is the share of the annotators' dates that come back as the same EDTF string, given their words, the
day of publication and the tense of the status; `anchored` the same with the date resolved before it in the document
as the date last spoken of; `silent` the share of their undated words that stay undated; `found` the share of their
dated words that `find` overlaps; `precise` the share of what it finds that they marked, in sentences where they
marked any. They mark the dates of claims only, so that the last is a lower bound.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from legation.read.dates import Resolved, bounds, find, resolve

Days = tuple[date | None, date | None]
Tense = Literal["past", "future", ""]
Parser = Callable[[str, date, Tense], list[Days]]
SPECS = ("DateParser", "DatePeriodParser", "HolidayParser", "DateTimeModel")
KINDS = {"date", "daterange", "datetimeV2.date", "datetimeV2.daterange"}
TENSE: dict[str, Tense] = {"planned": "future", "possible": "future"}
_N = r"(?:few|several|couple|an?|one|\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|forty)"
_DAY_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
OTHER = re.compile(
    r"^(?:the |on |on the )?\d{1,2}[.!?]?$|business|weekday|work ?(?:ing )?(?:day|week)|school|fiscal|\bfy"
    r"|week ?(?:no\.? ?)?\d|\bw\d"
    r"|\bytd\b|to date|^my |(?:^|^the |over |during )(?:past|coming|upcoming) |fortnight$"
    rf"|(?:next|last|past|previous|coming|upcoming|following) (?:couple of |about )?{_N}\b|^{_N} (?:next|past"
    rf"|previous|upcoming|coming) "
    rf"|{_N}(?: half)? (?:more )?(?:month|quarter|year|decade)s?(?: and a half)? (?:ago|later|earlier|hence"
    rf"|before|after|from|since|in the)|(?:in|within|for) {_N} |future"
    r"|\b(?:early|late|mid|middle|beginning|start|end|rest|remaining|remainder|earlier|later) (?:of |in |this"
    r"|next|last|previous|the )|^mid|^eo[ymw]$|^(?:the )?'?\d0'? ?s$|^(?:the )?\w+ties$|^(?:more|less) than "
    r"|since late|before early|after mid|ramadh?an|rama|ramzan|\beid|fast$|(?:islamic|hijri|arabic) new year"
    r"|independence day|yuandan|jubilee|freedom day",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One expression with what it stands for as past and as future."""

    spec: str
    kind: str
    text: str
    published: date
    past: Days
    future: Days


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _days(value: dict[str, str]) -> Days | None:
    """The days of one reading as the specs state it; None where it states none."""
    single = value.get("date") or value.get("value")
    if single:
        day = _day(single)
        return (day, day) if day else None
    start = _day(value.get("startDate") or value.get("start") or "")
    end = _day(value.get("endDate") or value.get("end") or "")
    if start is None and end is None:
        return None
    return start, end - timedelta(1) if end else None


def recognizers(archive: tarfile.TarFile, left_out: Counter[str]) -> Iterator[Case]:
    """The date cases of the Recognizers-Text specs."""
    seen = set()
    for spec in SPECS:
        member = archive.extractfile(f"recognizers/{spec}.json")
        for entry in json.loads(member.read().decode("utf-8-sig")) if member else ():
            published = _day(entry.get("Context", {}).get("ReferenceDateTime", ""))
            for result in entry["Results"]:
                kind = result.get("TypeName") or result.get("Type") or ""
                if kind not in KINDS:
                    left_out["time of day, duration, set, zone"] += 1
                    continue
                value = result.get("Value") or result.get("Resolution") or {}
                if "values" in value:
                    readings = [_days(x) for x in value["values"]]
                else:
                    readings = [_days(value.get("PastResolution") or {}), _days(value.get("FutureResolution") or {})]
                none = None in readings or any(x and x[0] and x[0].year == 1 for x in readings)
                if not published or not 1 <= len(readings) <= 2 or none:
                    left_out["no value, or more than two"] += 1
                    continue
                key = (published, result["Text"].lower())
                if key in seen:
                    left_out["repeated"] += 1
                    continue
                seen.add(key)
                ordered = sorted((x for x in readings if x), key=lambda x: x[0] or x[1] or date.min)
                yield Case(spec, kind.rpartition(".")[2], result["Text"], published, ordered[0], ordered[-1])


_SEASONS = {"SP": 21, "SU": 22, "FA": 23, "WI": 24}


def _timex(value: str) -> Days | None:
    """The days of a TIMEX3 value; None for what is no date."""
    if match := re.fullmatch(r"(\d{4})-W(\d\d)", value):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return monday, monday + timedelta(6)
    if match := re.fullmatch(r"(\d{4})-([QH])(\d)", value):
        length = 3 if match[2] == "Q" else 6
        last = length * int(match[3])
        return bounds(f"{match[1]}-{last - length + 1:02d}/{match[1]}-{last:02d}")
    if match := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", value):
        return bounds(f"{match[1]}-{_SEASONS[match[2]]}")
    try:
        return bounds(value + "X" * (4 - len(value)) if re.fullmatch(r"\d{2,3}", value) else value)
    except ValueError:
        return None


def timenorm(archive: tarfile.TarFile, part: str, left_out: Counter[str]) -> Iterator[Case]:
    """The date cases of one of timenorm's English tables."""
    member = archive.extractfile(f"timenorm/datasets/en/{part}.tsv")
    published, seen = None, set()
    for line in member.read().decode("utf-8").splitlines() if member else ():
        text, _, rest = line.partition("\t")
        kind, _, value = rest.partition("\t")
        if not line.strip():
            published = None
        elif published is None:
            published = _day(value)
        elif kind != "DATE" or not (days := _timex(value.strip())):
            left_out["no date"] += 1
        elif (published, text.lower()) not in seen:
            seen.add((published, text.lower()))
            yield Case("timenorm", part, text, published, days, days)


def ours(text: str, published: date, tense: Tense) -> list[Days]:
    """The days that Legation gives."""
    found = resolve(text, published, tense=tense, anchor=Resolved(published.isoformat(), published, published))
    return [(found.first, found.last)] if found else []


def their_parser() -> Parser | None:
    """The days that dateparser gives, or None where it is not installed.

    It gives one day and a period; either the day or the whole period may be what is wanted.
    """
    try:
        from dateparser.date import DateDataParser
    except ImportError:
        return None

    def parse(text: str, published: date, tense: Tense) -> list[Days]:
        base = datetime(published.year, published.month, published.day)
        settings = {"PREFER_DATES_FROM": tense or "current_period", "RELATIVE_BASE": base}
        try:
            data: Any = DateDataParser(languages=["en"], settings=settings).get_date_data(text)
        except Exception:  # noqa: BLE001  (a crash of theirs is a miss)
            return []
        if not data or not data.date_obj:
            return []
        day = data.date_obj.date()
        monday = day - timedelta(day.weekday())
        periods: dict[str, Days] = {
            "year": bounds(f"{day.year:04d}"),
            "month": bounds(f"{day.year:04d}-{day.month:02d}"),
            "week": (monday, monday + timedelta(6)),
        }
        return [(day, day), periods.get(data.period, (day, day))]

    return parse


_NAMED_ENDS = re.compile(r"\b(?:to|until|till?|through|and)\b|[-~]", re.IGNORECASE)


def _same(got: Days, want: Days, case: Case) -> bool:
    if None in want:
        return all(
            (g is None) == (w is None) and (g is None or w is None or abs((g - w).days) <= 1)
            for g, w in zip(got, want, strict=True)
        )
    if got == want:
        return True
    if case.kind != "daterange" or got[0] != want[0] or not got[1] or not want[1] or not _NAMED_ENDS.search(case.text):
        return False
    # They leave out the day, month, quarter or year that is named as the end and begins here; ours takes it in.
    end = want[1] + timedelta(1)
    length = (got[1] - end).days + 1
    return length in (1, 28, 29, 30, 31, 90, 91, 92, 365, 366)


def agrees(parse: Parser, case: Case) -> bool:
    """Whether a parser gives the stated days in each reading."""
    readings: list[tuple[Tense, Days]] = [("past", case.past), ("future", case.future)]
    if case.past == case.future:
        readings = [("", case.past)]
    return all(
        any(_same(got, want, case) for got in parse(case.text, case.published, tense)) for tense, want in readings
    )


def _other(case: Case) -> bool:
    """Whether newspapers use the words otherwise than the specs do."""
    name = re.fullmatch(_DAY_NAME, case.text, re.IGNORECASE)
    same_day = name and case.text[:3].lower() == f"{case.published:%a}".lower()
    return bool(same_day or OTHER.search(case.text))


def _share(right: int, of: int) -> str:
    return f"{100 * right / of:5.1f} %" if of else "    -  "


def compare(title: str, cases: list[Case], errors: int) -> None:
    """Print the table of agreement by kind, ours and dateparser's."""
    theirs = their_parser()
    rows: dict[str, list[int]] = {}
    shown = 0
    for case in cases:
        row = "other conventions" if case.spec != "timenorm" and _other(case) else case.kind
        good = agrees(ours, case)
        counts = rows.setdefault(row, [0, 0, 0])
        counts[0] += 1
        counts[1] += good
        counts[2] += bool(theirs and agrees(theirs, case))
        if not good and shown < errors and row != "other conventions":
            shown += 1
            print(f"  {case.spec} {case.published} {case.text!r}: wants {_show(case.past)}, {_show(case.future)};"
                  f" gives {_text(case, 'past')}, {_text(case, 'future')}")  # fmt: skip
    print(f"{title:24}{'cases':>7}{'Legation':>11}{'dateparser':>13}")
    kinds = [k for k in rows if k != "other conventions"]
    total = [sum(rows[k][i] for k in kinds) for i in range(3)]
    table = [(k, rows[k]) for k in sorted(kinds)]
    if "other conventions" in rows:
        everything = [sum(row[i] for row in rows.values()) for i in range(3)]
        table += [("both", total), ("other conventions", rows["other conventions"]), ("all", everything)]
    for name, (n, us, them) in table:
        print(f"{name:24}{n:7}{_share(us, n):>11}{_share(them, n) if theirs else 'not here':>13}")
    if not theirs:
        print("dateparser is not installed (pip install dateparser): its column is empty.")


def _show(span: Days) -> str:
    return f"{span[0] or '..'}/{span[1] or '..'}" if span[0] != span[1] else str(span[0])


def _text(case: Case, tense: Tense) -> str:
    found = ours(case.text, case.published, "" if case.past == case.future else tense)
    return _show(found[0]) if found else "nothing"


def claims(folder: Path, part: str) -> None:
    """Print the agreement with the annotators of one part of the claims."""
    docs = {d["id"]: d for d in _lines(folder / f"{part}.docs.jsonl")}
    halves: dict[str, list[dict[str, Any]]] = {}
    for claim in _lines(folder / f"{part}.claims.jsonl"):
        half = int(hashlib.sha256(claim["d"].encode()).hexdigest(), 16) % 2
        name = part if part != "train" else ("train, unseen half" if half else "train, seen half")
        halves.setdefault(name, []).append(claim)
    for name in sorted(halves):
        _claims(name, halves[name], docs)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _claims(name: str, part: list[dict[str, Any]], docs: dict[str, Any]) -> None:
    dated = right = anchored = empty = silent = 0
    wanted: dict[tuple[str, int], set[str]] = {}
    before: Resolved | None = None
    where = ""
    for claim in sorted(part, key=lambda c: (c["d"], c["s"])):
        words, edtf = claim["w"]
        published = _day(docs[claim["d"]]["published"] or "")
        tense = TENSE.get(claim["st"], "past")
        spans = wanted.setdefault((claim["d"], claim["s"]), set())
        if claim["d"] != where:
            where, before = claim["d"], None
        if words and edtf:
            spans.add(words)
            dated += 1
            found = resolve(words, published, tense=tense)
            right += bool(found and found.edtf == edtf)
            found = resolve(words, published, tense=tense, anchor=before)
            anchored += bool(found and found.edtf == edtf)
            before = found or before
        elif words:
            empty += 1
            silent += resolve(words, published, tense=tense) is None
    seconds = 0.0
    gold = hit = proposed = useful = 0
    for (doc, number), texts in wanted.items():
        article = docs[doc]
        text = article["title"] + "\n" + article["text"] if article["title"] else article["text"]
        start, end = article["sentences"][number - (0 if article["title"] else 1)]
        sentence = text[start:end]
        clock = time.perf_counter()
        spans_found = find(sentence)
        seconds += time.perf_counter() - clock
        places = [(sentence.find(t), sentence.find(t) + len(t)) for t in texts if t in sentence]
        gold += len(places)
        hit += sum(any(s.start < b and a < s.end for s in spans_found) for a, b in places)
        if places:
            proposed += len(spans_found)
            useful += sum(any(s.start < b and a < s.end for a, b in places) for s in spans_found)
    print(
        f"{name:24}{dated:7}{_share(right, dated):>11}{_share(anchored, dated):>11}{_share(silent, empty):>11}"
        f"{_share(hit, gold):>11}{_share(useful, proposed):>11}{1e6 * seconds / max(len(wanted), 1):9.0f}"
    )


def _sources(archive: tarfile.TarFile) -> Iterator[tuple[str, list[Case], Counter[str]]]:
    left_out: Counter[str] = Counter()
    yield "Recognizers-Text", list(recognizers(archive, left_out)), left_out
    left_out = Counter()
    yield "timenorm", [x for part in ("train", "test") for x in timenorm(archive, part, left_out)], left_out


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Agreement of legation.read.dates with stated dates.")
    parser.add_argument(
        "--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared", help="the folder with corpus/"
    )
    parser.add_argument("--parts", nargs="*", default=["train", "dev"], help="parts of the claims to measure")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print the first N cases that disagree")
    options = parser.parse_args()
    archive = options.shared / "corpus" / "time" / "time-expressions.tar.gz"
    if not archive.is_file():
        print(f"no corpus: {archive} is missing. Name the folder that holds corpus/ with --shared.", file=sys.stderr)
        return 0
    with tarfile.open(archive) as tar:
        for title, cases, left_out in _sources(tar):
            compare(title, cases, options.errors)
            print("left out: " + ", ".join(f"{n} {why}" for why, n in left_out.most_common()) + "\n")
    folder = options.shared / "corpus" / "claims"
    print(
        f"{'claims':24}{'dated':>7}{'exact':>11}{'anchored':>11}{'silent':>11}{'found':>11}{'precise':>11}{'us/sent':>9}"
    )
    for part in options.parts:
        if (folder / f"{part}.claims.jsonl").is_file():
            claims(folder, part)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
