# SPDX-License-Identifier: Apache-2.0
"""Stage 5: the vision tower learns further from labels for every patch. Answers alone train it slowly, and one misnamed
shape in fifteen spoils every third list of five."""
from .base import Sharpen

config = Sharpen(minutes=22, lr=1e-3, batch=48, views_share=0.45, warmup_steps=50)
