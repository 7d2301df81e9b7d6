"""Holds the table of who is who against published reference tables, and says how fast it is.

    python -m evaluation.facts [--shared ../shared] [--write docs/reference-differences.md] [--speed]

Leaders since 1990 against Archigos 4.1 (to 2015) and REIGN (to August 2021), by the day; memberships from 1990 to 2014
against the Correlates of War's IGO data, by the year. Every difference that is left is listed with who is right; the
verdicts stand in `differences.tsv` beside this file. Exit status 1 where a figure is under 98 %; 0 with a message
where the reference tables are not at hand.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import gzip
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from legation.knowledge import parse_day, read_table
from legation.knowledge.keys import plain

_ROOT = Path(__file__).resolve().parent.parent
_HERE = Path(__file__).resolve().parent
FLOOR = 0.98
SINCE = date(1990, 1, 1)
LISTED = 31
"""Days of a leader that we lack, from which the difference is listed by itself: REIGN knows months only."""
_HEADS = ("head_of_state", "head_of_government", "de_facto_leader")
_OPEN = date(2026, 12, 31)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe"})
_PARTICLES = frozenset("al el ould bin ben ibn van von der del dos das the abd abdul prince king sheikh".split())


def tokens(name: str, *, particles: bool = False) -> frozenset[str]:
    """Words of a name in lower-case ASCII; "al-Sisi", "Al Sisi" and "alSisi" have one in common."""
    base = plain(name).lower().translate(_LETTERS).replace("'", "").replace("`", "").replace("’", "")
    parts = re.findall(r"[a-z]{2,}", base)
    words = {w for w in parts if particles or w not in _PARTICLES} or set(parts)
    joined = {a + b for a, b in pairwise(parts) if len(a) + len(b) > 4}
    return frozenset(words | joined)


def same_person(theirs: frozenset[str], ours: frozenset[str]) -> bool:
    """Whether two names may be one person's: a word in common, or one spelt alike ("Yeltsin", "Jelzin" are not)."""
    if theirs & ours:
        return True
    return any(
        len(a) > 3 and len(b) > 3 and difflib.SequenceMatcher(None, a, b).ratio() >= 0.8 for a in theirs for b in ours
    )


@dataclass(frozen=True)
class Spell:
    """A leader of a reference table: the state, and the first day in office and the first day out of it."""

    place: str
    leader: str
    first: date
    end: date


@dataclass(frozen=True)
class Difference:
    """Something on which we and a reference differ."""

    reference: str
    what: str
    who: str
    theirs: str
    ours: str


def _codes(column: str) -> dict[int, list[tuple[date | None, date | None, str]]]:
    out: dict[int, list[tuple[date | None, date | None, str]]] = defaultdict(list)
    for row in read_table("states"):
        if row[column]:
            entry = (parse_day(row["from"]), parse_day(row["to"], end=True), row["iso3"])
            out[int(row[column])].append(entry)
    return out


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf8", errors="replace") as lines:
        yield from csv.DictReader(lines)


def archigos(facts: Path) -> list[Spell]:
    """Spells of Archigos that reach into the time since 1990."""
    places = _codes("gw")
    out = []
    for row in _read(facts / "archigos_leaders.csv.gz"):
        first, last = date.fromisoformat(row["startdate"][:10]), date.fromisoformat(row["enddate"][:10])
        code = int(float(row["gwcode"]))
        if last >= SINCE and code in places:
            out.append(Spell(places[code][0][2], row["leader"], max(first, SINCE), last))
    return out


