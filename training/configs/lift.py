# SPDX-License-Identifier: Apache-2.0
"""Stage 4: pictures with one or two shapes and one thing to learn in each batch, then everything together."""
from .base import Answers

ONE_AT_A_TIME = {
    "find1": 1, "find2": 1.5, "find3": 2, "place1": 0.7, "place2": 2, "pick2x1": 4.5, "pick3x1": 1, "pick2x2": 1, "differ1": 2, "differ2": 2.5,
    "event2x1": 0.7, "event4x1": 1.5, "event4x2": 2.5, "event8x1": 1, "single5": 2.5, "views": 2, "way8x2": 1, "manners": 0.3, "chat": 0.1}
# "Which picture has ...?" was the last family to be learnt, and only with many such questions in a row.
WHICH_PICTURE = {"whose2x1": 6, "whose3x1": 1, "single5": 1, "differ2": 1, "views": 0.5, "event4x2": 0.5}
EVERYTHING = {
    "single5": 5, "find3": 1.2, "place2": 1.5, "several": 3, "pick2x1": 1.5, "whose2x1": 1, "change": 2.5, "differ1": 0.8, "differ2": 1.8,
    "event4x2": 1, "event8x2": 1.5, "film8x3": 3, "film16x3": 1.2, "views": 4.5, "manners": 0.3, "chat": 0.2}

config = Answers(minutes=50, lr=1e-3, decay_share=0.4, tower_lr_scale=0.2,
                 plan=[[0.0, ONE_AT_A_TIME], [0.38, WHICH_PICTURE], [0.5, ONE_AT_A_TIME], [0.6, EVERYTHING]])
