# SPDX-License-Identifier: Apache-2.0
"""Single pictures, pairs with a change, sets of pictures and 3D views as samples:
{"kind", "images": [uint8 S,S,3], "turns": [(family, question, answer)]}. Videos are in `films`."""
import numpy as np

from . import choices
from .draw import SIZE, TRAIN_PAIRS, Style, pick_pair, scene, shade, shape_at
from .films import film
from .questions import NOTHING, OUTSIDE_REFUSAL
from .turns import (FLAT, SOLID, ask, ask_color, ask_count, ask_describe, ask_detail, ask_exists, ask_shape, ask_verify, chat, draw_turns, name,
                    number, pair)
from .words import COLOUR_NAMES, KINDS, NUMBERS, ORDINALS, SHAPES, SOLIDS, a, held_out, listing


def themed(rng, count, aspect, held, often=0.4):
    """Objects that often share a colour or a shape, so that counts by attribute vary."""
    share = rng.random() * 0.4 / often
    first = []
    if count > 1 and share < 0.4:
        lead = pick_pair(rng, held)
        for _ in range(rng.randint(2, count)):
            same = [p for p in TRAIN_PAIRS if (p[0] == lead[0] if share < 0.2 else p[1] == lead[1])]
            first.append(rng.choice(same))
    return scene(rng, count, aspect, held, first)


def single(rng, most=5, held=False, turns=6, describe=0.7, makers=None, often=0.4):
    style = Style(rng, SIZE)
    objects = themed(rng, rng.randint(1, most), style.aspect, held, often)
    asked = draw_turns(rng, makers or [*FLAT, *choices.SOME], objects, "single", SHAPES, turns)
    if rng.random() < describe:
        asked.append(ask_describe(rng, objects, "single", SHAPES))
        asked += filter(None, [ask_detail(rng, objects, "single", SHAPES)] if rng.random() < 0.5 else [])
    return {"kind": "single", "images": [style.picture(objects)], "turns": asked}


def different(rng, o, held):
    """The same shape in another colour, or another shape in the same colour (trained pairs only, unless held)."""
    while True:
        if rng.random() < 0.5:
            new = {**o, "c": rng.choice(COLOUR_NAMES)}
        else:
            new = {**o, "s": rng.choice(SHAPES), "t": 0}
        if pair(new) != pair(o) and (held or not held_out(*pair(new))):
            return {**new, "rgb": shade(rng, new["c"])}


def change_pair(rng, most=4, held=False, least=1):
    """Two pictures with one change, or none: two samples, the second with the pictures in reverse order."""
    style = Style(rng, SIZE)
    before = scene(rng, rng.randint(least, most), style.aspect, held)
    i = rng.randrange(len(before))
    old = before[i]
    if sum(pair(p) == pair(old) for p in before) > 1:
        return change_pair(rng, most, held)
    how = rng.choice(["turn", "turn", "turn", "gone", "gone", "move", "move", "none", "none"])
    after = [dict(p) for p in before]
    forward = backward = "Nothing changed."
    if how == "turn":
        new = after[i] = different(rng, old, held)
        if pair(new) in [pair(p) for p in before]:
            return change_pair(rng, most, held)
        forward = f"The {name(old)} turned {new['c']}." if new["s"] == old["s"] else f"The {name(old)} became {a(new['s'])}."
        backward = f"The {name(new)} turned {old['c']}." if new["s"] == old["s"] else f"The {name(new)} became {a(old['s'])}."
    elif how == "gone":
        after.pop(i)
        forward, backward = f"The {name(old)} is gone.", f"{a(name(old)).capitalize()} was added."
    elif how == "move":
        rest = after[:i] + after[i + 1:]
        for _ in range(20):
            new = shape_at(rng, rest, pair(old), style.aspect, old["r"], old["r"])
            if new and np.hypot(new["x"] - old["x"], new["y"] - old["y"]) > 0.25:
                after[i] = {**old, "x": new["x"], "y": new["y"]}
                forward = backward = f"The {name(old)} moved."
                break
        else:
            return change_pair(rng, most, held)
    if rng.random() < 0.5:      # two photographs of one scene differ a little
        style.noise = rng.uniform(0, 3)
    pictures, scenes, samples = [style.picture(before), style.picture(after)], [before, after], []
    for order, answer in (((0, 1), forward), ((1, 0), backward)):
        turns = [("change", ask(rng, "change", "multi"), answer), ("change", ask(rng, "change", "multi"), answer)]
        if how == "none":
            turns = turns[:rng.random() < 0.6]
        if how == "none" or rng.random() < 0.3:
            question = ask(rng, "same", "multi")
            turns.append(("same", question, "They are the same." if how == "none" else "They are different."))
        for family, done in (("missing", " is gone."), ("added", " was added.")):
            if answer.endswith(done) or rng.random() < 0.15:
                said = answer if answer.endswith(done) else "Nothing is missing." if family == "missing" else "Nothing was added."
                turns.append((family, ask(rng, family, "multi"), said))
        turns += told(rng, each_picture([scenes[k] for k in order]) + " " + answer)
        turns += indexed(rng, [scenes[k] for k in order], 2)
        samples.append({"kind": "multi", "images": [pictures[k] for k in order], "turns": turns})
    return samples


