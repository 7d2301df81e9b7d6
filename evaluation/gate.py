"""The evaluation gate: reads the development articles, scores the claims, and holds the figures to their floors.

    python evaluation/gate.py [--shared ../shared] [--floors evaluation/floors.json] [--model DIR] [--out FILE]

Prints every row of the scorer for all documents and by corpus. Exit status 1 if a figure lies under its floor; 0 with a
message where the corpora are not at hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

if __package__ in (None, ""):  # run as a file, which makes evaluation/ and not the checkout the place of imports
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evaluation.corpus import read_laid
from legation.pipeline import read_articles
from legation.read.encoder import Network
from legation.schema import claim_to_json

ROWS = (
    "coded",
    "trigger",
    "type",
    "mode",
    "dyad",
    "claim",
    "actor.place",
    "actor.id",
    "recipient.place",
    "recipient.id",
    "status",
    "when",
    "where",
    "says",
    "chain",
    "coref",
)


def write_claims(docs: Path, out: Path, network: Network | None) -> int:
    """Reads the documents and writes their claims; returns how many."""
    total = 0
    with out.open("w", encoding="utf8") as file:
        for _, claims in read_articles((d.article for d in read_laid(docs)), network):
            total += len(claims)
            file.writelines(claim_to_json(claim) + "\n" for claim in claims)
    return total


def figures(scorer: Path, docs: Path, gold: Path, system: Path, corpus: str = "") -> dict[str, object]:
    """The scorer's figures."""
    command = [sys.executable, str(scorer), "--docs", str(docs), "--gold", str(gold), "--system", str(system), "--json"]
    if corpus:
        command += ["--corpus", corpus]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def headline(value: object) -> float:
    """The one number of a row: F1 or accuracy."""
    assert isinstance(value, dict)
    return float(value["F1"] if "F1" in value else value["accuracy"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).resolve().parent
    parser.add_argument("--shared", type=Path, default=here.parent.parent / "shared")
    parser.add_argument("--floors", type=Path, default=here / "floors.json")
    parser.add_argument("--model", type=Path, help="folder of another network than the shipped one")
    parser.add_argument("--out", type=Path, help="keep the claims here")
    parser.add_argument("--brief", action="store_true", help="all documents only")
    args = parser.parse_args()
    scorer = args.shared / "eval" / "score_claims.py"
    claims = args.shared / "corpus" / "claims"
    if not scorer.exists() or not claims.exists():
        print(f"evaluation skipped: {scorer} or {claims} is missing; put the shared folder beside this checkout")
        return 0
    network = Network(args.model, threads=2) if args.model else None
    floors = json.loads(args.floors.read_text()) if args.floors.exists() else {}
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        sets = {
            "dev": (claims / "dev.docs.jsonl", claims / "dev.claims.jsonl"),
            "example": (
                args.shared / "example" / "modi-visit.docs.jsonl",
                args.shared / "example" / "modi-visit.claims.jsonl",
            ),
        }
        for name, (docs, gold) in sets.items():
            system = args.out if args.out and name == "dev" else Path(folder) / f"{name}.jsonl"
            write_claims(docs, system, network)
            results = {"all": figures(scorer, docs, gold, system)}
            if name == "dev" and not args.brief:
                corpora = sorted({d.corpus for d in read_laid(docs)})
                results |= {c: figures(scorer, docs, gold, system, c) for c in corpora}
            print(
                f"\n{name}: {results['all']['documents']} documents, {results['all']['gold_claims']} annotated claims, "
                f"{results['all']['system_claims']} read"
            )
            print(f"{'':16}" + "".join(f"{c:>16}" for c in results) + f"{'floor':>8}")
            for row in ROWS:
                floor = floors.get(name, {}).get(row)
                value = headline(results["all"][row])
                low = floor is not None and value < floor
                if low:
                    failed.append(f"{name} {row} {value:.1f} < {floor}")
                cells = "".join(f"{headline(r[row]):16.1f}" for r in results.values())
                print(f"{row:16}{cells}{'' if floor is None else f'{floor:8.1f}'}{'  LOW' if low else ''}")
            status = results["all"]["status"]
            assert isinstance(status, dict)
            print("status F1       " + "  ".join(f"{k} {v:.1f}" for k, v in status.items() if k != "accuracy"))
            for row in ("coded", "trigger", "type"):
                v = results["all"][row]
                assert isinstance(v, dict)
                print(f"{row} P {v['P']:.1f} R {v['R']:.1f}", end="  ")
            print()
    if failed:
        print("\nunder the floor: " + "; ".join(failed))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
