# SPDX-License-Identifier: Apache-2.0
"""Videos of moving, appearing and disappearing shapes, with their questions. Every video is also shown backwards."""
import json

from . import choices
from .draw import SIZE, Style, scene
from .turns import ask, ask_color, ask_shape, how_many, name, number, pair, place, short_name
from .words import BACK, COLOUR_NAMES, DIRECTIONS, SAY, SHAPES, a, listing


def track(rng, style, o, direction):
    """A long straight path inside the picture: (start, end)."""
    rx, ry = o["r"] / style.aspect ** 0.5, o["r"] * style.aspect ** 0.5
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


def plot(rng, style, most=3, held=False, whats=WHATS):
    """What happens in a video: its objects, the event of each (name, detail), and the order in which they are drawn."""
    objects = []
    for o in scene(rng, rng.randint(1, most), style.aspect, held):
        if pair(o) not in [pair(p) for p in objects]:
            objects.append(o)
    events = [("still", None)] * len(objects)
    what = rng.choice(whats)
    chosen = rng.sample(range(len(objects)), min(len(objects), 2))
    if what in ("move", "two"):
        for i in chosen[:2 if what == "two" else 1]:
            direction = rng.choice(DIRECTIONS)
            events[i] = ("move", direction)
            objects[i]["way"] = track(rng, style, objects[i], direction)
    elif what == "change":
        events[chosen[0]] = ("appear", rng.uniform(0.25, 0.75))
    order = list(range(len(objects)))
    rng.shuffle(order)
    return objects, events, order


def shown(objects, events, order, t):
    """The objects of a plot that are visible at a time from 0 to 1, where they are then."""
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
    """A video and the same video backwards: two samples."""
    back = [("move", BACK[d]) if e == "move" else ("vanish", d) if e == "appear" else (e, d) for e, d in events]
    return [{"kind": "video", "images": pictures, "turns": film_turns(rng, objects, events, 0, often)},
            {"kind": "video", "images": pictures[::-1], "turns": film_turns(rng, objects, back, 1, often)}]


def film(rng, frames=8, most=3, held=False, whats=WHATS, often=1):
    style = Style(rng, SIZE)
    objects, events, order = plot(rng, style, most, held, whats)
    pictures = [style.picture(shown(objects, events, order, f / (frames - 1))) for f in range(frames)]
    return both_ways(rng, pictures, objects, events, often)


def clip(rng, clips, frames=8, often=1):
    """A video of the pool of `app_clips`: all of its frames, or for 8 every second one."""
    n = rng.randrange(len(clips["plots"]))
    objects, events = json.loads(str(clips["plots"][n]))
    count = clips["images"].shape[1]
    return both_ways(rng, [clips["images"][n, f] for f in range(0, count, 2 if frames == 8 else 1)], objects, events, often)


def in_order(o):
    """Sort key: objects of a video are listed by colour, then shape."""
    return COLOUR_NAMES.index(o["c"]), SHAPES.index(o["s"])


def film_turns(rng, objects, events, turned, often=1):
    """Up to 8 turns about a video. `turned` is 1 when it runs backwards along its objects' paths; `often` is the number of
    questions about what one object does, and whether it moves."""
    def say(i):
        return SAY[events[i][1] if events[i][0] == "move" else events[i][0]]

    def call(o):
        return short_name(rng, objects, o)

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