def reign(facts: Path) -> list[Spell]:
    """Spells of REIGN since 1990. It has no last days: a spell ends with the next one of that state, or its month."""
    places = _codes("cow")
    rows: dict[int, list[tuple[date, date, str]]] = defaultdict(list)
    stop = date(2021, 8, 1)
    for row in _read(facts / "reign_leaders.csv.gz"):
        try:
            year, month, day = (int(float(row[c])) for c in ("syear", "smonth", "sdate"))
            first = date(year, month, max(1, min(day, 28)))
        except ValueError:
            continue
        last = stop
        if row["eyear"] and row["emonth"]:
            last = min(stop, date(int(float(row["eyear"])), int(float(row["emonth"])), 28))
        if last >= SINCE and first < stop:
            rows[int(float(row["ccode"]))].append((first, last, row["leader"]))
    out = []
    for code, spells in rows.items():
        spells.sort()
        for i, (first, last, leader) in enumerate(spells):
            following = [s for s, _, _ in spells[i + 1 :] if (s.year, s.month) == (last.year, last.month)]
            end = following[0] if following else (date(last.year, last.month, 1) if last != stop else stop)
            if code in places and end > max(first, SINCE):
                out.append(Spell(places[code][0][2], leader, max(first, SINCE), end))
    return out


@lru_cache(maxsize=1)
def _heads() -> dict[str, list[tuple[date, date, frozenset[str], str]]]:
    out: dict[str, list[tuple[date, date, frozenset[str], str]]] = defaultdict(list)
    for table in ("holders_west", "holders_east"):
        for row in read_table(table):
            if row["office"] in _HEADS:
                first, last = parse_day(row["from"]) or SINCE, parse_day(row["to"], end=True) or _OPEN
                names = tokens(" ".join((row["name"], row["family"], row["aliases"])), particles=True)
                out[row["place"]].append((first, last, names, row["name"]))
    return out


def leader_days(reference: str, spells: Iterable[Spell]) -> tuple[int, int, list[Difference]]:
    """Days of a reference, how many of them we agree with, and the spells on which we do not."""
    total = agreed = 0
    differences = []
    for spell in spells:
        theirs = tokens(spell.leader)
        days = (spell.end - spell.first).days
        ours = _heads()[spell.place]
        ranges = [(max(a, spell.first), min(b + timedelta(1), spell.end)) for a, b, n, _ in ours
                  if a < spell.end and b >= spell.first and same_person(theirs, n)]  # fmt: skip
        covered = len({day for a, b in ranges for day in range(a.toordinal(), b.toordinal())})
        total += days
        agreed += covered
        if days - covered > LISTED:
            during = [name for a, b, _, name in sorted(ours, key=lambda x: x[0]) if a < spell.end and b > spell.first]
            what = f"{spell.place} {spell.first} to {spell.end}, {days - covered} of {days} days"
            differences.append(
                Difference(reference, what, spell.leader, spell.leader, ", ".join(dict.fromkeys(during)))
            )
    return agreed, total, differences


_COLUMNS = {
    "antiguabarbuda": "ATG", "bosnia": "BIH", "car": "CAF", "congobrazz": "COG", "czechrep": "CZE",
    "czechoslovakia": "CZE", "domrepublic": "DOM", "etimor": "TLS", "eqguinea": "GNQ", "fyromacedonia": "MKD",
    "guineabissau": "GNB", "ivorycoast": "CIV", "marshallis": "MHL", "micronesiafs": "FSM", "nokorea": "PRK",
    "papuanewguinea": "PNG", "saotome": "STP", "soafrica": "ZAF", "sokorea": "KOR", "sosudan": "SSD",
    "solomonis": "SLB", "stkitts": "KNA", "stlucia": "LCA", "stvincent": "VCT", "swaziland": "SWZ", "trinidad": "TTO",
    "uae": "ARE", "uk": "GBR", "usa": "USA", "wgermany": "DEU", "wsamoa": "WSM", "yugoslaviaserb": "SRB",
    "zaire": "COD", "russia": "RUS", "iran": "IRN", "vietnam": "VNM",
}  # fmt: skip
"""Columns of the membership data that are no name of a state."""
_BODIES = {
    "LOAS": "ARAB-LEAGUE", "COE": "COUNCIL-OF-EUROPE", "ComSec": "COMMONWEALTH", "NordC": "NORDIC-COUNCIL",
    "Mercosur": "MERCOSUR", "OAU": "AU", "EEC": "EU", "Andean": "ANDEAN-COMMUNITY", "ArticC": "ARCTIC-COUNCIL",
    "AMU": "ARAB-MAGHREB-UNION", "WPact": "WARSAW-PACT", "RIOgroup": "RIO-GROUP", "CMEA": "COMECON",
    "ACCT": "FRANCOPHONIE", "IORARC": "IORA",
}  # fmt: skip
"""Bodies that the membership data call otherwise than we do."""
_LAST_YEAR = 2014


