# SPDX-License-Identifier: Apache-2.0
"""Answers about the synthetic worlds are true and balanced, and nothing held out is trained."""
import random
import re
import unittest
from collections import Counter

from ..data import choices, draw, films, inline, questions, turns, worlds
from ..data.words import BACK, COLOUR_NAMES, NUMBERS, SAY, SHAPES, a, held_out


class Worlds(unittest.TestCase):
    def setUp(self):
        """Pictures are what was drawn: their objects."""
        whole = draw.Style.picture
        self.addCleanup(setattr, draw.Style, "picture", whole)
        draw.Style.picture = lambda style, objects: [dict(o) for o in objects]

    def samples(self, n=200):
        rng = random.Random(4)
        for _ in range(n):
            yield worlds.single(rng, 5, turns=8)
            yield worlds.several(rng)
            yield from worlds.change_pair(rng)
            yield from films.film(rng, 8)

    def test_held_out_pairs_are_never_shown(self):
        for sample in self.samples():
            for picture in sample["images"]:
                for o in picture:
                    self.assertFalse(held_out(o["c"], o["s"]), turns.name(o))

    def test_what_is_said_of_one_picture_is_true(self):
        checked = Counter()
        for sample in self.samples():
            if sample["kind"] != "single":
                continue
            objects = sample["images"][0]
            for family, question, answer in sample["turns"]:
                plain = question.lower().replace("colors", "")
                for word, others in questions.OTHER_NAMES.items():
                    for other in sorted(others, key=len, reverse=True):
                        plain = plain.replace(turns.plural(other), turns.plural(word)).replace(other, word)
                words = re.findall(r"[a-z]+", plain)
                colour = next((c for c in COLOUR_NAMES if c in words), None)
                shape = next((s for s in SHAPES if s in words or s + "s" in words or (s == "cross" and "crosses" in words)), None)
                named = [o for o in objects if colour in (None, o["c"]) and shape in (None, o["s"])]
                if family == "exists":
                    self.assertEqual(answer, "Yes." if named else "No.", (question, objects))
                elif family == "count_of":
                    self.assertEqual(answer, NUMBERS[len(named)].capitalize() + ".", question)
                elif family == "count":
                    self.assertEqual(answer, NUMBERS[len(objects)].capitalize() + ".")
                elif family == "color" and not answer.startswith("I see no"):
                    self.assertEqual([f"The {o['s']} is {o['c']}." for o in named], [answer])
                elif family == "shape":
                    self.assertEqual([f"It is {a(o['s'])}." for o in named], [answer])
                else:
                    continue
                checked[family] += 1
        self.assertGreater(min(checked[f] for f in ("exists", "count_of", "count", "color", "shape")), 50)

    def test_one_or_the_other_is_true_and_what_is_absent_is(self):
        rng, checked = random.Random(6), Counter()
        for _ in range(400):
            sample = worlds.single(rng, 5, turns=8, describe=0, makers=choices.HURRIED)
            objects = sample["images"][0]
            there = {turns.name(o) for o in objects} | {o["s"] for o in objects}
            for family, question, answer in sample["turns"]:
                if answer.startswith("I see no "):
                    self.assertNotIn(answer[len("I see no "):-1], there, question)
                elif answer.startswith("I see nothing ") and answer != "I see nothing there.":
                    self.assertNotIn(answer.split()[-1][:-1], {o["c"] for o in objects}, question)
                elif family == "either" and answer.startswith("I see "):
                    said = re.sub("^I see an? |[.]$", "", answer)
                    self.assertIn(said, there)
                    others = set(re.findall("|".join(sorted(SHAPES)), question.lower())) - {said.split()[-1]}
                    self.assertFalse(len(said.split()) == 1 and others & there, (question, answer))
                elif family == "either" and answer.startswith("The "):
                    shape = answer[4:-1]
                    colour = next((c for c in COLOUR_NAMES if c in question.lower()), None)
                    if colour:
                        self.assertEqual([o["c"] for o in objects if o["s"] == shape], [colour], question)
                else:
                    continue
                checked[family] += 1
        self.assertGreater(min(checked["either"], checked["absent"]), 200)

    def test_placeholders_stand_for_all_pictures_once(self):
        rng = random.Random(7)
        for sample in self.samples(80):
            if sample["turns"]:
                asked = inline.written(rng, sample)
                self.assertEqual(asked["turns"][0][1].count("<image>"), len(sample["images"]), asked["turns"][0])
                self.assertIn(asked["turns"][0][2], [answer for _, _, answer in sample["turns"]])

    def test_no_answer_can_be_guessed(self):
        """Of families with few answers no answer is much more frequent than the others."""
        said = {}
        for sample in self.samples(600):
            count = len(sample["images"])
            for family, _, answer in sample["turns"]:
                said.setdefault((family, count if family == "which" else 0), Counter())[answer] += 1
        for key, most in ((("exists", 0), 0.58), (("count_of", 0), 0.5), (("same", 0), 0.6), (("does_move", 0), 0.65),
                          (("which", 2), 0.58), (("which", 3), 0.45), (("direction", 0), 0.32)):
            self.assertLess(max(said[key].values()) / said[key].total(), most, (key, said[key]))

    def test_held_out_wordings_are_never_trained(self):
        for family, new in questions.NEW.items():
            self.assertFalse({q.lower() for q in new} & {q.lower() for q in questions.ASK[family]}, family)
        self.assertFalse(set(questions.NEW_WHO) & set(questions.WHO) | set(questions.NEW_OTHER) & set(questions.OTHER))

    def test_a_film_backwards_moves_the_other_way(self):
        rng, pairs = random.Random(8), 0
        moves = {SAY[d]: SAY[BACK[d]] for d in BACK}
        for _ in range(200):
            forth, back = films.film(rng, 4, 1, whats=("move",))
            self.assertEqual(forth["images"], back["images"][::-1])
            one, two = ({answer for family, _, answer in s["turns"] if family == "direction"} for s in (forth, back))
            if one and two:
                pairs += 1
                self.assertEqual({moves[a[3:-1]] for a in one}, {a[3:-1] for a in two})
        self.assertGreater(pairs, 100)


if __name__ == "__main__":
    unittest.main()
