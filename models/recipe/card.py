"""Writes the model card of an exported folder from its figures.json.

python -m recipe.card --model starter
"""
import argparse
import json
from pathlib import Path

from .evaluate import table
from .export import read
from .score import wilson

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: image-text-to-text
language: en
---
# The bundled model of Zoetrope

A small model ({million} million parameters) with the architecture of LLaVA-NeXT-Interleave: a SigLIP tower, a two-layer
projector and a Qwen2 language model, trained from nothing on worlds of simple shapes drawn by `models/recipe`. It lets
the app show pictures, clips and 3D scenes as one interleaved sequence on any computer, without a download. It is no
general model: it answers about its own small world and says so when it is asked about anything else.

What it was taught (what it really can do is in the table below):

- **Pictures**: circles, squares, triangles, stars, crosses, diamonds, rings and hearts in red, orange, yellow, green, blue,
  purple, pink and black on light backgrounds: colour, shape, how many, is there, is it, where, describe, in detail too.
- **Several pictures**: what changed, same or different, in which picture, how many in all.
- **Clips** of 8 or 16 frames: which way something moves, what moves, what appears or disappears, what happens.
- **3D scenes** seen in 4 or 8 views, also as the app captures them: spheres, boxes, cylinders and cones on a ground: colour, shape, how many, which.
- **Everything else**: one sentence that says what it can do, with pictures or without. The language is English; Chinese is
  answered, in Chinese, with the wish to be asked in English.

Every picture is squashed to {side} x {side} (bicubic) and becomes {tokens} tokens. The prompt is ChatML; pictures may stand where
the text refers to them or in front of it, each followed by a new line or not. Decoding is greedy.

    from transformers import LlavaForConditionalGeneration
    model = LlavaForConditionalGeneration.from_pretrained("models/starter")

## How well

{note}

Of all answers {all} % are right; {good} of the {rows} rows are at 90 % or above. {can} rows are clearly better than without the
pictures: the whole interval is 20 points or more above every control. The others: {cannot}.

{table}

Columns: the share of answers that match word for word, pictures in front, with 95 % Wilson intervals; the same with the
pictures placed at random, also within the text; scenes half of whose shapes are colour-shape pairs never trained; grey pictures and
another sample's pictures instead of the right ones, and a model trained on the same questions without any picture (what the
question alone gives away); the frames of a clip in random order.
`figures.json` has the counts (right, asked). A row that is not clearly above its controls is a row the model can't do yet.

## How it was made

{made}

Licence: Apache-2.0, like the recipe. The training pictures were drawn by the recipe itself; no data and no weights of others were used.
"""
NOTE = "Exact match of the decoded answer on {asked} questions from seeds that were never trained on, measured with `recipe/evaluate.py`."
MADE = ("The recipe's stages, cut short and changed while they ran, in some nine hours on two CPU cores that were often busy with "
        "other work: about 150,000 labelled pictures for the tower, whose output was then aligned with the word embeddings; about "
        "9,000 single pictures with the tower frozen, one shape first, then more; about 25,000 samples of all worlds, pictures in "
        "front and interleaved at random. Then two layers were put among the four of the language model, doing nothing at first, and "
        "some 20,000 samples followed of what was weakest (stage `lift`), and 24,000 of all worlds together with twice as many "
        "wordings, half of the 3D views captured by the app itself from 312 scenes. Then the tower learnt on from labels for every "
        "patch for 22 minutes, near what the language model was used to (`sharpen`), and was frozen for the last two stages: some "
        "30,000 samples of everything (`rest`) and some 130,000 with more films, changes and lists (`last`; films and sets of pictures were "
        "asked \"what do you see?\" in the last 70,000 only), half of the films from files of which the app took the frames. Every sample carries three to fourteen questions.")


def split(figures):
    """How many families beat every control by 20 points or more, and the others in words."""
    can, cannot = 0, []
    for world, columns in figures.items():
        for family, (right, asked) in sorted(columns["right"].items()):
            blind = max([100 * r / n for c in ("grey", "swapped", "blind") for f, (r, n) in columns.get(c, {}).items() if f == family and n] or [0])
            if 100 * wilson(right, asked)[0] >= blind + 20:
                can += 1
            else:
                cannot.append(f"{world}: {family.replace('_', ' ').replace('3d ', '')} ({100 * right / asked:.0f}, without {blind:.0f})")
    return can, "; ".join(cannot) or "none"


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    folder = args.parse_args().model
    figures = json.loads((folder / "figures.json").read_text())
    model, _ = read(folder)
    counts = [count for world in figures.values() for count in world["right"].values()]
    right, asked = map(sum, zip(*counts))
    can, cannot = split(figures)
    (folder / "README.md").write_text(CARD.format(
        million=round(sum(p.numel() for p in model.parameters()) / 1e6, 1), side=model.z.image, tokens=model.z.tokens,
        note=NOTE.format(asked=f"{asked:,}"), table=table(figures), made=MADE, can=can, cannot=cannot, all=round(100 * right / asked),
        rows=len(counts), good=sum(r >= 0.9 * n for r, n in counts)))


if __name__ == "__main__":
    main()
