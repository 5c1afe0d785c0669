"""What a hurried person asks of the same worlds: one or the other, a thing that is not there, a wrong premise, and what
nobody taught the model. Each maker gives (family, question, answer), or None where the picture does not suit."""
from . import worlds
from .questions import BEYOND, REFUSAL
from .words import COLOUR_NAMES, ORDINALS, SHAPES, a


def two(rng, one, other):
    """'one or other', in either order."""
    pair = [one, other]
    rng.shuffle(pair)
    return " or ".join(pair)


def alone(objects, key):
    """The objects that share `key` ('c' or 's') with no other."""
    return [o for o in objects if sum(p[key] == o[key] for p in objects) == 1]


def absent_pair(rng, objects, names):
    """A (colour, kind) that is not there; most often it shares one of them, or both, with things that are."""
    o, there = rng.choice(objects), {(p["c"], p["s"]) for p in objects}
    crossed = [(p["c"], q["s"]) for p in objects for q in objects]
    near = [(o["c"], s) for s in names] + [(c, o["s"]) for c in COLOUR_NAMES]
    among = [x for x in rng.choice([crossed, near, near, [(rng.choice(COLOUR_NAMES), rng.choice(names))]]) if x not in there]
    return rng.choice(among) if among else None


def either(rng, objects, kind, names):
    """The circle or the square? Red or blue?"""
    way = rng.choice(["color", "shape", "which", "which", "there", "there", "side", "at"])
    by_shape, by_colour = alone(objects, "s"), alone(objects, "c")
    if way == "color" and by_shape:
        o = rng.choice(by_shape)
        others = [p["c"] for p in objects if p["c"] != o["c"]] if rng.random() < 0.6 else []
        other = rng.choice(others or [c for c in COLOUR_NAMES if c != o["c"]])
        return "either", worlds.ask(rng, "either_color", kind, o["s"], two(rng, o["c"], other)), f"It is {o['c']}."
    if way == "shape" and by_colour:
        o = rng.choice(by_colour)
        others = [p["s"] for p in objects if p["s"] != o["s"]] if rng.random() < 0.6 else []
        other = rng.choice(others or [s for s in names if s != o["s"]])
        return "either", worlds.ask(rng, "either_shape", kind, o["c"], two(rng, a(o["s"]), a(other))), f"It is {a(o['s'])}."
    if way == "which" and len(by_shape) > 1:
        o, other = rng.sample(by_shape, 2)
        if o["c"] != other["c"]:
            return "either", worlds.ask(rng, "either_which", kind, o["c"], two(rng, "the " + o["s"], "the " + other["s"])), f"The {o['s']}."
    if way == "there":
        o, gone = rng.choice(objects), absent_pair(rng, objects, names)
        if rng.random() < 0.4:
            gone = next(((o["c"], s) for s in rng.sample(names, len(names)) if all(p["s"] != s for p in objects)), None)
            return gone and ("either", worlds.ask(rng, "either_there", kind, "", two(rng, a(o["s"]), a(gone[1]))), f"I see {a(o['s'])}.")
        return gone and ("either", worlds.ask(rng, "either_there", kind, "", two(rng, a(worlds.name(o)), a(" ".join(gone)))), f"I see {a(worlds.name(o))}.")
    if way in ("side", "at") and "x" in objects[0] and all(map(worlds.place, objects)):
        one = [o for o in by_shape if sum(worlds.place(p) == worlds.place(o) for p in objects) == 1]
        if way == "at" and len(one) > 1:
            o, other = rng.sample(one, 2)
            return "either", worlds.ask(rng, "either_which", kind, worlds.place(o), two(rng, "the " + o["s"], "the " + other["s"])), f"The {o['s']}."
        o, sides = rng.choice(objects), []
        if sum(worlds.name(p) == worlds.name(o) for p in objects) == 1:
            if abs(o["x"] - 0.5) > 0.2:
                sides.append(two(rng, "on the left", "on the right"))
            if abs(o["y"] - 0.5) > 0.2:
                sides.append(two(rng, "at the top", "at the bottom"))
            if sides:
                return "either", worlds.ask(rng, "either_side", kind, worlds.name(o), rng.choice(sides)), worlds.place(o).capitalize() + "."
    return None


