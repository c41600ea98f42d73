"""Trains `interaction.npz`: which words in which order make a question and an entry belong together. Needs torch.

    python -m indexer.training.interaction MODEL --questions QUESTIONS PASSAGES …

MODEL is the folder that pretrain.py made; its word vectors stay as they are. The texts are only read: none is in the model.
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from indexer.bags import Matrix
from indexer.interaction import SHARE_OF_NEIGHBOURS, Interaction
from indexer.training.lessons import Batch, Lessons, Words
from indexer.training.sources import questions_and_passages
from indexer.words import PARTICLE, Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors
from knowledge.topics import read_topics

STEPS = 1200
RATE = 0.001
LAST_RATE = 0.1
"""Share of the rate that is left at the end."""

CALM = 1 / 3
"""Share of the steps in which topics meet at random; then near ones come together."""
NEAREST = 8
"""How many near topics each has."""
GENERAL = 0.6
"""Share of the steps in which every other batch is of passages; then one in four."""

SIZE, DIMENSION = 128, 64
DROPOUT = 0.1
SHARPNESS = 20.0
"""What likenesses are multiplied by at first."""
FAR = -9.0
"""Added to the likeness with what is no word."""


class Net(nn.Module):
    """The same arithmetic as `indexer.interaction`, over numbered words of which 0 is a break."""

    def __init__(self, table: Matrix, particles: Sequence[int]) -> None:
        super().__init__()
        self.table = nn.Embedding(len(table), table.shape[1], _weight=torch.from_numpy(table), _freeze=True)
        row = torch.zeros(len(table), dtype=torch.long)
        row[list(particles)] = torch.arange(1, len(particles) + 1)
        self.particle_row = nn.Parameter(row, requires_grad=False)
        self.particles = nn.Embedding(len(particles) + 1, table.shape[1], padding_idx=0)
        self.smaller = nn.Linear(table.shape[1], SIZE, bias=False)
        self.mixing = nn.Conv1d(SIZE, 2 * SIZE, 3, padding=1)
        self.meaning = nn.Linear(SIZE, DIMENSION, bias=False)
        self.mattering = nn.Linear(SIZE, 1)
        self.sharpness = nn.Parameter(torch.tensor(math.log(SHARPNESS)))
        self._start()

    def read(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """From (texts, words) to (texts, words, DIMENSION) and the words' weights."""
        real = (words > 0).float()
        vectors = self.table(words) + self.particles(self.particle_row[words])
        seen = functional.dropout(self.smaller(vectors), DROPOUT, self.training) * real[..., None]
        added = functional.glu(self.mixing(seen.transpose(1, 2)).transpose(1, 2), -1)
        seen = seen + SHARE_OF_NEIGHBOURS * added * real[..., None]
        weights = functional.softplus(self.mattering(seen)[..., 0] + seen.norm(dim=-1) - 1)
        return functional.normalize(self.meaning(seen), dim=-1) * real[..., None], weights * real

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        """Shape (left texts, right texts): each left word with the nearest right one, by how much it matters."""
        (vectors, weights), (others, _) = self.read(left), self.read(right)
        likeness = torch.einsum("awd,bvd->awbv", vectors, others) + ((right == 0).float() * FAR)[None, None]
        total = weights.sum(1, keepdim=True).clamp_min(1e-6)
        scores: Tensor = (likeness.amax(-1) * weights[..., None]).sum(1) / total
        return scores

    def means(self, texts: Sequence[Words]) -> Tensor:
        """Shape (texts, DIMENSION): one vector for each text, at unit length."""
        vectors, weights = self.read(padded(texts))
        return functional.normalize((vectors * weights[..., None]).sum(1), dim=-1)

    def _start(self) -> None:
        nn.init.orthogonal_(self.smaller.weight)
        nn.init.orthogonal_(self.meaning.weight)
        nn.init.zeros_(self.mattering.weight)
        with torch.no_grad():
            self.particles.weight *= 0.1


