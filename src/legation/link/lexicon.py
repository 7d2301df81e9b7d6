"""Words that say what an actor is: offices, organs and groups of people, and the sector each stands for."""

from __future__ import annotations

__all__ = ["ROLE_SECTORS", "TITLES", "sector_of_words"]

_BY_SECTOR = {
    "GOV": (
        "president presidents leader leaders premier premiers minister ministers ministry ministries government "
        "governments official officials officer diplomat diplomats ambassador ambassadors envoy envoys embassy "
        "consulate chancellor king queen prince emir sultan sheikh monarch ruler regime administration administrations "
        "cabinet secretary spokesman spokeswoman spokesperson spokespeople aide adviser advisor advisers advisors "
        "governor mayor delegation delegate delegates negotiator negotiators authorities authority state states "
        "department treasury presidency palace chairman commissioner dictator junta vice-president mission consul "
        "counterpart counterparts bureaucrat agency prosecutor prosecutors attorney"
    ),
    "MIL": (
        "army armies military militaries troops troop soldier soldiers forces force navy air-force warplane warplanes "
        "jet jets warship warships ship ships vessel vessels aircraft fighter-jets submarine submarines general "
        "generals commander commanders colonel admiral marine marines airstrike airstrikes drones drone missiles "
        "artillery tanks tank battalion brigade serviceman servicemen peacekeepers defence-forces paratroopers pilots "
        "pilot sailors guards helicopters helicopter bombers"
    ),
    "LEG": (
        "parliament parliaments lawmaker lawmakers legislator legislators legislature congress senate senator senators "
        "mp mps congressman congresswoman congressmen deputies assembly speaker representatives representative "
        "parliamentarians parliamentarian"
    ),
    "JUD": "court courts judge judges tribunal justice magistrate jury judiciary",
    "COP": "police policeman policemen police-officer gendarmes gendarmerie constable detectives",
    "SPY": "intelligence spy spies spymaster hackers",
    "OPP": "opposition dissident dissidents",
    "PTY": "party parties politicians politician candidate candidates lawmakers-party",
    "REB": (
        "rebel rebels insurgent insurgents guerrilla guerrillas separatists separatist secessionists fighters fighter"
    ),
    "UAF": "gunman gunmen militants militant attackers attacker assailants bomber terrorist terrorists",
    "CVL": (
        "protester protesters demonstrator demonstrators civilian civilians people citizen citizens crowd crowds "
        "residents resident villagers activists activist voters nationals national women children man men woman "
        "families family demonstrations worshippers supporters students student"
    ),
    "JRN": "journalist journalists reporter reporters media newspaper newspapers television broadcaster tv editor",
    "BUS": "company companies business businesses firm firms bank banks businessman investors banker",
    "REF": "refugee refugees migrants migrant asylum-seekers",
    "REL": "cleric clerics church bishops pope imam priest priests",
    "LAB": "workers worker union unions strikers",
    "MED": "doctors doctor nurses hospital hospitals",
    "EDU": "teachers academics university universities",
    "CRM": "cartel cartels gang gangs smugglers traffickers",
}
ROLE_SECTORS: dict[str, str] = {word: sector for sector, words in _BY_SECTOR.items() for word in words.split()}

TITLES = frozenset(
    (
        "president premier minister secretary chancellor king queen prince princess emir sultan sheikh general gen col "
        "colonel admiral adm senator sen rep representative congressman congresswoman governor gov mayor mr mrs ms dr "
        "ambassador envoy leader chief judge justice speaker spokesman spokeswoman spokesperson sir lord lady pope "
        "ayatollah imam mullah commander sergeant major captain lt prof director chairman deputy vice commissioner "
        "dictator strongman then ex former late candidate pm pms aide counterpart and with of by from to for"
    ).split()
)


def sector_of_words(words: list[str]) -> str:
    """Sector of a description by its head: the last word before a preposition that the lexicon knows; else empty."""
    sector = ""
    for word in words:
        lower = word.lower()
        if lower in ("of", "to", "in", "from", "for", "with", "at", "against", "on", "who", "that") and sector:
            break
        sector = ROLE_SECTORS.get(lower, sector)
    return sector
