"""The encoder while it learns: open_clip's own network, with a quicker way through short texts."""

import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from sample.train.recipe import MEAN, STD, clip_config


def new_encoder(pixels: int) -> CLIP:
    """A fresh, random encoder of the recipe's shape."""
    shape = clip_config(pixels)
    encoder = CLIP(
        embed_dim=shape["embed_dim"],
        vision_cfg=CLIPVisionCfg(**shape["vision_cfg"]),
        text_cfg=CLIPTextCfg(**shape["text_cfg"]),
    )
    encoder.visual.to(memory_format=torch.channels_last)
    return encoder


def normal(pictures: torch.Tensor) -> torch.Tensor:
    """Picture bytes as the encoder wants them."""
    values = pictures.permute(0, 3, 1, 2).to(torch.float32).div(255)
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    return ((values - mean) / std).contiguous(memory_format=torch.channels_last)


def text_vectors(encoder: CLIP, texts: torch.Tensor, parts: int = 6) -> torch.Tensor:
    """Unit vectors of token rows; rows of like length go together, without their empty ends.

    What follows the end token cannot change a vector, because attention looks back only.
    """
    lengths = texts.argmax(dim=1) + 1
    order = lengths.argsort()
    vectors = [
        _short(encoder, texts[rows, : int(lengths[rows].max())]) for rows in order.chunk(parts)
    ]
    return functional.normalize(torch.cat(vectors)[order.argsort()].float(), dim=-1)


def _short(encoder: CLIP, texts: torch.Tensor) -> torch.Tensor:
    width = texts.shape[1]
    x = encoder.token_embedding(texts) + encoder.positional_embedding[:width]
    # The fused attention takes three times as long for rows this short.
    with sdpa_kernel(SDPBackend.MATH):
        x = encoder.transformer(x, attn_mask=encoder.attn_mask[:width, :width])
    ends = encoder.ln_final(x[torch.arange(len(texts)), texts.argmax(dim=1)])
    projected: torch.Tensor = ends @ encoder.text_projection
    return projected


def loss_of(
    encoder: CLIP, pictures: torch.Tensor, texts: torch.Tensor, truth: torch.Tensor
) -> torch.Tensor:
    """InfoNCE in both directions, where every picture of which a text is true counts."""
    seen = functional.normalize(encoder.encode_image(pictures).float(), dim=-1)
    said = text_vectors(encoder, texts)
    likeness = encoder.logit_scale.exp() * said @ seen.T
    fits = truth.float()
    by_text = -(fits / fits.sum(1, keepdim=True) * likeness.log_softmax(1)).sum(1).mean()
    by_picture = -(fits / fits.sum(0, keepdim=True) * likeness.log_softmax(0)).sum(0).mean()
    loss: torch.Tensor = (by_text + by_picture) / 2
    return loss
