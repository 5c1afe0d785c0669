# SPDX-License-Identifier: Apache-2.0
"""A published LLaVA-Interleave checkpoint on M4-Instruct annotations."""
from .base import Finetune

config = Finetune(steps=1000, batch=4, lr=1e-5, warmup_steps=20, min_lr_share=0.0, optimizer="adamw", checkpoint_minutes=5, log_steps=10, seed=0)