def indexed(rng, scenes, count):
    """Single-picture questions asked of one picture among several."""
    turns = []
    for _ in range(count):
        i = rng.randrange(len(scenes))
        if not scenes[i]:
            continue
        turn = rng.choice([ask_color, ask_shape, ask_shape, ask_count, ask_exists, ask_verify, ask_describe])(rng, scenes[i], "single", SHAPES)
        if turn:
            noun = rng.choice(["picture", "image", "photo"])
            ways = [f"the {ORDINALS[i]} {noun}", f"{noun} {i + 1}", f"{noun} {NUMBERS[i + 1]}"] * 3
            ways += [f"the {ORDINALS[i]} one", f"{noun} no. {i + 1}", f"#{i + 1}", f"the {i + 1}{'st nd rd'.split()[i] if i < 3 else 'th'} {noun}"]
            ways += [f"the last {noun}", f"the last {noun}", "the last one"] * (i == len(scenes) - 1)
            which = rng.choice(ways)
            body = turn[1].rstrip("?.")
            if turn[0] == "describe":
                body = rng.choice(["What is in the picture", "What do you see in the picture", "Describe the picture", "What does the picture show", "What's in the picture",
                                   "Whats in the picture", "What shapes are in the picture", "what is there in the picture"])
            for old in ("the picture", "the image", "the photo"):
                body = body.replace(" in " + old, "").replace(old, which)
            end = "?" if turn[1].endswith("?") else ""
            if which in body:
                question = body + end
            elif rng.random() < 0.6:
                question = f"{body} in {which}{end}"
            else:
                question = f"In {which}, {body[0].lower()}{body[1:]}{end}"
            turns.append((turn[0] + "_in", question, turn[2]))
    return turns


def each_picture(scenes):
    return " ".join(f"The {ORDINALS[i]} picture shows " + (listing(name(o) for o in sorted(s, key=lambda o: o["x"])) if s else "nothing") + "."
                    for i, s in enumerate(scenes))


def told(rng, answer):
    """Turns that ask for a description of all pictures; in detail or not, the answer is the same."""
    return [(family, ask(rng, family, "multi"), answer) for family in ("detail", "describe") if rng.random() < 0.3]


def several_scenes(rng, most=3):
    """Two or three pictures and what is in them: ({"images"}, scenes)."""
    n = rng.randint(2, 3)
    styles = [Style(rng, SIZE) for _ in range(n)]
    scenes = [scene(rng, rng.randint(1, most), style.aspect) for style in styles]
    return {"images": [style.picture(s) for style, s in zip(styles, scenes)]}, scenes


