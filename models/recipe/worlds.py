"""The worlds as samples: {"kind", "images": [uint8 S,S,3], "turns": [(family, question, answer)]}.

python -m recipe.worlds --out folder --n 100 writes samples as pictures and one M4-Instruct JSON list.
"""
import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
from PIL import Image

from . import choices
from .draw2d import TRAIN_PAIRS, Look, pick_pair, scene, shade, shape_at
from .questions import (ABOUT, ASK, CHINESE, CHINESE_REFUSAL, CHINESE_WORDS, FRAMES, GREETING, HELLO, IDENTITY, MEDIA, NOTHING, OTHER, OTHER_NAMES, PLURALS, REFUSAL, STRANGE, THANK, THANKS,
                        THINGS, WHO)
from .words import COLOUR_NAMES, KINDS, NUMBERS, ORDINALS, SHAPES, SOLIDS, a, held_out, listing

SIZE = 96
ROWS, COLUMNS = ["top", "middle", "bottom"], ["left", "center", "right"]
BACK = {"left": "right", "right": "left", "up": "down", "down": "up"}
STEP = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def number(n):
    return NUMBERS[n].capitalize() + "."


def name(o):
    return f"{o['c']} {o['s']}"


def pair(o):
    return o["c"], o["s"]


def plural(word):
    return PLURALS.get(word, word + "s")


WORDINGS = ASK      # the held-out set is made with NEW in its place


def ask(rng, family, kind, x="", y=""):
    """A question of the family about x (and y), in one of many wordings and sometimes carelessly typed."""
    text = rng.choice(WORDINGS[family]).format(x=x, y=y, m=rng.choice(MEDIA[kind]))
    if kind == "views" or rng.random() < 0.3:
        for word, others in OTHER_NAMES.items():
            if rng.random() < 0.3:
                other = rng.choice(others)
                text = re.sub(f" ({plural(word)}|{word})\\b", lambda found: " " + (other if found[1] == word else plural(other)), text)
    if rng.random() < 0.08:
        text = text.lower()
    if rng.random() < 0.1:
        text = re.sub(r"\b(What|How|Where|what|how|where)(?: i|')s\b", r"\1s", text)
    if rng.random() < 0.01:
        text = text.upper()
    if rng.random() < 0.06:
        text = text.rstrip("?.")
    return text


def framed(rng, kind, question):
    """Now and then with what people put round a question."""
    if rng.random() < 0.7:
        return question
    noun = rng.choice(MEDIA.get(kind, MEDIA["single"]))
    small = question if question[:2] in ("I ", "I'") else question[:1].lower() + question[1:]
    return rng.choice(FRAMES).format(q=question, l=small, b=question.rstrip("?."), s=small.rstrip("?."), m=noun)


def place(o):
    """'top left' and so on, or None too near a border between two answers."""
    for v in (o["x"], o["y"]):
        if min(abs(v - 1 / 3), abs(v - 2 / 3)) < 0.035:
            return None
    row, column = ROWS[int(o["y"] * 3)], COLUMNS[int(o["x"] * 3)]
    if row == "middle":
        return "in the center" if column == "center" else f"on the {column}"
    return f"at the {row}" if column == "center" else f"at the {row} {column}"


# --- questions that any set of named things can be asked ---

def ask_color(rng, objects, kind, names):
    missing = [s for s in names if all(o["s"] != s for o in objects)]
    if missing and rng.random() < 0.08:
        absent = rng.choice(missing)
        return "color", ask(rng, "color", kind, absent), f"I see no {absent}."
    one = [o for o in objects if sum(p["s"] == o["s"] for p in objects) == 1]
    if one:
        o = rng.choice(one)
        return "color", ask(rng, "color", kind, o["s"]), f"The {o['s']} is {o['c']}."


def ask_shape(rng, objects, kind, names):
    one = [o for o in objects if sum(p["c"] == o["c"] for p in objects) == 1]
    if one:
        o = rng.choice(one)
        return "shape", ask(rng, "shape", kind, o["c"]), f"It is {a(o['s'])}."


