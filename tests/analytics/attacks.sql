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
SELECT pg_catalog.set_config('work_mem', '2GB', false)
SELECT set_config('temp_file_limit', '-1', false)
SELECT length(repeat('x', 1000000000)), length(repeat('y', 1000000000)), length(repeat('z', 1000000000)), length(repeat('a', 1000000000) || repeat('b', 70000000))
SELECT length(string_agg(repeat('x', 1000000), '')) FROM generate_series(1, 100000)
SELECT cardinality(array_agg(n)) FROM generate_series(1, 1000000000) n
SELECT count(*) FROM (SELECT n, repeat('x', 1000) AS wide FROM generate_series(1, 100000000) n ORDER BY wide DESC, n DESC OFFSET 1) sorted
SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b, generate_series(1, 100000) c
SELECT regexp_count(repeat('a', 100000), '(a+)+b' || n) FROM generate_series(1, 100000) n
SELECT factorial(1000000)
MERGE INTO public.images i USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE
EXPLAIN ANALYZE DELETE FROM public.images
SELECT * FROM (DELETE FROM public.images RETURNING id) gone
CREATE VIEW analytics.mine AS SELECT 1
CREATE MATERIALIZED VIEW analytics.mine AS SELECT 1
ALTER VIEW analytics.pairs OWNER TO glimpse_analyst
COMMENT ON VIEW analytics.pairs IS 'x'
CREATE RULE r AS ON INSERT TO public.images DO INSTEAD NOTHING
CREATE TRIGGER t BEFORE INSERT ON public.images EXECUTE FUNCTION judge_again()
CREATE PUBLICATION p FOR ALL TABLES
CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION judge_again()
CREATE SERVER s FOREIGN DATA WRAPPER w
CREATE POLICY p ON public.images USING (true)
DROP OWNED BY glimpse_analyst
REASSIGN OWNED BY glimpse TO glimpse_analyst
ALTER DATABASE postgres SET statement_timeout = 0
DROP DATABASE postgres
ALTER ROLE CURRENT_USER SET statement_timeout = 0
ALTER ROLE CURRENT_USER CONNECTION LIMIT 1000
GRANT glimpse TO CURRENT_USER
SAVEPOINT s
PREPARE TRANSACTION 'x'
FETCH ALL FROM c
SELECT pg_create_physical_replication_slot('x')
SELECT pg_create_logical_replication_slot('x', 'pgoutput')
SELECT pg_backup_start('x')
SELECT pg_log_backend_memory_contexts(pg_backend_pid())
SELECT pg_import_system_collations('pg_catalog')
SELECT pg_stat_reset_shared('wal')
SELECT pg_stat_reset_single_table_counters(1)
SELECT pg_clear_relation_stats('public', 'images')
SELECT pg_file_write('/tmp/owned', 'x', false)
SELECT lo_export(1, '/tmp/owned')
SELECT lo_get(1)
SELECT pg_ls_waldir()
SELECT pg_ls_tmpdir()
SELECT pg_read_file('postgresql.conf', 0, 100, true)
SELECT * FROM pg_statistic
SELECT * FROM pg_subscription
SELECT setting FROM pg_file_settings
SELECT * FROM public.saved_questions
SELECT * FROM public.asked_questions
SELECT query_text FROM public.refusals
SELECT * FROM public.audit_entries
SELECT * FROM public.restrictions
SELECT name FROM public.images
SELECT text FROM public.captions
SELECT text FROM public.queries
SELECT embedding FROM public.image_vectors
SELECT * FROM analytics_base.live_pairs
SELECT * FROM analytics_base.stored_pairs
SELECT * FROM analytics_base.target(1, 1, 1, 1, 1, 1, 1, 1)
SELECT (pairs).ctid FROM analytics.pairs
SELECT xmin FROM analytics.pairs
