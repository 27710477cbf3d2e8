"""`glimpse db`: the schema's migrations."""

import click

from service.config import read_settings
from service.db import migrate
from service.db.engine import connection, make_engine
from service.stack.servers import servers


@click.group()
def db() -> None:
    """Look after the database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the schema to this version; two at once do it once."""
    with servers(read_settings()) as endpoints:
        click.echo(f"The database is at revision {migrate.upgrade(endpoints.database_url)}.")


@db.command()
def current() -> None:
    """Show the schema's revision and the one this version needs."""
    with servers(read_settings()) as endpoints:
        engine = make_engine(endpoints.database_url)
        try:
            with connection(engine) as conn:
                at = migrate.current(conn)
        finally:
            engine.dispose()
    click.echo(f"The database is at {at or 'no revision'}; this version needs {migrate.head()}.")