def _state_columns() -> dict[str, str]:
    out = dict(_COLUMNS)
    for row in read_table("states"):
        for name in (row["name"], *row["aliases"].split("|")):
            out.setdefault(re.sub(r"[^a-z]", "", plain(name).lower()), row["iso3"])
    for column in ("egermany", "korea", "nyemen", "syemen", "svietnam", "zanzibar"):
        out.pop(column, None)
    return out


def member_years(facts: Path) -> tuple[dict[str, tuple[int, int]], list[Difference]]:
    """By body the member-years we agree on and all of them, and where we differ, by member.

    Years count in which the body exists in both tables; years in which it does only in theirs are a difference each.
    """
    ours: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in read_table("members"):
        if row["status"] == "member":  # a suspended one is a member still
            ours[row["body"], row["place"]].append(_years(row))
    lives: dict[str, tuple[int, int]] = {}
    for row in read_table("bodies"):
        (a, b), (c, d) = _years(row), lives.get(row["id"], (9999, 0))
        lives[row["id"]] = (min(a, c), max(b, d))
    known = {body for body, _ in ours}
    states = _state_columns()
    values: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for row in _read(facts / "cow_igo_years.csv.gz"):
        year = int(float(row["year"]))
        body = "IGO:" + _BODIES.get(row["ioname"], row["ioname"])
        if SINCE.year <= year <= _LAST_YEAR and body in known:
            for column, value in row.items():
                if column in states and value:
                    values[body, states[column], year].add(int(float(value)))
    counts: Counter[tuple[str, bool]] = Counter()
    apart: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    unborn: dict[str, set[int]] = defaultdict(set)
    for (body, place, year), found in sorted(values.items()):
        theirs = 1 in found
        mine = any(a <= year <= b for a, b in ours[body, place])
        if not lives[body][0] <= year <= lives[body][1]:
            if theirs:
                unborn[body].add(year)
            continue
        if theirs or (mine and not found <= {-9, -1}):
            counts[body, theirs == mine] += 1
            if theirs != mine:
                apart[body, place, theirs].append(year)
    differences = []
    for (body, place, theirs), years in apart.items():
        span = _runs(years)
        who = f"{place} in {body}"
        says = ("member", "not") if theirs else ("not", "member")
        differences.append(Difference("COW IGO", f"{who}, {span}", who, *says))
    for body, gone in unborn.items():
        differences.append(
            Difference("COW IGO", f"{body} exists, {_runs(sorted(gone))}", body, "it exists", "it does not")
        )
    bodies = sorted({b for b, _ in counts})
    return {b: (counts[b, True], counts[b, True] + counts[b, False]) for b in bodies}, differences


def _years(row: dict[str, str]) -> tuple[int, int]:
    first, last = parse_day(row["from"]), parse_day(row["to"], end=True)
    return first.year if first else 0, last.year if last else 9999


def _runs(years: list[int]) -> str:
    """Years as they are written: "1993, 1995-1997"."""
    out: list[list[int]] = []
    for year in years:
        if out and year == out[-1][-1] + 1:
            out[-1].append(year)
        else:
            out.append([year])
    return ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in out)


def verdicts() -> dict[tuple[str, str], tuple[str, str]]:
    """Who is right, and why, by reference and difference."""
    file = _HERE / "differences.tsv"
    with file.open(encoding="utf8") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(r["reference"], r["what"]): (r["right"], r["why"]) for r in rows}


@dataclass(frozen=True)
class Report:
    """All that was found: name of each check with agreement and total, and the differences."""

    figures: dict[str, tuple[int, int]]
    bodies: dict[str, tuple[int, int]]
    differences: list[Difference]


