"""The embedded PostgreSQL and Redis, and the processes of `glimpse up`."""
