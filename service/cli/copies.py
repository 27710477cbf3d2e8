"""`glimpse backup` and `glimpse restore`: a copy of everything, and the way back."""

import json
from pathlib import Path

import click

from service.cli.progress import Progress
from service.cli.running import running_services
from service.cli.verify import report_lines
from service.config import Settings, read_settings
from service.db.engine import make_engine
from service.keeping.backup import Backup, Made
from service.keeping.examine import Examined, examine
from service.keeping.new_home import check_empty, new_home
from service.keeping.restore import Restore, Restored, check_known
from service.logs import configure_logs
from service.stack.home import open_home
from service.stack.servers import servers
from service.store import Store

SHOWN = 5
FILE = click.Path(dir_okay=True, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def backup(file: Path, *, force: bool, as_json: bool) -> int:
    """Copy everything into FILE (.tar, .tar.gz or .tar.zst), as it stands at one moment.

    The service may go on meanwhile. FILE holds people's pictures and password hashes: keep it safe.
    """
    settings = read_settings()
    configure_logs(settings)
    with servers(settings) as endpoints:
        engine = make_engine(endpoints.database_url)
        try:
            store, learnt = Store(settings.effective_store_url), settings.home / "encoders"
            work = Backup(engine, store, learnt.expanduser(), Progress(quiet=as_json))
            made = work.write(file.absolute(), force=force)
        finally:
            engine.dispose()
    tell_made(made, as_json=as_json)
    return 0


def tell_made(made: Made, *, as_json: bool) -> None:
    """What is in the backup, and what was amiss already before it."""
    size = made.file.stat().st_size
    document = {"file": str(made.file), "bytes": size, "pictures": made.pictures}
    document |= {"missing": made.missing, "damaged": made.damaged}
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(f"{made.file}: {made.pictures} pictures and all rows, {size / 1e6:.1f} MB")
    for word, keys in (("lost", made.missing), ("damaged", made.damaged)):
        if keys:
            shown = ", ".join(keys[:SHOWN]) + (" …" if len(keys) > SHOWN else "")
            click.echo(
                f"{len(keys)} stored files were {word} before: {shown}. See: glimpse verify",
                err=True,
            )


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def restore(file: Path, *, as_json: bool) -> int:
    """Bring everything back from the backup FILE into an empty home, or database and store.

    FILE is read through and through before anything is written. Afterwards everything that was
    restored is verified: exit status 1 when something is amiss.
    """
    settings, progress = read_settings(), Progress(quiet=as_json)
    configure_logs(settings)
    if not settings.database_url:
        check_empty(settings.home.expanduser().absolute())
    found = examine(file.absolute(), progress)
    check_known(found)
    restored = bring_back(settings, found, progress)
    with running_services(settings, towers="text") as services:
        report = services.upkeep.verify(watch=progress)
    document = {"restored": restored and restored.pictures, "verify": report.as_document()}
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        told = f"Restored {restored.pictures} pictures and {restored.rows} rows" if restored else ""
        click.echo(told or "The restore that was cut off is in place.")
        click.echo("\n".join(report_lines(report)))
    return 0 if report.ok else 1


def bring_back(settings: Settings, found: Examined, progress: Progress) -> Restored | None:
    """Into a new home, or into a database of one's own; None where only the end was missing."""
    if settings.database_url:
        open_home(settings.home)
        return fill(settings, settings.database_url, found, progress)
    with new_home(settings, backup=found.digest) as new:
        if new is None:
            return None
        return fill(new.settings, new.database_url, found, progress)


def fill(settings: Settings, url: str, found: Examined, progress: Progress) -> Restored:
    """Check that all is empty, then bring everything back."""
    store, learnt = Store(settings.effective_store_url), settings.home / "encoders"
    work = Restore(found, url, store, learnt.expanduser(), progress)
    work.check()
    return work.run()
