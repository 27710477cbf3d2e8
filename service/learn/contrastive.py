"""A contrastive loss: each text to its own picture and each picture to its own texts.

Begins at a canonical solution and goes downhill with all pairs at once, so that it needs no seed.
In the solution's space either tower gets a square matrix; with few pictures little is to be
learned there that the exact solution has not, so it is stopped early, after as many steps as
held-back pictures say.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from service.encoder.alignment import Alignment, Projection
from service.encoder.port import Vectors
from service.learn.alignment import Places

RATE = 0.002
TEMPERATURE = 0.1


def descended(
    start: Alignment,
    pictures: Vectors,
    texts: Vectors,
    *,
    owners: Places,
    stops: Sequence[int],
) -> Mapping[int, Alignment]:
    """The alignment after each of so many steps from the start."""
    shown = torch.from_numpy((pictures - start.picture.mean) @ start.picture.matrix).float()
    said = torch.from_numpy((texts - start.text.mean) @ start.text.matrix).float()
    own = torch.from_numpy(np.asarray(owners, np.int64))
    same = own[:, None] == torch.arange(len(shown))
    share = same / same.sum(dim=0).clamp(min=1)
    turns = [torch.eye(start.dimension, requires_grad=True) for _ in range(2)]
    sharpness = torch.tensor(float(np.log(1 / TEMPERATURE)), requires_grad=True)
    descent = torch.optim.Adam([*turns, sharpness], lr=RATE)
    found = {}
    for step in range(1, max(stops) + 1):
        rows, columns = normalize(said @ turns[1], dim=1), normalize(shown @ turns[0], dim=1)
        likeness = rows @ columns.T * sharpness.exp()
        to_texts = -(torch.log_softmax(likeness, dim=0) * share).sum(dim=0).mean()
        loss = (cross_entropy(likeness, own) + to_texts) / 2
        descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        descent.step()
        if step in stops:
            found[step] = turned(start, *(each.detach().numpy() for each in turns))
    return found


def turned(start: Alignment, picture: Vectors, text: Vectors) -> Alignment:
    """The start, with either side's space turned."""
    return Alignment(
        Projection(start.picture.mean, start.picture.matrix @ picture),
        Projection(start.text.mean, start.text.matrix @ text),
    )
