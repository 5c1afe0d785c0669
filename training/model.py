# SPDX-License-Identifier: Apache-2.0
"""SigLIP tower -> Linear, GELU, Linear -> Qwen2, with the parameter names of the published Hugging Face port."""
import os
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class ModelConfig:
    """Dimensions of the model. A picture becomes (image / patch) ** 2 tokens."""
    image: int = 96
    patch: int = 16
    vision_width: int = 192
    vision_layers: int = 6
    vision_heads: int = 6
    width: int = 256
    layers: int = 6
    heads: int = 8
    kv_heads: int = 4
    head_dim: int = 32
    inner: int = 512
    vocab: int = 3072
    rope_theta: float = 10000.0

    @property
    def tokens(self):
        return (self.image // self.patch) ** 2


SIZES = {"S": ModelConfig(),
         "M": ModelConfig(patch=12, vision_width=320, vision_layers=8, vision_heads=10, width=384, layers=10, heads=12, inner=1024)}


class Embeddings(nn.Module):
    """Pixels [B, 3, S, S] -> patches [B, T, D]."""

    def __init__(self, c: ModelConfig):
        super().__init__()
        self.patch_embedding = nn.Conv2d(3, c.vision_width, c.patch, c.patch)
        self.position_embedding = nn.Embedding(c.tokens, c.vision_width)
        grid, quarter = c.image // c.patch, c.vision_width // 4
        rates = 10000 ** (-torch.arange(quarter) / quarter)
        wave = torch.arange(grid)[:, None] * rates
        wave = torch.cat([wave.sin(), wave.cos()], 1)
        place = torch.cat([wave[None].expand(grid, grid, -1), wave[:, None].expand(grid, grid, -1)], -1)
        self.position_embedding.weight.data = place.reshape(c.tokens, -1).clone() * 0.5

    def forward(self, pixels):
        p = self.patch_embedding.kernel_size[0]
        b, c, h, w = pixels.shape
        x = pixels.view(b, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).reshape(b, -1, c * p * p)
        return F.linear(x, self.patch_embedding.weight.flatten(1), self.patch_embedding.bias) + self.position_embedding.weight


def attention(q, k, v, mask=None):
    """Scaled dot-product attention. q, k, v [B, H, T, D]; mask is added to the scores, broadcast to [B, H, T, T].
    Written out on CPUs, where the backward pass of the fused kernel is much slower."""
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, mask)
    with torch.autocast("cpu", enabled=False):
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask
        return scores.softmax(-1) @ v


