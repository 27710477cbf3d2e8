"""`python -m sample draw DIR`, `python -m sample load` and `python -m sample train`."""

from pathlib import Path

import click

BUNDLED = Path(__file__).parent.parent / "service" / "encoder" / "bundled"


@click.group()
def main() -> None:
    """Draw the sample collection, or train the bundled encoder."""


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0, 3), help="Which collection."
)
@click.option(
    "--size", default=512, show_default=True, type=click.IntRange(64, 2048), help="Pixels a side."
)
@click.option("--train", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--test", default=100, show_default=True, type=click.IntRange(0, 100_000))
def draw(folder: Path, seed: int, size: int, train: int, test: int) -> None:
    """Write the sample collection with its simulated judgements into FOLDER."""
    from sample import dataset

    def tell(done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            click.echo(f"{done} of {total} pictures drawn", err=True)

    dataset.draw(folder, seed=seed, size=size, train=train, test=test, tell=tell)


@main.command()
def load() -> None:
    """Bring the collection into the Glimpse of this home."""
    from sample.load import main as bring_in

    bring_in()


@main.command()
@click.option("--work", default="train-work", type=click.Path(file_okay=False, path_type=Path),
              help="Keeps what is needed to resume.")  # fmt: skip
@click.option("--out", default=BUNDLED, type=click.Path(file_okay=False, path_type=Path),
              help="Where the encoder is written.")  # fmt: skip
@click.option("--steps", type=click.IntRange(1), help="Shorter or longer than the recipe.")
@click.option("--gallery", default=1000, show_default=True, type=click.IntRange(10, 10_000),
              help="Pictures in each gallery that it is measured on.")  # fmt: skip
def train(work: Path, out: Path, steps: int | None, gallery: int) -> None:
    """Train the bundled encoder, export it and write its card."""
    from sample.train.card import write_card
    from sample.train.export import export
    from sample.train.loop import train as follow
    from sample.train.measure import measure, speed
    from sample.train.recipe import Recipe

    recipe = Recipe() if steps is None else Recipe(steps=steps)
    encoder = follow(recipe, work, click.echo)
    export(encoder, recipe, work / "bpe.txt.gz", out)
    write_card(out, recipe, measure(out, gallery), speed(out), gallery)


if __name__ == "__main__":
    main()