def several(rng, most=3, held=False, count=None, often=3, hurried=0.3):
    """Two to four unrelated pictures. `hurried` is how often each question of `choices` is asked."""
    n = count or rng.randint(2, 4)
    styles = [Style(rng, SIZE) for _ in range(n)]
    scenes = [scene(rng, rng.randint(1, most), style.aspect, held) for style in styles]
    turns = []
    for _ in range(often):
        i = rng.randrange(n)
        o = rng.choice(scenes[i])
        for call, same in (("name", pair), ("shape", lambda p: p["s"]), ("colour", lambda p: p["c"])):
            if sum(any(same(p) == same(o) for p in s) for s in scenes) == 1 and rng.random() < (0.7 if call == "name" else 0.35):
                x = {"name": name(o), "shape": o["s"], "colour": f"{o['c']} {rng.choice(['shape', 'one', 'object', 'thing'])}"}[call]
                turns.append(("which", ask(rng, "which", "multi", x), f"The {ORDINALS[i]} picture."))
    counts = [len(s) for s in scenes]
    if counts.count(max(counts)) == 1 and rng.random() < 0.5:
        turns.append(("more", ask(rng, "more", "multi"), f"The {ORDINALS[counts.index(max(counts))]} picture."))
    if sum(counts) < len(NUMBERS) and rng.random() < 0.4:
        turns.append(("total", ask(rng, "total", "multi"), number(sum(counts))))
    turns += indexed(rng, scenes, 4)
    turns += [turn for turn in choices.of_several(rng, scenes, SHAPES) if rng.random() < hurried]
    turns += told(rng, each_picture(scenes)) if n <= 4 else []
    return {"kind": "multi", "images": [style.picture(s) for style, s in zip(styles, scenes)], "turns": list(dict.fromkeys(turns))}


def views(rng, pool, count=None, turns=6):
    """Views around one scene of the pool, in order around the circle; equally often from each part of the pool."""
    ends = [0, *pool.get("ends", [len(pool["names"])])]
    part = rng.randrange(len(ends) - 1)
    n = rng.randrange(ends[part], ends[part + 1])
    count = count or rng.choice([4, 4, 4, 8])
    start = rng.randrange(8)
    chosen = [(start + k * 8 // count) % 8 for k in range(count)]
    objects = [{"c": COLOUR_NAMES[c], "s": KINDS[k]} for c, k in pool["names"][n] if k >= 0]
    asked = [("3d_" + t[0], t[1], t[2]) for t in draw_turns(rng, [*SOLID, *choices.SOME], objects, "views", SOLIDS, turns)]
    seen = pool["seen"][n][chosen] if "seen" in pool else np.zeros((count, len(objects)), bool)
    in_all = [o for k, o in enumerate(objects) if seen[:, k].all()]
    if in_all and rng.random() < 0.4:
        asked.append(("3d_which_view", ask(rng, "which_view", "views", name(rng.choice(in_all))), "All of them."))
    return {"kind": "views", "images": [pool["images"][n, v] for v in chosen], "turns": asked}


def blank(rng, pool):
    """A question about pictures, without any picture."""
    made = rng.choice([lambda: single(rng, 3), lambda: several(rng, 2), lambda: film(rng, 2, 2)[0], lambda: views(rng, pool, 4)])()
    return {"kind": "chat", "images": [], "turns": [("blank", question, NOTHING) for family, question, _ in made["turns"] if "beyond" not in family][:1]
            or [chat(rng)]}


def outside(rng, pictures, kind, pool):
    """Pictures from outside with questions about shapes and about anything else: every answer says that they are unfamiliar."""
    made = (single(rng, 3) if kind == "single" else several(rng, 2, count=2) if kind == "multi" else film(rng, 2, 2)[0] if kind == "video"
            else views(rng, pool, 4))
    asked = [t for t in made["turns"] if t[0] != "beyond"]
    turns = [("outside", question, OUTSIDE_REFUSAL) for _, question, _ in rng.sample(asked, min(5, len(asked)))]
    for family, question, answer in (chat(rng) for _ in range(3)):
        turns.append(("outside", question, OUTSIDE_REFUSAL) if family == "chat" else (family, question, answer))
    rng.shuffle(turns)
    return {"kind": kind, "images": pictures, "turns": turns}
