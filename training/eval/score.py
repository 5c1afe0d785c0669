# SPDX-License-Identifier: Apache-2.0
"""Scores answers by exact match, many questions in one forward pass: greedy decoding gives the answer if and only if each of
its tokens is the most likely one after the true tokens before it.
"""
import math
from collections import defaultdict

import torch

from ..data.questions import OUTSIDE_REFUSAL, REFUSAL
from ..data.sequence import IGNORE, build, collate, layout


@torch.no_grad()
def predict(model, tokenizer, rng, samples, change=None, batch=8, layout=layout):
    """Yields every turn as (family, predicted tokens, true tokens); each prediction follows the true tokens before it.
    `change` may replace the pixels: (pixels [N, 3, S, S], samples) -> pixels."""
    samples = sorted(samples, key=lambda s: len(s["images"]))
    for k in range(0, len(samples), batch):
        part = samples[k:k + batch]
        rows = []

        def keep(*args):
            rows.append(build(*args, layout))
            return rows[-1]

        ids, labels, positions, mask, pixels = collate(tokenizer, rng, part, dialogue=0, build=keep)
        if change is not None and pixels is not None:
            pixels = change(pixels, part)
        chosen = labels != IGNORE
        best = torch.full(ids.shape, IGNORE)
        with torch.autocast("cpu", torch.bfloat16):
            best[chosen] = model.logits(model.hidden(ids, pixels, positions, mask)[chosen]).argmax(-1)
        for b, (sample, row) in enumerate(zip(part, rows)):
            groups, turns = torch.tensor(row[3]), sample["turns"]
            if groups.max() == 0:            # the question stands before the pictures, or holds them: one question only
                turns, groups = turns[:1], groups + 1
            for i, (family, _, _) in enumerate(turns):
                at = (torch.tensor(row[1]) != IGNORE) & (groups == i + 1)
                yield family, best[b, :len(at)][at].tolist(), labels[b, :len(at)][at].tolist()


def score(*args, **how):
    """-> {family: [right, asked]}; the arguments are those of `predict`."""
    result = defaultdict(lambda: [0, 0])
    for family, best, true in predict(*args, **how):
        result[family][0] += best == true
        result[family][1] += 1
    return dict(result)


def refusals(model, tokenizer, rng, samples, **how):
    """Of turns whose true answer is no refusal: [refused at most, asked]. An answer that begins like a refusal counts as one."""
    count, starts = [0, 0], [tokenizer.encode_text(text)[:2] for text in (OUTSIDE_REFUSAL, REFUSAL)]
    for family, best, true in predict(model, tokenizer, rng, samples, **how):
        if all(tuple(true[:2]) != start for start in starts):
            same = 1 if best[0] == true[0] else 0          # the first token at which the two differ
            count[0] += any(best[same] == start[same] and true[:same] == list(start[:same]) for start in starts)
            count[1] += 1
    return count


def tally(result, samples, labels, good):
    """Adds the answers of a training batch to {family: [right, asked]}. The model has not seen these samples before.
    labels [B, L]; good [n], for every place with a label in reading order. Answers are runs of such positions."""
    labels = labels.cpu()
    right = torch.zeros(labels.shape, dtype=torch.bool)
    right[labels != IGNORE] = good.cpu()
    for sample, row, hit in zip(samples, (labels != IGNORE).tolist(), right.tolist()):
        turn, all_right = 0, True
        for at, here in enumerate(row):
            if here:
                all_right &= hit[at]
                if not row[at + 1]:
                    entry = result[sample["turns"][turn][0]]
                    entry[0] += all_right
                    entry[1] += 1
                    turn, all_right = turn + 1, True


def wilson(right, asked, z=1.96):
    """The 95 % interval of a proportion."""
    if not asked:
        return 0.0, 1.0
    p, zz = right / asked, z * z
    middle = (p + zz / (2 * asked)) / (1 + zz / asked)
    reach = z * math.sqrt(p * (1 - p) / asked + zz / (4 * asked * asked)) / (1 + zz / asked)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def show(result):
    return "  ".join(f"{family} {100 * right / asked:.0f}" for family, (right, asked) in sorted(result.items()))