def main(folder: Path, questions: Sequence[tuple[Path, Path]], seed: int = 0, steps: int = STEPS) -> None:
    """Train and write `interaction.npz` into the model folder."""
    torch.manual_seed(seed)
    pairs = [pair for files in questions for pair in questions_and_passages(*files)]
    lessons = Lessons(pairs, read_topics(), Tokenizer(), Random(seed))  # noqa: S311 (order of training, not a secret)
    model = load_word_vectors(folder)
    words = list(lessons.numbers)
    particles = [number for number, word in enumerate(words) if word.startswith(PARTICLE)]
    net = Net(model.vectors(words), particles)
    learn(net, lessons, steps)
    interaction_of(net.eval(), model, [words[number] for number in particles]).save(folder)


def learn(net: Net, lessons: Lessons, steps: int) -> None:
    """One batch after another, slower and slower; prints the mean loss now and then."""
    optimiser = torch.optim.Adam([each for each in net.parameters() if each.requires_grad], lr=RATE)
    slower = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, LAST_RATE, steps)
    losses = []
    for step in range(steps):
        if step == int(steps * CALM):
            lessons.near = near_topics(net, lessons)
        every = 2 if step < steps * GENERAL else 4
        loss = loss_of(net, lessons.passages() if step % every == 0 else lessons.says())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        slower.step()
        losses.append(loss.item())
        if (step + 1) % 200 == 0:
            print(step + 1, "steps, loss", round(float(np.mean(losses[-200:])), 3), flush=True)  # noqa: T201 (a script)


def loss_of(net: Net, batch: Batch) -> Tensor:
    """In-batch InfoNCE in both directions, as `indexer.contrast` has it."""
    scores = net(padded(batch.left), padded(batch.right)) * net.sharpness.exp()
    number = {group: number for number, group in enumerate(dict.fromkeys(batch.groups))}
    groups = torch.tensor([number[group] for group in batch.groups])
    same = (groups[:, None] == groups[None]) & ~torch.eye(len(groups), dtype=torch.bool)
    scores = scores.masked_fill(same, -1e4)
    right = torch.arange(len(groups))
    return (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)) / 2


def near_topics(net: Net, lessons: Lessons) -> dict[str, list[str]]:
    """The topics that the net as it stands finds most alike."""
    standards = lessons.standards()
    names = list(standards)
    net.eval()
    with torch.no_grad():
        vectors = net.means(list(standards.values()))
    net.train()
    likeness = (vectors @ vectors.T).fill_diagonal_(-1)
    nearest = likeness.topk(min(NEAREST, len(names) - 1)).indices.tolist()
    return {name: [names[other] for other in others] for name, others in zip(names, nearest, strict=True)}


def padded(texts: Sequence[Words]) -> Tensor:
    """Shape (texts, longest): 0 behind the end."""
    longest = max(1, *map(len, texts))
    return torch.tensor([text + [0] * (longest - len(text)) for text in texts])


def interaction_of(net: Net, model: WordVectors, particles: Sequence[str]) -> Interaction:
    """What was learned, for NumPy."""
    kernel = net.mixing.weight.detach().permute(2, 1, 0).reshape(3 * SIZE, 2 * SIZE)
    return Interaction(
        model=model,
        particles={word: row for row, word in enumerate(particles)},
        particle_vectors=_array(net.particles.weight[1:]),
        smaller=_array(net.smaller.weight.T),
        mixing=_array(kernel),
        mixing_bias=_array(net.mixing.bias),
        meaning=_array(net.meaning.weight.T),
        mattering=np.append(_array(net.mattering.weight[0]), _array(net.mattering.bias)),
    )


def _array(values: Tensor | None) -> Matrix:
    assert values is not None  # noqa: S101 (torch types a bias as optional; these layers have one)
    return np.ascontiguousarray(values.detach().numpy(), np.float32)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", nargs=2, action="append", type=Path, default=[], metavar=("QUESTIONS", "PASSAGES"))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    main(given.folder, [tuple(pair) for pair in given.questions], given.seed)
