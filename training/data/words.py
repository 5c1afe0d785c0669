# SPDX-License-Identifier: Apache-2.0
"""Colours, shapes, numbers and directions of the synthetic worlds, and which pairs of colour and shape are held out."""

COLOURS = {
    "red": (214, 40, 40),
    "orange": (244, 136, 28),
    "yellow": (242, 208, 42),
    "green": (44, 160, 66),
    "blue": (40, 84, 214),
    "purple": (128, 50, 176),
    "pink": (244, 138, 188),
    "black": (26, 26, 28),
}
SHAPES = ["circle", "square", "triangle", "star", "cross", "diamond", "ring", "heart"]
SOLIDS = ["sphere", "box", "cylinder", "cone"]
KINDS = SHAPES + SOLIDS
COLOUR_NAMES = list(COLOURS)
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
           "nine", "ten", "eleven", "twelve"]
BACK = {"left": "right", "right": "left", "up": "down", "down": "up"}
DIRECTIONS = list(BACK)
SAY = {"left": "moves to the left", "right": "moves to the right", "up": "moves up", "down": "moves down",
       "appear": "appears", "vanish": "disappears", "still": "stays still"}
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]


def held_out(colour: str, kind: str) -> bool:
    """Whether the pair is held out: one colour-kind pair in eight is used only in evaluation, never in training."""
    return (COLOUR_NAMES.index(colour) + 3 * KINDS.index(kind)) % 8 == 5


def pairs(kinds, held=False):
    """All (colour, kind) pairs that training (held=False) or the held-out test may use."""
    return [(c, k) for k in kinds for c in COLOUR_NAMES if held_out(c, k) == held]


def a(text: str) -> str:
    """The phrase with its article: 'a red circle', 'an orange star'."""
    return ("an " if text[0] in "aeiou" else "a ") + text


def listing(items) -> str:
    """'a red circle, a blue star and a green ring'."""
    items = [a(i) for i in items]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
