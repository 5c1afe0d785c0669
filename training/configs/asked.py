# SPDX-License-Identifier: Apache-2.0
"""Stage 8: further kinds of questions: pictures inside the question, choices between two answers, objects that are not there,
pictures from outside, long videos."""
from .base import Answers
from .last import LAST

ASKED = {**LAST, "written": 11, "choose5": 4, "outside": 6, "long24x3": 0.8, "long32x2": 0.8, "long48x2": 0.7, "long64x2": 0.7,
         "many8x2": 2.5, "hurry8x3": 2, "hurry16x3": 0.7, "tell": 7, "blank": 0.3, "views": 5.5}

config = Answers(minutes=60, lr=6e-4, decay_share=0.55, plan=[[0.0, ASKED]])
