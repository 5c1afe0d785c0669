# SPDX-License-Identifier: Apache-2.0
"""Stage 2: questions about single pictures, one shape first, then more. The tower is frozen."""
from .base import Answers

config = Answers(minutes=25, lr=1e-3, decay_share=0.4, plan=[
    [0.0, {"single1": 1}],
    [0.12, {"single1": 1, "single2": 2, "where": 1}],
    [0.35, {"single2": 1, "single3": 2, "where": 1}],
    [0.65, {"single3": 1, "single5": 3, "where": 1, "views": 1, "several": 1}],
])
