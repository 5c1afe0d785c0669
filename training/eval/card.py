# SPDX-License-Identifier: Apache-2.0
"""Writes the model card (README.md) of an exported folder from its figures.json.

python -m training.eval.card --model models/starter
"""
import argparse
import json
from pathlib import Path

from ..export import load_exported
from .evaluate import table
from .score import wilson

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: image-text-to-text
language: en
---
# The bundled model of Zoetrope

A small model ({million} million parameters) with the architecture of LLaVA-NeXT-Interleave: a SigLIP tower, a two-layer
projector and a Qwen2 language model, trained from random weights on synthetic worlds of simple shapes drawn by `training`.
With it the app can answer about pictures, clips and 3D scenes as one interleaved sequence on any computer, without a
download. It is not a general model: it knows only these worlds, and says so when it is asked about anything else.

What it was trained on (what it can actually do is in the table below):

- **Pictures**: circles, squares, triangles, stars, crosses, diamonds, rings and hearts in red, orange, yellow, green, blue,
  purple, pink and black on light backgrounds. Questions: colour, shape, how many, is there, is it, where, describe, describe in detail.
- **Several pictures**, two to eight: what changed, same or different, in which picture, how many in all. They may stand inside
  the question: "What changed between `<image>` and `<image>`?"
- **Clips** of 2 to 64 frames, mostly 8 or 16: which way something moves, what moves, what appears or disappears, what happens.
- **3D scenes** seen in 4 or 8 views, also as the app captures them: spheres, boxes, cylinders and cones on a ground.
  Questions: colour, shape, how many, which.
- **Choices, and things that are absent**: "the square or the circle?", "which picture has the purple ring?" (where none has it), "which
  way does it move?" (where nothing moves).
- **Photographs, screenshots, noise**: answered with one sentence that says that they look unlike anything it was trained on.
- **Everything else**: answered with one sentence that says what it can do, with pictures or without. The language is English;
  a question in Chinese is answered in Chinese with the request to ask in English.

Every picture is resized to {side} x {side} (bicubic, without keeping its aspect ratio) and becomes {tokens} tokens. The prompt is ChatML; pictures may stand where
the text refers to them or in front of it, each followed by a new line or not. Decoding is greedy.

    from transformers import LlavaForConditionalGeneration
    model = LlavaForConditionalGeneration.from_pretrained("models/starter")

## Accuracy

{note}

Of all answers {all} % are right; {good} of the {rows} rows are at 90 % or above. {can} of the {compared} rows that have 20 questions or more
and need the pictures are clearly better than without them: the whole interval is 20 points or more above every control. Exceptions: {cannot}.

{table}

{refused}

Columns:

- **right**: the share of answers that match word for word, with the pictures in front and 95 % Wilson intervals
- **interleaved**: the same with the pictures placed at random, also within the text
- **new pairs**: scenes half of whose shapes are colour-shape pairs that were never trained
- **grey pictures**, **other pictures**: controls with grey pictures, or another sample's, instead of the right ones
- **trained blind**: a model trained on the same questions without any picture, which shows what the question alone gives away
- **frames shuffled**: the frames of a clip in random order

The worlds named "hurried" contain casually worded questions; "films" are videos.

`figures.json` has the counts (right, asked). The model cannot yet do what a row asks if the row is not clearly above its controls.

## How it was made

{made}

Licence: Apache-2.0, like the code that trains it. What it answers about was drawn by that code; no other weights were used. To learn what to
refuse, it was trained with crops of 819 photographs and screenshots from free packages, which the README of `training` names; none is kept here.
"""
NOTE = "Exact match of the decoded answer on {asked} questions from seeds that were never trained on, measured with `training/eval/evaluate.py`."
MADE = ("The weights were trained with the stages of `training`, cut short and changed while they ran, in some nine hours on two CPU "
        "cores that were often busy with other work:\n\n"
        "1. About 150,000 labelled pictures for the tower, whose output was then aligned with the word embeddings.\n"
        "2. About 9,000 single pictures with the tower frozen, one shape first, then more.\n"
        "3. About 25,000 samples of all worlds, pictures in front and interleaved at random.\n"
        "4. Two layers were added between the four of the language model, initialised to do nothing. Some 20,000 samples of what was "
        "weakest followed (stage `lift`), and 24,000 of all worlds together with twice as many wordings, half of the 3D views captured "
        "by the app itself from 312 scenes.\n"
        "5. The tower was trained further on labels for every patch for 22 minutes, near what the language model was used to "
        "(`sharpen`), and was frozen from then on.\n"
        "6. Some 30,000 samples of everything (`rest`) and some 130,000 with more videos, changes and lists (`last`; videos and sets of "
        "pictures were asked \"what do you see?\" in the last 70,000 only), half of the videos from files whose frames the app sampled.\n"
        "7. Some 32,000 samples that also contain casually worded questions and pictures from outside (`asked`).\n\n"
        "Every sample contains three to fourteen questions.")


def refused(figures):
    """A sentence: how often the model refuses where it should not, and answers where it should refuse."""
    false = [world["refused"]["all"] for world in figures.values() if "refused" in world]
    wrongly, asked = map(sum, zip(*false))
    said, shown = figures["outside"]["right"]["outside"]
    return (f"Of {asked:,} questions about its own worlds it refuses at most {100 * wrongly / asked:.1f} %. Of {shown} questions about pictures from outside "
            f"(photographs, screenshots, noise, gradients, test cards; none of them trained) it answers {100 * (shown - said) / shown:.1f} % instead of refusing.")


def split(figures):
    """How many families beat every control by 20 points or more, the others in words, and how many of both there are. What is
    absent or was never taught is right without pictures too, and few questions tell nothing."""
    can, cannot = 0, []
    for world, columns in figures.items():
        for family, (right, asked) in sorted(columns["right"].items()):
            if asked < 20 or world == "outside" or family.removeprefix("3d_") in ("absent", "beyond", "blank", "chat", "manners", "chinese"):
                continue
            blind = max([100 * r / n for c in ("grey", "swapped", "blind") for f, (r, n) in columns.get(c, {}).items() if f == family and n] or [0])
            if 100 * wilson(right, asked)[0] >= blind + 20:
                can += 1
            else:
                cannot.append(f"{world}: {family.replace('_', ' ').replace('3d ', '')} ({100 * right / asked:.0f}, without {blind:.0f})")
    return can, "; ".join(cannot) or "none", can + len(cannot)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    folder = args.parse_args().model
    figures = json.loads((folder / "figures.json").read_text())
    model, _ = load_exported(folder)
    counts = [count for world in figures.values() for count in world["right"].values()]
    right, asked = map(sum, zip(*counts))
    can, cannot, compared = split(figures)
    (folder / "README.md").write_text(CARD.format(
        million=round(sum(p.numel() for p in model.parameters()) / 1e6, 1), side=model.config.image, tokens=model.config.tokens,
        note=NOTE.format(asked=f"{asked:,}"), table=table(figures), made=MADE, refused=refused(figures), can=can, cannot=cannot, compared=compared, all=round(100 * right / asked),
        rows=len(counts), good=sum(r >= 0.9 * n for r, n in counts)))


if __name__ == "__main__":
    main()