def ask_count(rng, objects, kind, names):
    return "count", ask(rng, "count", kind), number(len(objects))


def ask_count_of(rng, objects, kind, names):
    """The number is chosen first, so that no number is the best guess."""
    noun = rng.choice(["shapes", "objects", "things"])
    many = {plural(s): sum(o["s"] == s for o in objects) for s in names}
    many |= {f"{c} {noun}": sum(o["c"] == c for o in objects) for c in COLOUR_NAMES}
    absent = [x for x in many if not many[x]]
    n = rng.choice([0] * (len(absent) > 0) + [1] + [2, 2, 3, 3, 4, 5])
    among = [x for x in many if many[x] == n] if n else absent
    if among:
        return "count_of", ask(rng, "count_of", kind, rng.choice(among)), number(n)


def ask_exists(rng, objects, kind, names):
    """Half yes, half no; most of the absent things share a colour or a shape, or both, with something that is there."""
    yes, o = rng.random() < 0.5, rng.choice(objects)
    which = rng.random()
    if which < 0.15:
        there = {p["s"] for p in objects}
        among = [s for s in names if (s in there) == yes]
        what = a(rng.choice(among)) if among else None
    elif which < 0.3:
        there = {p["c"] for p in objects}
        among = [c for c in COLOUR_NAMES if (c in there) == yes]
        what = rng.choice(["a {} shape", "a {} object", "a {} thing", "anything {}", "something {}"]).format(rng.choice(among))
        what = what.replace("a orange", "an orange")
    elif yes:
        what = a(name(o))
    else:
        crossed = [(p["c"], q["s"]) for p in objects for q in objects]
        near = [(o["c"], s) for s in names] + [(c, o["s"]) for c in COLOUR_NAMES]
        there = set(map(pair, objects))
        among = [x for x in rng.choice([crossed, near, near, [(rng.choice(COLOUR_NAMES), rng.choice(names))]]) if x not in there]
        what = a(" ".join(rng.choice(among))) if among else None
    if what:
        return "exists", ask(rng, "exists", kind, what), "Yes." if yes else "No."


def ask_verify(rng, objects, kind, names):
    """Is the circle red? Half yes; a wrong guess is often true of another thing."""
    yes, about = rng.random() < 0.5, rng.choice("cs")
    other = "s" if about == "c" else "c"
    one = [o for o in objects if sum(p[other] == o[other] for p in objects) == 1]
    if not one:
        return None
    o = rng.choice(one)
    near = [p[about] for p in objects if p[about] != o[about]]
    guess = o[about] if yes else rng.choice(near if near and rng.random() < 0.6 else
                                            [v for v in (COLOUR_NAMES if about == "c" else names) if v != o[about]])
    said = (lambda v: v) if about == "c" else a
    question = ask(rng, "is_color" if about == "c" else "is_shape", kind, o[other], said(guess))
    return "verify", question, f"{'Yes' if yes else 'No'}, it is {said(o[about])}."


def ask_position(rng, objects, kind, names):
    one = [o for o in objects if sum(pair(p) == pair(o) for p in objects) == 1 and place(o)]
    if one:
        o = rng.choice(one)
        alone = sum(p["s"] == o["s"] for p in objects) == 1 and rng.random() < 0.4
        where = place(o)
        return "position", ask(rng, "position", kind, o["s"] if alone else name(o)), where.capitalize() + "."


def ask_at(rng, objects, kind, names):
    places = [place(o) for o in objects]
    if all(places):
        one = [o for o in objects if places.count(place(o)) == 1]
        if one:
            o = rng.choice(one)
            return "at", ask(rng, "at", kind, place(o)), a(name(o)).capitalize() + "."


def ask_describe(rng, objects, kind, names):
    key = (lambda o: o["x"]) if "x" in objects[0] else (lambda o: COLOUR_NAMES.index(o["c"]))
    return "describe", ask(rng, "describe", kind), f"I see {listing(name(o) for o in sorted(objects, key=key))}."


