# SPDX-License-Identifier: Apache-2.0
"""Samples with questions of people in a hurry, for evaluation. Each function takes (rng, pool of views, held-out pairs, unseen wordings)."""
from ..data import choices, films, inline, worlds
from ..data.words import ORDINALS


def placeholders(rng, pool, held=False, new=False):
    """One question with the pictures inside; half of them about two pictures."""
    sample = rng.choice([lambda: rng.choice(worlds.change_pair(rng, held=held))] * 4 + [lambda: worlds.several(rng, held=held)] * 2
                        + [lambda: worlds.single(rng, 4, held, describe=1), lambda: rng.choice(films.film(rng, 8, 2, held))])()
    asked = inline.written(rng, sample, new)
    return {**asked, "turns": asked["turns"][:1]}


def one_or_other(rng, pool, held=False, new=False):
    return worlds.single(rng, 5, held, turns=8, describe=0, makers=choices.HURRIED)


def hurried_films(rng, pool, held=False, new=False):
    sample = rng.choice(films.film(rng, 8, held=held, often=4))
    kinds = ("either", "verify_way", "premise", "absent", "beyond")
    return {**sample, "turns": [turn for turn in sample["turns"] if turn[0] in kinds] or sample["turns"][:1]}


def hurried_sets(rng, pool, held=False, new=False):
    sample = rng.choice([worlds.several(rng, held=held, hurried=1), rng.choice(worlds.change_pair(rng, held=held))])
    kinds = ("either", "absent", "beyond", "missing", "added", "describe_in")
    turns = [turn for turn in sample["turns"] if turn[0] in kinds]
    return {**sample, "turns": turns} if turns else hurried_sets(rng, pool, held, new)


def hurried_views(rng, pool, held=False, new=False):
    sample = worlds.views(rng, pool, 4, turns=14)
    kinds = ("3d_either", "3d_absent", "3d_beyond", "3d_which_view")
    turns = [turn for turn in sample["turns"] if turn[0] in kinds]
    return {**sample, "turns": turns} if turns else hurried_views(rng, pool, held, new)


def many(rng, pool, held=False, new=False):
    """Five pictures to eight."""
    return worlds.several(rng, 2, held, count=rng.randint(5, len(ORDINALS)))


def long(frames):
    return lambda rng, pool, held=False, new=False: rng.choice(films.film(rng, frames, 2, held))


def blank(rng, pool, held=False, new=False):
    return worlds.blank(rng, pool)


# world: its share of --n in the frozen set, and its samples
PEOPLE = {
    "placeholders": (4.0, placeholders),
    "one or the other": (1.0, one_or_other),
    "hurried, sets": (2.0, hurried_sets),
    "hurried, films": (2.0, hurried_films),
    "hurried, views": (1.0, hurried_views),
    "sets of 5 to 8": (0.5, many),
    "video of 32": (0.25, long(32)),
    "video of 64": (0.25, long(64)),
    "no picture": (0.5, blank),
}
