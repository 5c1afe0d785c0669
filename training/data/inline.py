# SPDX-License-Identifier: Apache-2.0
"""Questions with the pictures inside: "What changed between <image> and <image>?" A sample keeps its pictures and answers; its
first question is put in other words.
"""
import re

from .turns import FLAT, draw_turns
from .words import COLOUR_NAMES, ORDINALS, SHAPES

ONE = r"\b(?:the|this) (?:picture|image|photo|video|clip|scene|room|3D scene)\b"
TWO = (r"\b(?:the two|these two|both|the|these) (?:pictures|images|photos|views)\b|\bthe (?:first|second) picture (?:and|to) the (?:first|second)(?: picture)?\b"
       r"|\bimage 1 and image 2\b|\bthe first and the second picture\b|\bthe two\b")

# {p} is "<image> and <image>", {a} and {b} the two one by one.
CHANGE = ["What changed between {p}?", "What is the difference between {p}?", "What's the difference between {p}?", "What is different between {p}?",
          "What has changed between {p}?", "What changed from {a} to {b}?", "What is the change from {a} to {b}?", "What happened between {p}?",
          "How do {p} differ?", "Compare {p}.", "Compare {a} with {b}.", "Compare {a} to {b}: what changed?", "{a} and {b}: what changed?",
          "From {a} to {b}, what changed?", "First {a}, then {b}. What changed?", "Before: {a} After: {b} What changed?", "before {a} after {b} what changed",
          "Here is {a} and here is {b}. What is different?", "Between {p}, what changed?", "Between {p}, what is not the same?",
          "Spot the difference between {p}.", "Find the difference between {p}.", "Can you find the difference between {p}?",
          "Look at {a}, then at {b}. What changed?", "This was {a}, now it is {b}. What is different?", "What differs between {p}?",
          "What sets {p} apart?", "{a} was before {b}. What changed?", "I have {a} and {b}, what is different?", "{a} became {b}. What changed?",
          "Tell me the difference between {p}.", "Which thing changed between {p}?", "What did change between {p}?", "{a} vs {b}: what is different?",
          "what is different between {p}", "Describe the change from {a} to {b}.", "What changed {a} {b}?", "What changed in {p}?"]
SAME = ["Are {p} the same?", "Is {a} the same as {b}?", "Do {p} show the same?", "Is there any difference between {p}?", "Is {a} different from {b}?",
        "Are {p} identical?", "{a} {b}: same or different?", "Do {p} match?", "Is anything different between {p}?", "Does {a} differ from {b}?",
        "Are {p} different?", "Does {a} show the same as {b}?"]
# {l} is a list with "and", {o} with "or".
WHICH = ["Which of {l} has the {x}?", "Which of {l} shows the {x}?", "Is the {x} in {o}?", "In which of {l} is the {x}?", "{l}: which one has the {x}?",
         "Where is the {x}, in {o}?", "Which one has the {x}, {o}?", "Look at {l}. Which one has the {x}?", "Which has the {x}: {o}?",
         "Of {l}, which one shows the {x}?", "Find the {x} in {l}."]
MORE = ["Which of {l} has the most shapes?", "Which has the most shapes, {o}?", "Are the most shapes in {o}?", "Of {l}, which one has the most shapes?"]
# Round any question about all the pictures. {q} is the question, {s} the same with a small first letter.
ROUND = ["{l}: {s}", "Look at {l}. {q}", "Here are {l}. {q}", "In {l}, {s}", "{q} {l}", "Given {l}, {s}", "Take {l}. {q}", "{l} {q}", "I have {l}. {q}",
         "{q} ({l})", "These are {l}. {q}", "For {l}: {s}", "See {l}. {q}", "With {l}: {q}", "About {l}: {s}", "Question about {l}: {q}"]

NEW_CHANGE = ["What makes {a} different from {b}?", "Can you tell what changed between {p}?", "Going from {a} to {b}, what changes?",
              "What's changed between {p}?", "Say what is different between {p}."]
NEW_SAME = ["Do {p} look the same?", "Is {a} equal to {b}?"]
NEW_WHICH = ["Tell me which of {l} has the {x}.", "Does {o} show the {x}?"]
NEW_ROUND = ["Please look at {l}. {q}", "Concerning {l}: {s}", "We have {l}. {q}"]

NAMES = [("picture 1 {}", "picture 2 {}"), ("the first picture {}", "the second picture {}"), ("image A ({})", "image B ({})"), ("picture one ({})", "picture two ({})"),
         ("the first ({})", "the second ({})"), ("photo 1: {}", "photo 2: {}"), ("my {}", "your {}"), ("this {}", "that {}"), ("the picture {}", "the picture {}"),
         ("{} (before)", "{} (after)"), ("{} (the first)", "{} (the second)"), ("the old one {}", "the new one {}"), ("{} from yesterday", "{} from today")]
