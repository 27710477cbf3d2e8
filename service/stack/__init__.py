"""The embedded PostgreSQL and Redis, and the processes of `glimpse up`.

`servers(settings)` gives the database and Redis to a command, `run(…)` is
`glimpse up` without its parts; the rest of the package serves these two.
"""
