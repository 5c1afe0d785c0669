# SPDX-License-Identifier: Apache-2.0
"""Questions of people in a hurry: choices between two answers, objects that are not there, false premises, and things the model was
never taught. Each function returns a turn (family, question, answer), or None where its question does not fit the picture."""
from .questions import REFUSAL, wordings
from .turns import COLUMNS, ROWS, absent_pair, ask, name, place, short_name
from .words import COLOUR_NAMES, DIRECTIONS, ORDINALS, SAY, SHAPES, a


def two(rng, one, other):
    """'one or other', in either order."""
    pair = [one, other]
    rng.shuffle(pair)
    return " or ".join(pair)


def alone(objects, key):
    """The objects that share `key` ('c' or 's') with no other."""
    return [o for o in objects if sum(p[key] == o[key] for p in objects) == 1]


def either(rng, objects, kind, names):
    """A question with two choices: the circle or the square? Red or blue?"""
    way = rng.choice(["color", "shape", "which", "which", "there", "there", "side", "at"])
    by_shape, by_colour = alone(objects, "s"), alone(objects, "c")
    if way == "color" and by_shape:
        o = rng.choice(by_shape)
        others = [p["c"] for p in objects if p["c"] != o["c"]] if rng.random() < 0.6 else []
        other = rng.choice(others or [c for c in COLOUR_NAMES if c != o["c"]])
        return "either", ask(rng, "either_color", kind, o["s"], two(rng, o["c"], other)), f"It is {o['c']}."
    if way == "shape" and by_colour:
        o = rng.choice(by_colour)
        others = [p["s"] for p in objects if p["s"] != o["s"]] if rng.random() < 0.6 else []
        other = rng.choice(others or [s for s in names if s != o["s"]])
        return "either", ask(rng, "either_shape", kind, o["c"], two(rng, a(o["s"]), a(other))), f"It is {a(o['s'])}."
    if way == "which" and len(by_shape) > 1:
        o, other = rng.sample(by_shape, 2)
        if o["c"] != other["c"]:
            return "either", ask(rng, "either_which", kind, o["c"], two(rng, "the " + o["s"], "the " + other["s"])), f"The {o['s']}."
    if way == "there":
        o, gone = rng.choice(objects), absent_pair(rng, objects, names, rng.choice(objects))
        if rng.random() < 0.4:
            gone = next(((o["c"], s) for s in rng.sample(names, len(names)) if all(p["s"] != s for p in objects)), None)
            return gone and ("either", ask(rng, "either_there", kind, "", two(rng, a(o["s"]), a(gone[1]))), f"I see {a(o['s'])}.")
        return gone and ("either", ask(rng, "either_there", kind, "", two(rng, a(name(o)), a(" ".join(gone)))), f"I see {a(name(o))}.")
    if way in ("side", "at") and "x" in objects[0] and all(map(place, objects)):
        one = [o for o in by_shape if sum(place(p) == place(o) for p in objects) == 1]
        if way == "at" and len(one) > 1:
            o, other = rng.sample(one, 2)
            return "either", ask(rng, "either_which", kind, place(o), two(rng, "the " + o["s"], "the " + other["s"])), f"The {o['s']}."
        o, sides = rng.choice(objects), []
        if sum(name(p) == name(o) for p in objects) == 1:
            if abs(o["x"] - 0.5) > 0.2:
                sides.append(two(rng, "on the left", "on the right"))
            if abs(o["y"] - 0.5) > 0.2:
                sides.append(two(rng, "at the top", "at the bottom"))
            if sides:
                return "either", ask(rng, "either_side", kind, name(o), rng.choice(sides)), place(o).capitalize() + "."
    return None


def absent(rng, objects, kind, names):
    """A question about an object that is not there. The answer says so."""
    gone = absent_pair(rng, objects, names, rng.choice(objects))
    way = rng.choice(["position", "position", "shape", "at"] if "x" in objects[0] else ["shape", "look"])
    if way == "position" and gone:
        return "absent", ask(rng, "position", kind, " ".join(gone)), f"I see no {' '.join(gone)}."
    if way == "look" and gone:
        return "absent", ask(rng, "which_view", kind, " ".join(gone)), f"I see no {' '.join(gone)}."
    if way == "at":
        spots = [place({"x": (i + 0.5) / 3, "y": (j + 0.5) / 3}) for i in range(len(COLUMNS)) for j in range(len(ROWS))]
        taken = [place(o) for o in objects]
        free = [s for s in spots if s not in taken]
        return ("absent", ask(rng, "at", kind, rng.choice(free)), "I see nothing there.") if free and all(taken) else None
    missing = [c for c in COLOUR_NAMES if all(o["c"] != c for o in objects)]
    if missing:
        c = rng.choice(missing)
        return "absent", ask(rng, "shape", kind, c), f"I see nothing {c}."
    return None