def absent(rng, objects, kind, names):
    """Asked about what is not there: the answer is that it is not."""
    gone = absent_pair(rng, objects, names)
    way = rng.choice(["position", "position", "shape", "at"] if "x" in objects[0] else ["shape", "look"])
    if way == "position" and gone:
        return "absent", worlds.ask(rng, "position", kind, " ".join(gone)), f"I see no {' '.join(gone)}."
    if way == "look" and gone:
        return "absent", worlds.ask(rng, "which_view", kind, " ".join(gone)), f"I see no {' '.join(gone)}."
    if way == "at":
        spots = [worlds.place({"x": (i + 0.5) / 3, "y": (j + 0.5) / 3}) for i in range(len(worlds.COLUMNS)) for j in range(len(worlds.ROWS))]
        taken = [worlds.place(o) for o in objects]
        free = [s for s in spots if s not in taken]
        return ("absent", worlds.ask(rng, "at", kind, rng.choice(free)), "I see nothing there.") if free and all(taken) else None
    missing = [c for c in COLOUR_NAMES if all(o["c"] != c for o in objects)]
    if missing:
        c = rng.choice(missing)
        return "absent", worlds.ask(rng, "shape", kind, c), f"I see nothing {c}."
    return None


def beyond(rng, objects, kind, names):
    """Reasons, sizes, distances: nobody taught them."""
    o, p = rng.choice(objects), rng.choice(objects)
    x, y = (rng.choice([worlds.name(q), q["s"]]) for q in (o, p))
    text = rng.choice(BEYOND).format(x=x, y=y, c=o["c"])
    return "beyond", text.lower().rstrip("?") if rng.random() < 0.1 else text, REFUSAL


SOME = [either, absent, beyond]
HURRIED = [either, either, either, absent, absent, beyond]


def of_film(rng, objects, events, say):
    """The same of a film: (family, question, answer) of every suitable kind, shuffled. `say` gives what happens to the i-th."""
    movers = [i for i, e in enumerate(events) if e[0] == "move"]
    still = [i for i, e in enumerate(events) if e[0] == "still"]
    turns = []

    def call(o):
        return o["s"] if sum(p["s"] == o["s"] for p in objects) == 1 and rng.random() < 0.35 else worlds.name(o)

    for i in movers + still[:1]:
        truth = events[i][1] if i in movers else None
        way = truth if truth and rng.random() < 0.5 else rng.choice([d for d in worlds.STEP if d != truth])
        turns.append(("verify_way", worlds.ask(rng, "verify_way", "video", call(objects[i]), worlds.SAY[way].partition(" ")[2]),
                      f"{'Yes' if way == truth else 'No'}, it {say(i)}."))
    for i in movers:
        axis = ("left", "right") if events[i][1] in ("left", "right") else ("up", "down")
        turns.append(("either", worlds.ask(rng, "either_way", "video", call(objects[i]), two(rng, *axis)), f"It {say(i)}."))
    if len(movers) == 1 and still:
        o, other = objects[movers[0]], objects[rng.choice(still)]
        by = "s" if o["s"] != other["s"] and all(sum(p["s"] == q["s"] for p in objects) == 1 for q in (o, other)) else None
        call_it = (lambda q: q["s"]) if by else worlds.name
        turns.append(("either", worlds.ask(rng, "either_mover", "video", "", two(rng, "the " + call_it(o), "the " + call_it(other))), f"The {call_it(o)}."))
    if still:       # a wrong premise: it does not move
        i = rng.choice(still)
        turns.append(("premise", worlds.ask(rng, "direction", "video", call(objects[i])), "It stays still."))
    if not movers:
        turns.append(("premise", worlds.ask(rng, rng.choice(["mover_color", "mover_shape", "direction_it"]), "video"), "Nothing is moving."))
    gone = absent_pair(rng, objects, SHAPES)
    if gone:
        way = worlds.SAY[rng.choice(list(worlds.STEP))].partition(" ")[2]
        asked = rng.choice(["direction", "event", "start", "end", "does_move", "verify_way", "verify_way"])
        turns.append(("absent", worlds.ask(rng, asked, "video", " ".join(gone), way), f"I see no {' '.join(gone)}."))
    turns.append(beyond(rng, objects, "video", SHAPES))
    rng.shuffle(turns)
    return turns


def of_several(rng, scenes, names):
    """The same of several pictures."""
    turns = []
    everything = [o for s in scenes for o in s]
    gone = absent_pair(rng, everything, names)
    if gone:
        turns.append(("absent", worlds.ask(rng, "which", "multi", " ".join(gone)), f"I see no {' '.join(gone)}."))
    i = rng.randrange(len(scenes))
    mine = [o for o in scenes[i] if sum(worlds.name(p) == worlds.name(o) for p in everything) == 1]
    if mine:
        other = rng.choice([k for k in range(len(scenes)) if k != i])
        turns.append(("either", worlds.ask(rng, "either_picture", "multi", worlds.name(rng.choice(mine)),
                                    two(rng, f"the {ORDINALS[i]}", f"the {ORDINALS[other]}")), f"The {ORDINALS[i]} picture."))
    turns.append(beyond(rng, everything, "multi", names))
    return turns
