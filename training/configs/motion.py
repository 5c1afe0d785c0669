# SPDX-License-Identifier: Apache-2.0
"""Stage 3: videos of one moving shape beside everything else."""
from .base import Answers

config = Answers(minutes=20, lr=1e-3, decay_share=0.4, tower_lr_scale=0.15, plan=[
    [0.0, {"single5": 4, "where": 1, "views": 2, "several": 1, "change": 1, "way2x1": 4, "way4x1": 5, "way8x1": 3, "chat": 0.2}],
    [0.6, {"single5": 5, "views": 3, "several": 2, "change": 2, "way4x2": 2, "way8x2": 4, "way16x2": 2, "chat": 0.3}],
])
