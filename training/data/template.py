# SPDX-License-Identifier: Apache-2.0
"""The prompt as other programs make it from messages: a Jinja template, equal to what `src/sequence/prompt.ts` writes.

ChatML with a newline after every picture, as the published benchmark writes it. transformers' processors read it from
chat_template.jinja, its tokenizers (and programs that convert the model) from tokenizer_config.json: both files have it.
"""
from pathlib import Path

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first and message['role'] != 'system' %}<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'text' %}{{ part['text'] }}{% else %}<image>\n{% endif %}"
    "{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def write_template(out: Path):
    (out / "chat_template.jinja").write_text(CHAT_TEMPLATE + "\n")
