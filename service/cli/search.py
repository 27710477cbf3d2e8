"""`glimpse search`: the API's search on a terminal."""

import json

import click

from service.cli.running import running_services
from service.config import read_settings
from service.domain import Asker, Hit, SearchPage, Sort
from service.search_question import MOST_RESULTS
from service.web.api.documents import search_document


@click.command()
@click.argument("text")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_RESULTS),
    default=20,
    show_default=True,
    help="How many at the most.",
)
@click.option("--country", default="", help="Two letters; adds that country's rules.")
@click.option("--collection", help="Search only in this collection.")
@click.option("--min-score", type=float, help="Leave out what scores less; 0 shows everything.")
@click.option("--sort", type=click.Choice(list(Sort)), default=Sort.BEST, help="In which order.")
@click.option("--like", metavar="ID", help="Search with this picture; TEXT may be empty then.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def search(
    text: str,
    limit: int,
    country: str,
    collection: str | None,
    min_score: float | None,
    sort: str,
    like: str | None,
    *,
    as_json: bool,
) -> None:
    """Find the pictures that TEXT describes, best first.

    A dash leaves out (dog -snow); what stands in quotation marks has to be in a caption.
    """
    settings = read_settings()
    with running_services(settings, towers="text") as services:
        services.register_encoder()
        page = services.search(
            text=text,
            asker=Asker(country=settings.country, added_country=country),
            limit=limit,
            collection=collection,
            min_score=min_score,
            like=like,
            sort=Sort(sort),
        )
    document = json.dumps(search_document(page), ensure_ascii=False)
    click.echo(document if as_json else as_lines(page))


def as_lines(page: SearchPage) -> str:
    """The page for people."""
    if not page.hits:
        return "Nothing found."
    return "\n".join(as_line(hit) for hit in page.hits)


def as_line(hit: Hit) -> str:
    """One result for people."""
    caption = f"  {hit.captions[0]}" if hit.captions else ""
    return f"{hit.score:.3f}  {hit.image_id}  {hit.name}{caption}"
