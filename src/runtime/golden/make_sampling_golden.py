# SPDX-License-Identifier: Apache-2.0
"""Expected values for src/runtime/sampling.test.ts, from transformers' own logits processors.

    pip install torch transformers
    python src/runtime/golden/make_sampling_golden.py
"""

import json
import pathlib

import torch
from transformers import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

HERE = pathlib.Path(__file__).parent


def filtered(logits, ids, repetition_penalty=None, temperature=None, top_k=None, top_p=None):
    """The processors in the order in which `generate` builds them."""
    scores = logits[None].clone()
    if repetition_penalty is not None:
        scores = RepetitionPenaltyLogitsProcessor(repetition_penalty)(torch.tensor([ids]), scores)
    if temperature is not None:
        scores = TemperatureLogitsWarper(temperature)(None, scores)
    if top_k is not None:
        scores = TopKLogitsWarper(top_k)(None, scores)
    if top_p is not None:
        scores = TopPLogitsWarper(top_p)(None, scores)
    return scores[0]


g = torch.Generator().manual_seed(7)
plain = 3 * torch.randn(48, generator=g)
ties = plain.clone()
ties[[3, 9, 20, 33]] = ties.max() - 0.5  # equal logits around a top-k edge
flat = torch.zeros(16)
flat[5] = 0.25
steep = torch.linspace(-40, 40, 32)
ids = [1, 5, 5, 9, 20, 47]

settings = [
    {},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.8},
    {"temperature": 0.7},
    {"temperature": 2.5},
    {"top_k": 1},
    {"top_k": 3},
    {"top_k": 1000},
    {"top_p": 0.1},
    {"top_p": 0.9},
    {"top_p": 0.999},
    {"temperature": 0.7, "top_k": 10, "top_p": 0.8},
    {"repetition_penalty": 1.2, "temperature": 1.5, "top_k": 20, "top_p": 0.95},
    {"repetition_penalty": 1.1, "top_p": 0.5},
]
cases = []
for name, logits in [("plain", plain), ("ties", ties), ("flat", flat), ("steep", steep)]:
    history = [i for i in ids if i < len(logits)]
    for s in settings:
        if name == "flat" and "top_p" in s and "repetition_penalty" not in s:
            continue  # which of many equal tokens stays at a top-p edge is the sort's accident
        if name == "flat" and "repetition_penalty" in s and "top_p" in s:
            continue
        if name == "ties" and "top_p" in s and s["top_p"] < 0.9:
            continue
        out = filtered(logits, history, **s)
        cases.append(
            {
                "name": f"{name} {s}",
                "logits": [float(v) for v in logits.tolist()],
                "ids": history,
                "settings": s,
                "filtered": [None if v == float("-inf") else float(f"{v:.7g}") for v in out.tolist()],
            }
        )
(HERE / "sampling.golden.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
print(len(cases), "cases")