def compare(facts: Path) -> Report:
    """Runs all checks."""
    figures, differences = {}, []
    for name, spells in (("Archigos", archigos(facts)), ("REIGN", reign(facts))):
        agreed, total, found = leader_days(name, spells)
        figures[f"{name} leader-days"] = (agreed, total)
        differences += found
    bodies, found = member_years(facts)
    figures["COW IGO member-years"] = (sum(a for a, _ in bodies.values()), sum(t for _, t in bodies.values()))
    return Report(figures, bodies, differences + found)


def _page(report: Report) -> str:
    known = verdicts()
    out = [
        "# Where we and the reference tables differ",
        "",
        "Written by `python -m evaluation.facts --write docs/reference-differences.md`; do not edit. The verdicts come",
        "from `evaluation/differences.tsv`. Names are matched by a word in common or one spelt alike, without accents;",
        f"leaders on whom we differ by {LISTED} days or less (days of handover, months without days) are not listed.",
        "",
        "| check | agreed | of | share |",
        "| --- | ---: | ---: | ---: |",
    ]
    out += [f"| {n} | {a:,} | {t:,} | {a / t:.2%} |" for n, (a, t) in report.figures.items()]
    right: Counter[str] = Counter(known.get((d.reference, d.what), ("open", ""))[0] for d in report.differences)
    out += ["", "Who is right: " + ", ".join(f"{n} {k}" for k, n in right.most_common()) + ".", ""]
    out += ["| reference | what | it says | we say | right | why |", "| --- | --- | --- | --- | --- | --- |"]
    for d in sorted(report.differences, key=lambda d: (d.reference, d.what)):
        verdict, why = known.get((d.reference, d.what), ("open", ""))
        out.append(f"| {d.reference} | {d.what} | {d.theirs} | {d.ours or 'nobody'} | {verdict} | {why} |")
    return "\n".join(out) + "\n"


def speed() -> dict[str, float]:
    """Milliseconds and megabytes to load the names, microseconds a lookup."""
    from legation.knowledge import load
    from legation.knowledge.compiled import Index
    from legation.link.names import Names

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    index: Index = load()
    loaded = time.process_time() - begun
    table = Names(index)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    keys = list(index.names)[::7]
    begun = time.process_time()
    for key in keys:
        table.get(key)
    first = (time.process_time() - begun) / len(keys)
    begun = time.process_time()
    for key in keys:
        table.get(key)
    again = (time.process_time() - begun) / len(keys)
    return {
        "compiled": float(bool(index.digest)),
        "load ms": 1e3 * loaded,
        "load MB": (after - before) / 1024,
        "names": len(index.names),
        "first lookup us": 1e6 * first,
        "later lookup us": 1e6 * again,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared")
    parser.add_argument("--write", type=Path, help="write the page with the differences")
    parser.add_argument("--speed", action="store_true", help="time loading and looking up only")
    args = parser.parse_args()
    if args.speed:
        for name, value in speed().items():
            print(f"{name:18} {value:10.1f}")
        return 0
    facts = args.shared / "facts"
    if not facts.is_dir():
        print(f"{facts} is missing: the reference tables are not at hand, nothing is checked")
        return 0
    report = compare(facts)
    for name, (agreed, total) in report.figures.items():
        print(f"{name:22} {agreed:9,} of {total:9,}  {agreed / total:.2%}")
    low = [f"{b[4:]} {a / t:.1%}" for b, (a, t) in report.bodies.items() if a < FLOOR * t]
    print(f"{len(report.bodies)} bodies in both; under {FLOOR:.0%}: {', '.join(low) or 'none'}")
    known = verdicts()
    undecided = [d for d in report.differences if (d.reference, d.what) not in known]
    print(f"{len(report.differences)} differences, {len(undecided)} without a verdict")
    if args.write:
        args.write.write_text(_page(report), encoding="utf8")
    else:
        for d in undecided:
            print(f"  {d.reference}\t{d.what}\t{d.theirs}\t{d.ours}")
    return int(any(a < FLOOR * t for a, t in report.figures.values()))


if __name__ == "__main__":
    sys.exit(main())
