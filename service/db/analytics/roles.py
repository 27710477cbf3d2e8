"""The role of analysts in the database, its logins, and what it may not do."""

from psycopg import sql
from sqlalchemy import URL, Connection, text

from service.errors import Conflict

ROLE = "glimpse_analyst"
CONSOLE = "glimpse_console"
STATEMENT_SECONDS = 30
# What everybody may call by default and could disturb others with: the service's own locks,
# other people's sessions, notifications, objects that no table shows, and settings, which would
# lift the bounds of a statement from within it.
DISTURBING = (
    "^(set_config|pg_(try_)?advisory_.*|pg_terminate_backend|pg_cancel_backend|pg_notify|lo_.*"
    "|lowrite|loread|pg_logical_emit_message|pg_export_snapshot|query_to_xml.*|cursor_to_xml.*"
    "|table_to_xml.*|schema_to_xml.*|database_to_xml.*)$"
)


class RolesNotMade(Conflict):
    """The role glimpse_analyst is missing and this database account may not make it.

    As a superuser run: CREATE ROLE glimpse_analyst NOLOGIN; GRANT glimpse_analyst TO {account}
    WITH ADMIN OPTION; ALTER ROLE {account} CREATEROLE; and then: glimpse db upgrade
    """


class LoginTaken(Conflict):
    """The database has a login named {login} already; choose another name for the analyst."""


def exists(conn: Connection, role: str) -> bool:
    """Whether the server knows a role."""
    return bool(conn.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :r"), {"r": role}))


def may_make(conn: Connection) -> bool:
    """Whether this account may make roles."""
    statement = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    return bool(conn.scalar(text(statement)))


def account(conn: Connection) -> str:
    """The account that asks."""
    return str(conn.scalar(text("SELECT quote_ident(current_user)")))


def are_ready(conn: Connection) -> bool:
    """Whether the role is there with every right it needs."""
    if not exists(conn, ROLE):
        return False
    return bool(
        conn.scalar(
            text(
                """
                SELECT has_schema_privilege(:role, 'analytics', 'USAGE')
                   AND bool_and(has_table_privilege(:role, c.oid, 'SELECT'))
                   AND NOT has_database_privilege(:role, current_database(), 'TEMPORARY')
                   AND (NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                        OR NOT has_function_privilege(:role, :forbidden, 'EXECUTE'))
                  FROM pg_class c
                 WHERE c.relnamespace = 'analytics'::regnamespace AND c.relkind = 'v'
                """
            ),
            {"role": ROLE, "forbidden": "set_config(text, text, boolean)"},
        )
    )


MAKE = f"""
DO $$ BEGIN
    CREATE ROLE {ROLE} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def make(conn: Connection) -> None:
    """Make the role of analysts: it reads the views of schema analytics, and nothing else."""
    if not exists(conn, ROLE):
        if not may_make(conn):
            raise RolesNotMade(account=account(conn))
        conn.execute(text(MAKE))
    conn.execute(text(f"GRANT USAGE ON SCHEMA analytics TO {ROLE}"))
    conn.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO {ROLE}"))
    database = sql.Identifier(str(conn.scalar(text("SELECT current_database()")))).as_string()
    conn.execute(text(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"))
    if is_superuser(conn):
        forbid_disturbing(conn)


def forbid_disturbing(conn: Connection) -> None:
    """Leave to superusers and the database's owner what could disturb others."""
    statements = conn.execute(
        text(
            """
            SELECT format('REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC;'
                          ' GRANT EXECUTE ON FUNCTION %1$s TO %2$s', p.oid::regprocedure,
                          (SELECT datdba::regrole FROM pg_database
                            WHERE datname = current_database()))
              FROM pg_proc p
             WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f'
               AND p.proname ~ :names
            """
        ),
        {"names": DISTURBING},
    ).scalars()
    conn.execute(text("; ".join(statements)))


def make_login(conn: Connection, *, login: str, password: str, connections: int) -> None:
    """A login of that role, or for one that is there a new password."""
    if not are_ready(conn):
        make(conn)
    name = sql.Identifier(login).as_string()
    verb = "ALTER" if exists(conn, login) else "CREATE"
    secret = sql.Literal(password).as_string()
    conn.execute(
        text(
            f"{verb} ROLE {name} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
            f" NOBYPASSRLS CONNECTION LIMIT {connections:d} PASSWORD {secret}".replace(":", "\\:")
        )
    )
    conn.execute(text(f"GRANT {ROLE} TO {name}"))
    settings = dict(SETTINGS)
    if is_superuser(conn):
        settings |= FOR_SUPERUSERS
        if login != console_login(conn.engine.url):
            # On a connection of one's own SET does the same, and programs begin with this.
            conn.execute(text(f"GRANT EXECUTE ON FUNCTION set_config TO {name}"))
    for setting, value in settings.items():
        conn.execute(text(f"ALTER ROLE {name} SET {setting} = '{value}'"))


def console_login(url: URL) -> str:
    """The login of the console, one a database."""
    return f"{CONSOLE}_{url.database}"[:63]


def is_superuser(conn: Connection) -> bool:
    """Whether this account may do everything, as that of the embedded database."""
    return bool(conn.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")))


# What only a superuser may set: how much a statement may put aside on the disk.
FOR_SUPERUSERS = {"temp_file_limit": "512MB"}
SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "2s",
    "search_path": "analytics",
    "work_mem": "32MB",
    "max_parallel_workers_per_gather": "0",
}