def ask_detail(rng, objects, kind, names):
    """Several sentences: how many, then each one and where it is."""
    if "x" not in objects[0]:
        parts = [f"There is {a(name(o))}." for o in sorted(objects, key=lambda o: COLOUR_NAMES.index(o["c"]))]
    else:
        if len(objects) > 4 or not all(map(place, objects)):
            return None
        parts = [f"The {name(o)} is {place(o)}." for o in sorted(objects, key=lambda o: o["x"])]
    return "detail", ask(rng, "detail", kind), " ".join([how_many(len(objects), "object" if kind == "views" else "shape"), *parts])


def how_many(n, noun):
    return f"I see one {noun}." if n == 1 else f"I see {NUMBERS[n]} {noun}s."


def ask_colors(rng, objects, kind, names):
    seen = [c for c in COLOUR_NAMES if any(o["c"] == c for o in objects)]
    text = seen[0] if len(seen) == 1 else ", ".join(seen[:-1]) + " and " + seen[-1]
    return "colors", ask(rng, "colors", kind), f"I see {text}."


FLAT = [ask_color, ask_color, ask_shape, ask_shape, ask_shape, ask_count, ask_count_of, ask_exists, ask_verify, ask_position, ask_position, ask_at]
SOLID = [ask_color, ask_color, ask_shape, ask_shape, ask_count, ask_count, ask_count_of, ask_exists, ask_exists, ask_verify, ask_colors,
         ask_describe, ask_detail]


ONCE = ("count", "describe", "colors", "detail")


def draw_turns(rng, makers, objects, kind, names, count):
    """Up to `count` different questions about the objects, each as (family, question, answer)."""
    turns = []
    for _ in range(count * 4):
        turn = rng.choice(makers)(rng, objects, kind, names)
        if turn and turn not in turns and not (turn[0] in ONCE and any(t[0] == turn[0] for t in turns)):
            turns.append(turn)
        if len(turns) == count:
            break
    return turns or [ask_count(rng, objects, kind, names)]


# --- worlds ---

def themed(rng, count, aspect, held, often=0.4):
    """Pairs that often share a colour or a shape, so that counts by attribute vary."""
    share = rng.random() * 0.4 / often
    first = []
    if count > 1 and share < 0.4:
        lead = pick_pair(rng, held)
        for _ in range(rng.randint(2, count)):
            same = [p for p in TRAIN_PAIRS if (p[0] == lead[0] if share < 0.2 else p[1] == lead[1])]
            first.append(rng.choice(same))
    return scene(rng, count, aspect, held, first)


FIND = [ask_exists, ask_exists, ask_exists, ask_verify, ask_verify, ask_count_of, ask_count_of, ask_color, ask_shape, ask_shape]
PLACES = [ask_position, ask_at]


def single(rng, most=5, held=False, turns=6, describe=0.7, makers=None, often=0.4):
    look = Look(rng, SIZE)
    objects = themed(rng, rng.randint(1, most), look.aspect, held, often)
    asked = draw_turns(rng, makers or [*FLAT, *choices.SOME], objects, "single", SHAPES, turns)
    if rng.random() < describe:
        asked.append(ask_describe(rng, objects, "single", SHAPES))
        asked += filter(None, [ask_detail(rng, objects, "single", SHAPES)] if rng.random() < 0.5 else [])
    return {"kind": "single", "images": [look.picture(objects)], "turns": asked}


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
    """Two pictures with one change, or none; a second sample shows the same two the other way round."""
    look = Look(rng, SIZE)
    before = scene(rng, rng.randint(least, most), look.aspect, held)
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
            new = shape_at(rng, rest, pair(old), look.aspect, old["r"], old["r"])
            if new and np.hypot(new["x"] - old["x"], new["y"] - old["y"]) > 0.25:
                after[i] = {**old, "x": new["x"], "y": new["y"]}
                forward = backward = f"The {name(old)} moved."
                break
        else:
            return change_pair(rng, most, held)
    if rng.random() < 0.5:      # the look may differ a little, as two photographs do
        look.noise = rng.uniform(0, 3)
    pictures, scenes, samples = [look.picture(before), look.picture(after)], [before, after], []
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
    """Several pictures described, in detail or not: the same is said."""
    return [(family, ask(rng, family, "multi"), answer) for family in ("detail", "describe") if rng.random() < 0.3]


