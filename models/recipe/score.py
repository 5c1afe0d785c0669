"""Scores answers by exact match, many questions in one pass: greedy decoding gives the answer if and only if
every one of its tokens is the most likely one after the true tokens before it."""
import math
from collections import defaultdict

import torch

from .sequence import IGNORE, build, collate, layout


@torch.no_grad()
def score(model, writer, rng, samples, change=None, batch=8, layout=layout):
    """-> {family: [right, asked]}. `change` may replace the pixels: (pixels [N, 3, S, S], samples) -> pixels."""
    result = defaultdict(lambda: [0, 0])
    samples = sorted(samples, key=lambda s: len(s["images"]))
    for k in range(0, len(samples), batch):
        part = samples[k:k + batch]
        rows = []

        def keep(*args):
            rows.append(build(*args, layout))
            return rows[-1]

        ids, labels, places, mask, pixels = collate(writer, rng, part, dialogue=0, build=keep)
        if change is not None and pixels is not None:
            pixels = change(pixels, part)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.hidden(ids, pixels, places, mask)
            chosen = labels != IGNORE
            best = model.logits(hidden[chosen]).argmax(-1)
        good = torch.zeros(ids.shape, dtype=torch.bool)
        good[chosen] = best == labels[chosen]
        for b, (sample, row) in enumerate(zip(part, rows)):
            groups = torch.tensor(row[3])
            asked = torch.tensor(row[1]) != IGNORE
            turns = sample["turns"]
            if groups.max() == 0:            # the question stands before the pictures: one question only
                turns, groups = turns[:1], groups + 1
            for i, (family, _, _) in enumerate(turns):
                at = asked & (groups == i + 1)
                result[family][0] += bool(good[b, :len(at)][at].all())
                result[family][1] += 1
    return dict(result)


def tally(result, samples, labels, good):
    """Adds a training batch's own answers to {family: [right, asked]}: its samples are new, so this is no flattery.
    labels [B, L]; good [n], for every place with a label in reading order. Answers are runs of such places."""
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
