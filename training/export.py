"""From a trained network to the shipped files: ONNX graphs, int8 where it costs nothing, tokenizer and settings.

python -m training.export --encoder DIR --model RUN/model.pt --out src/legation/model
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from legation.read.labels import CHANNELS, PAIR_WIDTH, SECTOR_LABELS
from training.network import Network


class _Encoder(nn.Module):
    """The encoder for one window: no padding, so no mask."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.inner = network.encoder

    def forward(self, ids: Tensor, cases: Tensor, headline: Tensor, first: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.inner(ids, cases, headline, first)


SETTINGS: dict[str, object] = {
    "threshold": 0.5,  # least probability that a word is a trigger
    "party_floor": 0.35,  # least probability of a party where a side should not be empty and none passes 0.5
    "event_threshold": 0.4,  # least value of the link for two groups of claims to be one event
    "time_floor": 0.5,  # least probability of the words of time, place and speaker
    "place_floor": 0.3,
    "speaker_floor": 0.3,
}
"""Chosen on annotations that the network had not seen (`annotations/second`), not on the development set."""


def export(config: Path, model: Path, out: Path, settings: dict[str, object]) -> None:
    """Writes `encoder.onnx`, `pair.onnx`, `tokenizer.json` and `settings.json`.

    Args:
        config: Folder with the encoder's configuration and tokenizer.
        model: Weights of the trained network.
        out: Folder to write to.
        settings: Thresholds and provenance, kept beside the network.
    """
    out.mkdir(parents=True, exist_ok=True)
    network = Network(config)
    network.load_state_dict(torch.load(model, map_location="cpu"))
    network.eval()
    network.encoder.bert.set_attn_implementation("eager")
    long = torch.long
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "encoder.onnx"
        sample = (
            torch.ones(1, 12, dtype=long),
            torch.ones(1, 12, dtype=long),
            torch.zeros(1, 12, dtype=long),
            torch.arange(1, 8, dtype=long)[None],
        )
        torch.onnx.export(
            _Encoder(network),
            sample,
            str(raw),
            dynamo=False,
            opset_version=17,
            input_names=["ids", "cases", "headline", "first"],
            output_names=["heads", "trigger", "word"],
            dynamic_axes={
                "ids": {1: "pieces"},
                "cases": {1: "pieces"},
                "headline": {1: "pieces"},
                "first": {1: "words"},
                "heads": {1: "words"},
                "trigger": {1: "words"},
                "word": {1: "words"},
            },
        )
        keep = [
            n.name
            for n in onnx.load(str(raw)).graph.node
            if any(part in n.name for part in ("/hidden/", "/heads/", "/as_trigger/", "/as_word/"))
        ]
        quantize_dynamic(
            str(raw),
            str(out / "encoder.onnx"),
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=keep,
        )
    sample = (
        torch.zeros(2, 2 * PAIR_WIDTH),
        torch.zeros(1, 7, 2 * PAIR_WIDTH),
        torch.zeros(2, 7, dtype=long),
        torch.zeros(2, 7, dtype=long),
        torch.ones(2, dtype=long),
    )
    torch.onnx.export(
        network.pair,
        sample,
        str(out / "pair.onnx"),
        dynamo=False,
        opset_version=17,
        input_names=["trigger", "word", "distance", "same", "kind"],
        output_names=["logits"],
        dynamic_axes={
            "trigger": {0: "triggers"},
            "word": {1: "words"},
            "distance": {0: "triggers", 1: "words"},
            "same": {0: "triggers", 1: "words"},
            "kind": {0: "triggers"},
            "logits": {0: "triggers", 1: "words"},
        },
    )
    shutil.copy(config / "tokenizer.json", out / "tokenizer.json")
    (out / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf8")
    assert len(CHANNELS) + len(SECTOR_LABELS) == network.pair.out.out_features


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    export(args.encoder, args.model, args.out, SETTINGS)
    for file in sorted(args.out.iterdir()):
        print(file.name, round(file.stat().st_size / 1e6, 2), "MB")


if __name__ == "__main__":
    main()