def several_scenes(rng, most=3):
    """Two or three pictures and what is in them: ({"images"}, scenes)."""
    n = rng.randint(2, 3)
    looks = [Look(rng, SIZE) for _ in range(n)]
    scenes = [scene(rng, rng.randint(1, most), look.aspect) for look in looks]
    return {"images": [look.picture(s) for look, s in zip(looks, scenes)]}, scenes


def several(rng, most=3, held=False, count=None, often=3, hurried=0.3):
    """Two to four unrelated pictures. `hurried` is how often each question of `choices` is asked."""
    n = count or rng.randint(2, 4)
    looks = [Look(rng, SIZE) for _ in range(n)]
    scenes = [scene(rng, rng.randint(1, most), look.aspect, held) for look in looks]
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
    return {"kind": "multi", "images": [look.picture(s) for look, s in zip(looks, scenes)], "turns": list(dict.fromkeys(turns))}


def track(rng, look, o, direction):
    """A straight way across the picture: (start, end) places, keeping inside; long and clear."""
    rx, ry = o["r"] / look.aspect ** 0.5, o["r"] * look.aspect ** 0.5
    low, high = (rx, 1 - rx) if direction in ("left", "right") else (ry, 1 - ry)
    length = rng.uniform(0.5, 1.0) * (high - low)
    start = rng.uniform(low, high - length)
    way = (start, start + length) if direction in ("right", "down") else (start + length, start)
    drift = rng.uniform(-0.06, 0.06)
    if direction in ("left", "right"):
        y = min(max(o["y"], ry + 0.06), 1 - ry - 0.06)
        return (way[0], y), (way[1], y + drift)
    x = min(max(o["x"], rx + 0.06), 1 - rx - 0.06)
    return (x, way[0]), (x + drift, way[1])


WHATS = ("move",) * 9 + ("two", "change", "change", "none")


def plot(rng, look, most=3, held=False, whats=WHATS):
    """What happens in a film: its shapes, the event of each, and the order in which they are painted."""
    objects = []
    for o in scene(rng, rng.randint(1, most), look.aspect, held):
        if pair(o) not in [pair(p) for p in objects]:
            objects.append(o)
    events = [("still", None)] * len(objects)
    what = rng.choice(whats)
    chosen = rng.sample(range(len(objects)), min(len(objects), 2))
    if what in ("move", "two"):
        for i in chosen[:2 if what == "two" else 1]:
            direction = rng.choice(list(STEP))
            events[i] = ("move", direction)
            objects[i]["way"] = track(rng, look, objects[i], direction)
    elif what == "change":
        events[chosen[0]] = ("appear", rng.uniform(0.25, 0.75))
    order = list(range(len(objects)))
    rng.shuffle(order)
    return objects, events, order


def shown(objects, events, order, t):
    """The shapes of a plot at a time from 0 to 1."""
    there = []
    for i in order:
        o, (event, detail) = objects[i], events[i]
        if event == "move":
            (x0, y0), (x1, y1) = o["way"]
            there.append({**o, "x": x0 + (x1 - x0) * t, "y": y0 + (y1 - y0) * t})
        elif event != "appear" or t > detail:
            there.append(o)
    return there


def both_ways(rng, pictures, objects, events, often=1):
    """A film and the same film backwards: two samples."""
    back = [("move", BACK[d]) if e == "move" else ("vanish", d) if e == "appear" else (e, d) for e, d in events]
    return [{"kind": "video", "images": pictures, "turns": film_turns(rng, objects, events, 0, often)},
            {"kind": "video", "images": pictures[::-1], "turns": film_turns(rng, objects, back, 1, often)}]


def film(rng, frames=8, most=3, held=False, whats=WHATS, often=1):
    look = Look(rng, SIZE)
    objects, events, order = plot(rng, look, most, held, whats)
    pictures = [look.picture(shown(objects, events, order, f / (frames - 1))) for f in range(frames)]
    return both_ways(rng, pictures, objects, events, often)