class VisionAttention(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.heads = c.vision_heads
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self, name, nn.Linear(c.vision_width, c.vision_width))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (f(x).view(b, t, self.heads, -1).transpose(1, 2) for f in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(attention(q, k, v).transpose(1, 2).reshape(b, t, d))


class VisionMlp(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.fc1 = nn.Linear(c.vision_width, 4 * c.vision_width)
        self.fc2 = nn.Linear(4 * c.vision_width, c.vision_width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class VisionLayer(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.layer_norm1 = nn.LayerNorm(c.vision_width, 1e-6)
        self.self_attn = VisionAttention(c)
        self.layer_norm2 = nn.LayerNorm(c.vision_width, 1e-6)
        self.mlp = VisionMlp(c)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Encoder(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.layers = nn.ModuleList(VisionLayer(c) for _ in range(c.vision_layers))


class VisionModel(nn.Module):
    """[B, 3, S, S] -> [B, T, D], the last hidden state before post_layernorm (which stays the identity)."""

    def __init__(self, c: ModelConfig):
        super().__init__()
        self.embeddings = Embeddings(c)
        self.encoder = Encoder(c)
        self.post_layernorm = nn.LayerNorm(c.vision_width, 1e-6).requires_grad_(False)

    def forward(self, pixels):
        x = self.embeddings(pixels)
        for layer in self.encoder.layers:
            x = layer(x)
        return x


class Tower(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.vision_model = VisionModel(c)

    def forward(self, pixels):
        return self.vision_model(pixels)


class Projector(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.linear_1 = nn.Linear(c.vision_width, c.width)
        self.linear_2 = nn.Linear(c.width, c.width)

    def forward(self, x):
        return self.linear_2(F.gelu(self.linear_1(x)))


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight, 1e-6)


def apply_rotary(x, cos, sin):
    """Rotary positions. x [B, H, T, D]; cos, sin [B, 1, T, D]."""
    one, two = x.chunk(2, -1)
    return x * cos + torch.cat([-two, one], -1) * sin


class TextAttention(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.config = c
        self.q_proj = nn.Linear(c.width, c.heads * c.head_dim)
        self.k_proj = nn.Linear(c.width, c.kv_heads * c.head_dim)
        self.v_proj = nn.Linear(c.width, c.kv_heads * c.head_dim)
        self.o_proj = nn.Linear(c.heads * c.head_dim, c.width, bias=False)

    def forward(self, x, cos, sin, mask):
        b, t, _ = x.shape
        q = apply_rotary(self.q_proj(x).view(b, t, self.config.heads, -1).transpose(1, 2), cos, sin)
        k = apply_rotary(self.k_proj(x).view(b, t, self.config.kv_heads, -1).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(b, t, self.config.kv_heads, -1).transpose(1, 2)
        share = self.config.heads // self.config.kv_heads
        k, v = k.repeat_interleave(share, 1), v.repeat_interleave(share, 1)
        out = attention(q.to(v.dtype), k.to(v.dtype), v, mask.to(v.dtype))
        return self.o_proj(out.transpose(1, 2).reshape(b, t, -1))


class TextMlp(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.gate_proj = nn.Linear(c.width, c.inner, bias=False)
        self.up_proj = nn.Linear(c.width, c.inner, bias=False)
        self.down_proj = nn.Linear(c.inner, c.width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class TextLayer(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.input_layernorm = RMSNorm(c.width)
        self.self_attn = TextAttention(c)
        self.post_attention_layernorm = RMSNorm(c.width)
        self.mlp = TextMlp(c)

    def forward(self, x, cos, sin, mask, selected=None):
        """With `selected` bool [B, L] only those positions are returned, [n, width]: of the last layer the others are not used."""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask)
        x = x if selected is None else x[selected]
        return x + self.mlp(self.post_attention_layernorm(x))


class TextModel(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.embed_tokens = nn.Embedding(c.vocab, c.width)
        self.layers = nn.ModuleList(TextLayer(c) for _ in range(c.layers))
        self.norm = RMSNorm(c.width)


class LanguageModel(nn.Module):
    def __init__(self, c: ModelConfig):
        super().__init__()
        self.model = TextModel(c)


class Llava(nn.Module):
    """The whole model; state_dict keys are those of the published llava-hf files (tied head, so no lm_head)."""

    def __init__(self, c: ModelConfig, image_token: int):
        super().__init__()
        self.config, self.image_token = c, image_token
        self.vision_tower = Tower(c)
        self.multi_modal_projector = Projector(c)
        self.language_model = LanguageModel(c)
        for m in self.modules():
            if isinstance(m, (nn.Linear, nn.Conv2d)):
                nn.init.normal_(m.weight, 0, 0.02 if m.weight[0].numel() > 300 else 0.03)
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
        nn.init.normal_(self.language_model.model.embed_tokens.weight, 0, 0.02)

    def features(self, pixels):
        """[N, 3, S, S] -> [N, T, width]."""
        return self.multi_modal_projector(self.vision_tower(pixels))

    def hidden(self, ids, pixels, positions, mask, features=None, selected=None):
        """ids [B, L]; pixels [N, 3, S, S] in reading order; positions [B, L]; mask [B, 1, L, L] additive -> [B, L, width],
        or [n, width] of the `selected` positions [B, L]."""
        text = self.language_model.model
        x = text.embed_tokens(ids)
        if features is None and pixels is not None and len(pixels):
            features = self.features(pixels)
        if features is not None:
            x = x.masked_scatter((ids == self.image_token)[..., None], features.reshape(-1, self.config.width).to(x.dtype))
        exponent = torch.arange(0, self.config.head_dim, 2, dtype=torch.float32, device=ids.device) / self.config.head_dim
        angle = positions[..., None].float() * self.config.rope_theta ** -exponent
        angle = torch.cat([angle, angle], -1)[:, None]
        cos, sin = angle.cos(), angle.sin()
        for layer in text.layers[:-1]:
            x = layer(x, cos, sin, mask)
        return text.norm(text.layers[-1](x, cos, sin, mask, selected))

    def logits(self, hidden):
        return F.linear(hidden, self.language_model.model.embed_tokens.weight)

    def loss(self, ids, pixels, labels, positions, mask):
        """Mean cross-entropy over the positions whose label is not -100; labels are already shifted: [B, L].
        -> loss, and whether each of them [n] is predicted correctly."""
        selected = labels != -100
        logits, target = self.logits(self.hidden(ids, pixels, positions, mask, selected=selected)).float(), labels[selected]
        return F.cross_entropy(logits, target), logits.detach().argmax(-1) == target


def save(path, model, **more):
    """Writes a checkpoint: a temporary file, then renamed, so that a file under this name is always complete."""
    torch.save({"size": asdict(model.config), "image_token": model.image_token, "weights": model.state_dict(), **more}, f"{path}.part")
    os.replace(f"{path}.part", path)


def load(path):
    """A checkpoint -> (model, everything else that was saved)."""
    stored = torch.load(path, weights_only=False, map_location="cpu")
    model = Llava(ModelConfig(**stored.pop("size")), stored.pop("image_token"))
    model.load_state_dict(stored.pop("weights"))
    return model, stored