def beyond(rng, objects, kind, names):
    """A question about reasons, sizes or distances, which the model is never taught."""
    o, p = rng.choice(objects), rng.choice(objects)
    x, y = (rng.choice([name(q), q["s"]]) for q in (o, p))
    text = rng.choice(wordings.current.beyond).format(x=x, y=y, c=o["c"])
    return "beyond", text.lower().rstrip("?") if rng.random() < 0.1 else text, REFUSAL


SOME = [either, absent, beyond]
HURRIED = [either, either, either, absent, absent, beyond]


def of_film(rng, objects, events, say):
    """Turns of every kind that fits a film, shuffled. `say(i)` is what the i-th object does, in words."""
    movers = [i for i, e in enumerate(events) if e[0] == "move"]
    still = [i for i, e in enumerate(events) if e[0] == "still"]
    turns = []

    def call(o):
        return short_name(rng, objects, o)

    for i in movers + still[:1]:
        truth = events[i][1] if i in movers else None
        way = truth if truth and rng.random() < 0.5 else rng.choice([d for d in DIRECTIONS if d != truth])
        turns.append(("verify_way", ask(rng, "verify_way", "video", call(objects[i]), SAY[way].partition(" ")[2]),
                      f"{'Yes' if way == truth else 'No'}, it {say(i)}."))
    for i in movers:
        axis = ("left", "right") if events[i][1] in ("left", "right") else ("up", "down")
        turns.append(("either", ask(rng, "either_way", "video", call(objects[i]), two(rng, *axis)), f"It {say(i)}."))
    if len(movers) == 1 and still:
        o, other = objects[movers[0]], objects[rng.choice(still)]
        by = "s" if o["s"] != other["s"] and all(sum(p["s"] == q["s"] for p in objects) == 1 for q in (o, other)) else None
        call_it = (lambda q: q["s"]) if by else name
        turns.append(("either", ask(rng, "either_mover", "video", "", two(rng, "the " + call_it(o), "the " + call_it(other))), f"The {call_it(o)}."))
    if still:       # a wrong premise: it does not move
        i = rng.choice(still)
        turns.append(("premise", ask(rng, "direction", "video", call(objects[i])), "It stays still."))
    if not movers:
        turns.append(("premise", ask(rng, rng.choice(["mover_color", "mover_shape", "direction_it"]), "video"), "Nothing is moving."))
    gone = absent_pair(rng, objects, SHAPES, rng.choice(objects))
    if gone:
        way = SAY[rng.choice(DIRECTIONS)].partition(" ")[2]
        asked = rng.choice(["direction", "event", "start", "end", "does_move", "verify_way", "verify_way"])
        turns.append(("absent", ask(rng, asked, "video", " ".join(gone), way), f"I see no {' '.join(gone)}."))
    turns.append(beyond(rng, objects, "video", SHAPES))
    rng.shuffle(turns)
    return turns


def of_several(rng, scenes, names):
    """Turns of every kind that fits a set of pictures. `scenes` holds the objects of each."""
    turns = []
    everything = [o for s in scenes for o in s]
    gone = absent_pair(rng, everything, names, rng.choice(everything))
    if gone:
        turns.append(("absent", ask(rng, "which", "multi", " ".join(gone)), f"I see no {' '.join(gone)}."))
    i = rng.randrange(len(scenes))
    mine = [o for o in scenes[i] if sum(name(p) == name(o) for p in everything) == 1]
    if mine:
        other = rng.choice([k for k in range(len(scenes)) if k != i])
        turns.append(("either", ask(rng, "either_picture", "multi", name(rng.choice(mine)),
                                    two(rng, f"the {ORDINALS[i]}", f"the {ORDINALS[other]}")), f"The {ORDINALS[i]} picture."))
    turns.append(beyond(rng, everything, "multi", names))
    return turns