def clip(rng, clips, frames=8, often=1):
    """A film of the pool of `clips`: all of its frames, or for 8 every second one."""
    n = rng.randrange(len(clips["plots"]))
    objects, events = json.loads(str(clips["plots"][n]))
    count = clips["images"].shape[1]
    return both_ways(rng, [clips["images"][n, f] for f in range(0, count, 2 if frames == 8 else 1)], objects, events, often)


SAY = {"left": "moves to the left", "right": "moves to the right", "up": "moves up", "down": "moves down",
       "appear": "appears", "vanish": "disappears", "still": "stays still"}


def in_order(o):
    """Things that move are listed by colour and shape."""
    return COLOUR_NAMES.index(o["c"]), SHAPES.index(o["s"])


def film_turns(rng, objects, events, turned, often=1):
    """Questions about a film; `turned` is 1 when it runs backwards along the objects' ways, and `often` is how many ask
    what one of its shapes does, and whether it moves."""
    def say(i):
        return SAY[events[i][1] if events[i][0] == "move" else events[i][0]]

    def call(o):
        return o["s"] if sum(p["s"] == o["s"] for p in objects) == 1 and rng.random() < 0.35 else name(o)

    movers = [i for i, e in enumerate(events) if e[0] == "move"]
    others = [i for i, e in enumerate(events) if e[0] in ("appear", "vanish")]
    turns = []
    for i in movers:
        for _ in range(2):
            turns.append(("direction", ask(rng, "direction", "video", call(objects[i])), f"It {say(i)}."))
        for end in (0, 1):
            x, y = objects[i]["way"][end ^ turned]
            where = place({"x": x, "y": y})
            if where and rng.random() < 0.7:
                turns.append(("start_end", ask(rng, ("start", "end")[end], "video", call(objects[i])), where.capitalize() + "."))
    if len(movers) == 1:
        o = objects[movers[0]]
        turns.append(("direction", ask(rng, "direction_it", "video"), f"It {say(movers[0])}."))
        turns.append(("mover", ask(rng, "mover", "video"), f"The {name(o)}."))
        if rng.random() < 0.3:
            turns.append(("mover", ask(rng, "mover_color", "video"), f"It is {o['c']}."))
            turns.append(("mover", ask(rng, "mover_shape", "video"), f"It is {a(o['s'])}."))
    if not movers and rng.random() < 0.5:
        turns.append(("mover", ask(rng, "mover", "video"), "Nothing is moving."))
    if len(movers) + len(others) == 1:
        i = (movers + others)[0]
        turns.append(("story", ask(rng, "story", "video"), f"{a(name(objects[i])).capitalize()} {say(i)}."))
    still = [i for i, e in enumerate(events) if e[0] == "still"]
    for _ in range(often):
        asked = rng.choice([movers, still])
        if asked and (len(objects) > 1 or rng.random() < 0.4):
            i = rng.choice(asked)
            turns.append(("does_move", ask(rng, "does_move", "video", call(objects[i])), f"{'Yes' if i in movers else 'No'}, it {say(i)}."))
        i = rng.randrange(len(objects))
        turns.append(("event", ask(rng, "event", "video", call(objects[i])), f"It {say(i)}."))
    if others:
        turns.append(("appear", ask(rng, "appear", "video"), f"The {name(objects[others[0]])} {say(others[0])}."))
    elif rng.random() < 0.1:
        turns.append(("appear", ask(rng, "appear", "video"), "No, nothing does."))
    if not others:
        turns.append(("video_count", ask(rng, "count", "video"), number(len(objects))))
        question = ask(rng, "describe", "video")
        if rng.random() < 0.5 and "descri" not in question.lower():     # to describe a film is to say what happens
            turns.append(("video_describe", question, f"I see {listing(name(o) for o in sorted(objects, key=in_order))}."))
    for turn in (rng.choice([ask_color, ask_shape, ask_shape])(rng, objects, "video", SHAPES) for _ in range(2)):
        if turn:
            turns.append(("video_" + turn[0], turn[1], turn[2]))
    if rng.random() < 0.4:
        order = sorted(range(len(objects)), key=lambda i: in_order(objects[i]))
        turns.append(("detail", ask(rng, "detail", "video"), " ".join(
            [how_many(len(objects), "shape")] + [f"The {name(objects[i])} {say(i)}." for i in order])))
    turns += choices.of_film(rng, objects, events, say)[:1 if often == 1 else 4]
    rng.shuffle(turns)
    return list(dict.fromkeys(turns))[:8]


