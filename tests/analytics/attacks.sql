-- One attack a line: none may work.
INSERT INTO searches (took_ms, results) VALUES (1, 1)
INSERT INTO public.users (name, role) VALUES ('eve', 'admin') RETURNING id
UPDATE public.users SET role = 'admin' RETURNING id
DELETE FROM public.images RETURNING id
WITH gone AS (DELETE FROM public.images RETURNING id) SELECT * FROM gone
WITH made AS (INSERT INTO public.users (name, role) VALUES ('eve', 'admin') RETURNING id) SELECT * FROM made
WITH changed AS (UPDATE public.judges SET name = 'x' RETURNING id) SELECT * FROM changed
DROP VIEW analytics.pairs
DROP TABLE public.images CASCADE
TRUNCATE public.images
CREATE TABLE analytics.mine (a int)
CREATE TABLE public.mine (a int)
CREATE TEMP TABLE mine (a int)
SELECT 1 AS a INTO TEMP mine
SELECT 1 AS a INTO public.mine
CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
ALTER ROLE glimpse_analyst SUPERUSER
CREATE ROLE eve LOGIN SUPERUSER
GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC
SET ROLE glimpse
RESET ROLE
SET SESSION AUTHORIZATION glimpse
SELECT set_config('role', 'glimpse', false)
SELECT set_config('session_authorization', 'glimpse', false)
SELECT set_config('transaction_read_only', 'off', true), set_config('default_transaction_read_only', 'off', false), (SELECT count(*) FROM public.users)
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('PG_VERSION')
SELECT * FROM pg_ls_dir('.')
SELECT pg_stat_file('PG_VERSION')
COPY public.users TO STDOUT
COPY (SELECT 1) TO PROGRAM 'id'
COPY (SELECT 1) TO '/tmp/owned'
COPY public.users FROM PROGRAM 'id'
SELECT lo_create(0)
SELECT lo_import('/etc/passwd')
SELECT lo_from_bytea(0, 'x')
SELECT lo_put(1, 0, 'x')
SELECT * FROM public.users
SELECT * FROM public.tokens
SELECT name, password_hash FROM users
TABLE public.tokens
SELECT * FROM analytics_base.named_pairs
SELECT * FROM analytics_base.reading
SELECT * FROM public.expert_grades
SELECT rolpassword FROM pg_authid
SELECT * FROM pg_shadow
SELECT passwd FROM pg_catalog.pg_shadow
SELECT umuser FROM pg_user_mapping
SELECT pg_sleep(3600)
SELECT set_config('statement_timeout', '0', false), pg_sleep(3600)
SELECT count(*) FROM generate_series(1, 1000000000000) a
WITH RECURSIVE bomb(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM bomb) SELECT max(n) FROM bomb
WITH RECURSIVE bomb(n) AS (SELECT 1 UNION ALL SELECT b.n + 1 FROM bomb b, generate_series(1, 1000)) SELECT count(*) FROM bomb
SELECT 1; SELECT 2
SELECT 1; DROP TABLE public.images
SELECT 1; COMMIT; DELETE FROM public.images
SELECT 1) AS asked (c0); DELETE FROM public.images; --
COMMIT
ROLLBACK
BEGIN
SET TRANSACTION READ WRITE
SET statement_timeout = 0
SELECT pg_advisory_lock(1735131137)
SELECT pg_advisory_xact_lock(1735131137)
SELECT pg_try_advisory_lock(1735131137)
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
SELECT pg_switch_wal()
SELECT pg_promote()
SELECT pg_create_restore_point('x')
SELECT pg_notify('x', 'y')
NOTIFY x
LISTEN x
LOCK TABLE public.images
DO $$ BEGIN PERFORM 1; END $$
CALL nothing()
EXECUTE asked
PREPARE p AS SELECT 1
DECLARE c CURSOR FOR SELECT 1
VACUUM
ANALYZE
CHECKPOINT
REFRESH MATERIALIZED VIEW analytics_base.stored_pairs
SELECT nextval('public.searches_id_seq')
SELECT setval('public.searches_id_seq', 1)
SELECT currval('public.searches_id_seq')
SELECT pg_stat_reset()
SELECT query_to_xml('DELETE FROM public.images RETURNING 1', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT * FROM analytics.pairs FOR UPDATE
SELECT dblink('x')
LOAD 'plpython3u'
CREATE EXTENSION dblink
ALTER SYSTEM SET archive_command = 'id'
SELECT pg_logical_emit_message(false, 'x', 'y')
SELECT pg_export_snapshot()
SELECT $1::int
SELECT pg_ls_logdir()
SELECT pg_current_logfile()
SELECT * FROM pg_hba_file_rules
SELECT repeat('x', 1000000000) FROM generate_series(1, 1000000) ORDER BY 1