# Before a question that begins with what, which, where or how.
BEFORE = ["Can you see ", "Can you tell me ", "I'd like to know ", "Do you see ", "Tell me ", "Say ", "Could you find out ", "Do you know ", "I wonder "]
THING = re.compile(rf"\bthe ((?:(?:{'|'.join(COLOUR_NAMES)}) )?(?:{'|'.join(SHAPES)}|donut|hoop|plus sign|plus|rhombus|disc|dot)"
                   rf"|(?:{'|'.join(COLOUR_NAMES)}) (?:shape|one|object|thing))\b")


def joined(rng, items, word):
    """'1, 2 and 3', sometimes with other punctuation."""
    if len(items) == 1:
        return items[0]
    way = rng.random()
    if len(items) > 4 and way < 0.6:
        return rng.choice(["", " ", "\n", ", "]).join(items)
    if way < 0.12:
        return rng.choice([" ", ", ", "\n", ""]).join(items) if word == "and" else f" {word} ".join(items)
    if way < 0.2:
        return f" {word} ".join(items)
    return ", ".join(items[:-1]) + f" {word} " + items[-1]


def named(rng, count):
    """The placeholders, sometimes with a name before or around them."""
    way = rng.random()
    if count == 2 and way < 0.2:
        return [text.format("<image>") for text in rng.choice(NAMES)]
    if way < 0.06 and count <= len(ORDINALS):
        noun = rng.choice(["picture", "image", "photo"])
        return [f"the {ORDINALS[i]} {noun} <image>" for i in range(count)]
    if way < 0.12:
        noun = rng.choice(["picture", "image", "frame", "view", "photo"])
        return [f"{noun} {i + 1} <image>" for i in range(count)]
    return ["<image>"] * count


def written(rng, sample, new=False):
    """The sample with its pictures inside its first question; further questions, if any, follow in the same conversation."""
    turns, count = list(sample["turns"]), len(sample["images"])
    rng.shuffle(turns)
    if sample["kind"] == "multi":       # more of what is about all of them
        turns.sort(key=lambda t: t[0] not in ("change", "same", "which", "missing") or rng.random() < 0.3)
    family, question, answer = turns[0]
    items = named(rng, count)
    both, list_or = joined(rng, items, "and"), joined(rng, items, "or")
    change, same, which, around = (NEW_CHANGE, NEW_SAME, NEW_WHICH, NEW_ROUND) if new else (CHANGE, SAME, WHICH, ROUND)
    text = None
    if count == 2 and family in ("change", "same") and rng.random() < 0.85:
        text = rng.choice(change if family == "change" else same).format(p=" and ".join(items) if rng.random() < 0.85 else both, a=items[0], b=items[1])
    elif family == "which" and rng.random() < 0.7:
        thing = THING.search(question)
        text = thing and rng.choice(which).format(l=both, o=list_or, x=thing[1])
    elif family == "more" and not new and rng.random() < 0.7:
        text = rng.choice(MORE).format(l=both, o=list_or)
    elif not new and rng.random() < 0.6:
        text, changed = re.subn(ONE if count == 1 or sample["kind"] != "multi" else TWO, lambda _: both, question, count=1, flags=re.I)
        text = text if changed and not re.search(TWO, text) else None
    if text is None:
        small = question if question[:2] in ("I ", "I'") else question[:1].lower() + question[1:]
        text = rng.choice(around).format(l=both, q=question, s=small)
        if sample["kind"] == "multi" or count > 1:
            text = text.replace("this is <image>", "these are <image>")
    if not new and rng.random() < 0.15 and re.match("What |Which |Where |How ", text):
        text = rng.choice(BEFORE) + text[:1].lower() + text[1:]
    if rng.random() < 0.08:
        text = text[:1].lower() + text[1:]
    if rng.random() < 0.08 and not text.endswith("<image>"):
        text = text.rstrip("?.")
    if rng.random() < 0.06 and not text.endswith("<image>"):
        text = text.rstrip("?.") + rng.choice([" please?", ", please?", " please"])
    return {**sample, "turns": [(family, text, answer), *turns[1:]]}


def among(rng, sample, scenes):
    """One of several pictures asked about by its own placeholder: it comes last, the others stand in front."""
    order = list(range(len(scenes)))
    rng.shuffle(order)
    about = scenes[order[-1]]
    if not about:
        return None
    family, question, answer = rng.choice(draw_turns(rng, FLAT, about, "single", SHAPES, 4))
    asked = written(rng, {"kind": "single", "images": [0], "turns": [(family, question, answer)]})
    return {"kind": "multi", "images": [sample["images"][i] for i in order], "turns": asked["turns"]}