def views(rng, pool, count=None, turns=6):
    """Views round one scene of the pool, in order round the circle; from each part of the pool equally often."""
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
    """What the worlds are asked, without any picture."""
    made = rng.choice([lambda: single(rng, 3), lambda: several(rng, 2), lambda: film(rng, 2, 2)[0], lambda: views(rng, pool, 4)])()
    return {"kind": "chat", "images": [], "turns": [("blank", question, NOTHING) for family, question, _ in made["turns"] if "beyond" not in family][:1]
            or [chat(rng)]}


def outside(rng, pictures, kind, pool):
    """Pictures from outside, asked what the worlds are asked and more: always said to be strange."""
    made = (single(rng, 3) if kind == "single" else several(rng, 2, count=2) if kind == "multi" else film(rng, 2, 2)[0] if kind == "video"
            else views(rng, pool, 4))
    asked = [t for t in made["turns"] if t[0] != "beyond"]
    turns = [("outside", question, STRANGE) for _, question, _ in rng.sample(asked, min(5, len(asked)))]
    for family, question, answer in (chat(rng) for _ in range(3)):
        turns.append(("outside", question, STRANGE) if family == "chat" else (family, question, answer))
    rng.shuffle(turns)
    return {"kind": kind, "images": pictures, "turns": turns}


def chat(rng):
    """One turn outside the world, or about the model itself."""
    r = rng.random()
    if r < 0.3:
        return "manners", rng.choice(WHO), IDENTITY
    if r < 0.36:
        return "manners", rng.choice(HELLO), GREETING
    if r < 0.4:
        return "manners", rng.choice(THANK), THANKS
    if r < 0.48:
        words = {"c": rng.choice(list(CHINESE_WORDS["c"])), "s": rng.choice(list(CHINESE_WORDS["s"]))}
        return "chinese", rng.choice(CHINESE).format(**words), CHINESE_REFUSAL
    if r < 0.6:
        return "chat", rng.choice(OTHER), REFUSAL
    thing = rng.choice(THINGS)
    if rng.random() < 0.15:     # a word the model has never met
        thing = "".join(rng.choice("bcdfghjklmnprstvw") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))
    question = rng.choice(ABOUT).format(x=thing, a=a(thing), p=thing + "s")
    return "chat", question.lower() if rng.random() < 0.08 else question, REFUSAL


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--n", type=int, default=100)
    args.add_argument("--pool", help="adds 3D views from this pool")
    args.add_argument("--seed", type=int, default=0)
    a_ = args.parse_args()
    rng = random.Random(a_.seed)
    pool = dict(np.load(a_.pool)) if a_.pool else None
    (a_.out / "images").mkdir(parents=True, exist_ok=True)
    makers = [lambda: [single(rng)], lambda: change_pair(rng), lambda: [several(rng)], lambda: film(rng)]
    if pool:
        makers.append(lambda: [views(rng, pool)])
    records = []
    while len(records) < a_.n:
        for sample in makers[len(records) % len(makers)]():
            files = []
            for i, image in enumerate(sample["images"]):
                files.append(f"images/{len(records):06d}-{i}.png")
                Image.fromarray(image).save(a_.out / files[-1])
            talk = []
            for family, question, answer in sample["turns"]:
                front = "<image>\n" * len(files) if not talk else ""
                talk += [{"from": "human", "value": front + question}, {"from": "gpt", "value": answer}]
            records.append({"sample_id": len(records), "conversations": talk, "image": files, "choice_list": None,
                            "metadata": {"dataset": f"zoetrope-{sample['kind']}", "split": "train",
                                         "question_type": "open-ended"}})
    (a_.out / "m4.json").write_text(json.dumps(records[:a_.n], indent=1))


if __name__ == "__main__":
    main()
