# SPDX-License-Identifier: Apache-2.0
"""Questions about a set of named objects, each a turn (family, question, answer).

An object is a dict with at least "c" (colour) and "s" (shape); flat ones also have a place, "x" and "y" in 0..1.
A `make` function takes (rng, objects, kind of sample, all shape names) and returns None where its question does not fit.
"""
import re

from .questions import (ABOUT, CHINESE, CHINESE_REFUSAL, CHINESE_WORDS, FRAMES, GREETING, HELLO, IDENTITY, MEDIA, OTHER_NAMES, PLURALS,
                        REFUSAL, THANK, THANKS, THINGS, wordings)
from .words import COLOUR_NAMES, NUMBERS, a, listing

ROWS, COLUMNS = ["top", "middle", "bottom"], ["left", "center", "right"]


def number(n):
    return NUMBERS[n].capitalize() + "."


def name(o):
    return f"{o['c']} {o['s']}"


def pair(o):
    return o["c"], o["s"]


def short_name(rng, objects, o):
    """Colour and shape, or now and then the shape alone where no other object has it."""
    return o["s"] if sum(p["s"] == o["s"] for p in objects) == 1 and rng.random() < 0.35 else name(o)


def absent_pair(rng, objects, names, like):
    """A (colour, shape) that no object has, or None. Most often it shares its colour or shape with `like`, or each with some object."""
    there = set(map(pair, objects))
    crossed = [(p["c"], q["s"]) for p in objects for q in objects]
    near = [(like["c"], s) for s in names] + [(c, like["s"]) for c in COLOUR_NAMES]
    among = [x for x in rng.choice([crossed, near, near, [(rng.choice(COLOUR_NAMES), rng.choice(names))]]) if x not in there]
    return rng.choice(among) if among else None


def plural(word):
    return PLURALS.get(word, word + "s")


def ask(rng, family, kind, x="", y=""):
    """A question of the family about x (and y), in one of many wordings and sometimes carelessly typed."""
    text = rng.choice(wordings.current.ask[family]).format(x=x, y=y, m=rng.choice(MEDIA[kind]))
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
    """The question, in 3 of 10 cases inside a phrase such as "Please tell me: ..."."""
    if rng.random() < 0.7:
        return question
    noun = rng.choice(MEDIA.get(kind, MEDIA["single"]))
    small = question if question[:2] in ("I ", "I'") else question[:1].lower() + question[1:]
    return rng.choice(FRAMES).format(q=question, l=small, b=question.rstrip("?."), s=small.rstrip("?."), m=noun)


def place(o):
    """'at the top left' and so on, or None where the object lies too near the border between two answers."""
    for v in (o["x"], o["y"]):
        if min(abs(v - 1 / 3), abs(v - 2 / 3)) < 0.035:
            return None
    row, column = ROWS[int(o["y"] * 3)], COLUMNS[int(o["x"] * 3)]
    if row == "middle":
        return "in the center" if column == "center" else f"on the {column}"
    return f"at the {row}" if column == "center" else f"at the {row} {column}"


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
    """A question about a number of objects. The number is drawn first, so that all numbers are equally likely."""
    noun = rng.choice(["shapes", "objects", "things"])
    many = {plural(s): sum(o["s"] == s for o in objects) for s in names}
    many |= {f"{c} {noun}": sum(o["c"] == c for o in objects) for c in COLOUR_NAMES}
    absent = [x for x in many if not many[x]]
    n = rng.choice([0] * (len(absent) > 0) + [1] + [2, 2, 3, 3, 4, 5])
    among = [x for x in many if many[x] == n] if n else absent
    if among:
        return "count_of", ask(rng, "count_of", kind, rng.choice(among)), number(n)


def ask_exists(rng, objects, kind, names):
    """Half yes, half no. Most absent objects share colour or shape, or both, with objects that are there."""
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
        gone = absent_pair(rng, objects, names, o)
        what = gone and a(" ".join(gone))
    if what:
        return "exists", ask(rng, "exists", kind, what), "Yes." if yes else "No."


def ask_verify(rng, objects, kind, names):
    """Is the circle red? Half the answers are yes; otherwise the colour is often that of another object."""
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
    """A description in several sentences: the number of objects, then each one and where it is."""
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


FIND = [ask_exists, ask_exists, ask_exists, ask_verify, ask_verify, ask_count_of, ask_count_of, ask_color, ask_shape, ask_shape]
PLACES = [ask_position, ask_at]


def chat(rng):
    """A turn about something else, about the model itself, or a greeting."""
    r = rng.random()
    if r < 0.3:
        return "manners", rng.choice(wordings.current.who), IDENTITY
    if r < 0.36:
        return "manners", rng.choice(HELLO), GREETING
    if r < 0.4:
        return "manners", rng.choice(THANK), THANKS
    if r < 0.48:
        words = {"c": rng.choice(list(CHINESE_WORDS["c"])), "s": rng.choice(list(CHINESE_WORDS["s"]))}
        return "chinese", rng.choice(CHINESE).format(**words), CHINESE_REFUSAL
    if r < 0.6:
        return "chat", rng.choice(wordings.current.other), REFUSAL
    thing = rng.choice(THINGS)
    if rng.random() < 0.15:     # a word the model has never met
        thing = "".join(rng.choice("bcdfghjklmnprstvw") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))
    question = rng.choice(ABOUT).format(x=thing, a=a(thing), p=thing + "s")
    return "chat", question.lower() if rng.random() < 0.08 else question, REFUSAL
