"""The recipe: it learns, resumes, repeats, and exports what open_clip can load."""

from dataclasses import replace
from pathlib import Path

import open_clip
import pytest
import torch

from sample.train.batches import Lessons
from sample.train.encoder import new_encoder, normal, text_vectors
from sample.train.export import export
from sample.train.loop import rate_at, train
from sample.train.measure import measure
from sample.train.recipe import CONTEXT, VOCABULARY, Recipe
from sample.train.words import write_merges
from service.encoder.spec import BUNDLED

SMALL = Recipe(steps=4, batch=6, pixels=64)


@pytest.fixture(scope="module")
def merges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pieces of words learnt from few captions."""
    path = tmp_path_factory.mktemp("merges") / "bpe.txt.gz"
    write_merges(path, 1, scenes=300)
    return path


def test_merges_fill_the_vocabulary(merges: Path) -> None:
    """The vocabulary has the promised size, whatever was read."""
    assert open_clip.SimpleTokenizer(str(merges)).vocab_size == VOCABULARY


def test_batches_repeat_and_are_true(merges: Path) -> None:
    """A batch's number decides it, and every caption is true of its own picture."""
    one, again = (Lessons(SMALL, merges, 0, 4)[2] for _ in range(2))
    assert torch.equal(one.pictures, again.pictures)
    assert torch.equal(one.texts, again.texts)
    numbers = torch.arange(len(one.texts))
    assert bool(one.truth[numbers, numbers // 2].all())


def test_short_way_gives_the_same_vectors(merges: Path) -> None:
    """The quick way through short texts gives what open_clip's own way gives."""
    encoder = new_encoder(64).eval()
    texts = Lessons(SMALL, merges, 0, 1)[0].texts.long()
    with torch.no_grad():
        expected = encoder.encode_text(texts, normalize=True)
        assert torch.allclose(text_vectors(encoder, texts), expected, atol=1e-5)


def test_resumed_is_the_same_as_uninterrupted(merges: Path, tmp_path: Path) -> None:
    """Stopping and going on changes nothing."""
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bpe.txt.gz").write_bytes(merges.read_bytes())
    whole = train(SMALL, tmp_path / "whole", lambda _: None)
    train(SMALL, tmp_path / "parts", lambda _: None, until=2)
    parts = train(SMALL, tmp_path / "parts", lambda _: None)
    for name, value in whole.state_dict().items():
        assert torch.allclose(value.float(), parts.state_dict()[name].float(), atol=1e-6), name


def test_rate_rises_and_falls() -> None:
    """The learning rate warms up, peaks and fades."""
    recipe = replace(SMALL, steps=1000, warmup=100)
    rates = [rate_at(step, recipe) for step in range(1000)]
    assert rates.index(max(rates)) in {99, 100}
    assert rates[0] < max(rates) / 50
    assert rates[-1] < max(rates) / 40


def test_export_loads_and_is_measured(merges: Path, tmp_path: Path) -> None:
    """An exported folder is a local-dir of open_clip's, and can be measured."""
    encoder = new_encoder(64).eval()
    export(encoder, SMALL, merges, tmp_path / "out")
    loaded = open_clip.create_model_from_pretrained(f"local-dir:{tmp_path / 'out'}")[0].eval()
    pictures = normal(Lessons(SMALL, merges, 0, 1)[0].pictures)
    with torch.no_grad():
        assert torch.allclose(
            loaded.encode_image(pictures), encoder.encode_image(pictures), atol=0.02
        )
    figures = measure(tmp_path / "out", size=10, pixels=64)
    assert {figure.language for figure in figures} == {"en", "ru"}
    assert all(0 <= figure.value <= 100 for figure in figures)


def test_the_bundled_encoder_is_small_and_fits_its_tokenizer() -> None:
    """What is bundled is of the recipe's shape, and no more than 8 MB."""
    assert (BUNDLED / "open_clip_model.safetensors").stat().st_size < 8_000_000
    tokenizer = open_clip.SimpleTokenizer(str(BUNDLED / "bpe.txt.gz"), context_length=CONTEXT)
    assert tokenizer.vocab_size == VOCABULARY
    encoder = open_clip.create_model_from_pretrained(f"local-dir:{BUNDLED}")[0]
    assert encoder.positional_embedding.shape[0] == CONTEXT
    assert encoder.token_embedding.num_embeddings == VOCABULARY
