# SPDX-License-Identifier: Apache-2.0
"""Stage 1: the vision tower, from random weights, on labels for every patch."""
from .base import Tower

config = Tower(minutes=18, lr=1.5e-3, batch=32, views_share=0.25, min_lr_share=0.03)
