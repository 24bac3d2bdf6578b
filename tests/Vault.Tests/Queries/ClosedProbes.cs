namespace Sandbox.Vault.Tests.Queries;

/// <summary>Other shapes of reaching beyond the grant, one a line: files by name, catalogues, settings, look-alike letters, every place where a subquery fits. None may run.</summary>
internal static class ClosedProbes
{
    public static readonly string[] Statements =
        """
        FROM 'share.person.csv'
        FROM '/proc/self/fd/3'
        FROM "/proc/self/maps"
        SELECT * FROM "file:///etc/passwd"
        SELECT * FROM "x.json", "y.parquet"
        SELECT * FROM main."/tmp/a.csv"
        SELECT * FROM share."person.csv"
        SELECT * FROM 'https://example.org/a.parquet' a JOIN share.person p ON true
        WITH a AS (FROM "a.csv") FROM a
        SELECT (SELECT count(*) FROM 'a.parquet')
        SELECT * FROM share.person WHERE name IN (FROM 'a.csv')
        TABLE "a.csv"
        FROM raw .person
        FROM raw . "person"
        FROM "RAW"."PERSON"
        FROM raw/**/.person
        FROM raw -- x
        SELECT/**/*/**/FROM/**/raw.person
        SELECT * FROM share.person NATURAL JOIN raw.person
        SELECT * FROM share.person SEMI JOIN raw.person USING (age)
        SELECT * FROM share.person ANTI JOIN raw.person USING (age)
        SELECT * FROM share.person, LATERAL (FROM raw.person LIMIT 1)
        SELECT * FROM share.person CROSS JOIN LATERAL (SELECT * FROM raw.closed) q
        FROM (VALUES (1)) v(a), LATERAL (SELECT v FROM raw.closed WHERE a = 1)
        SELECT COLUMNS(*) FROM raw.person
        SELECT * EXCLUDE (id) FROM raw.person
        SELECT * REPLACE ((SELECT max(v) FROM raw.closed) AS age) FROM share.person
        SELECT * RENAME (name AS n) FROM raw.person
        SELECT COLUMNS(c -> c LIKE (SELECT max(v) FROM raw.closed)) FROM share.person
        SELECT list_filter([1], x -> EXISTS (FROM raw.closed))
        SELECT list_reduce(['a','b'], (x, y) -> (SELECT max(v) FROM raw.closed))
        SELECT [v FOR v IN (SELECT list(v) FROM raw.closed)]
        SELECT {'a': (SELECT v FROM raw.closed)}
        SELECT MAP {(SELECT v FROM raw.closed): 1}
        SELECT row((SELECT v FROM raw.closed))
        SELECT ARRAY(SELECT v FROM raw.closed)
        SELECT 1 WHERE 'x' = ANY (SELECT v FROM raw.closed)
        SELECT (SELECT v FROM raw.closed) BETWEEN 'a' AND 'b'
        SELECT try_cast((SELECT v FROM raw.closed) AS INT)
        SELECT substring((SELECT v FROM raw.closed), 1, 3)
        SELECT * FROM share.person ORDER BY (SELECT v FROM raw.closed)
        SELECT * FROM share.person OFFSET (SELECT length(v) FROM raw.closed)
        SELECT count(*) FROM share.person GROUP BY ROLLUP ((SELECT v FROM raw.closed))
        SELECT lag(age, 1, (SELECT 1 FROM raw.closed)) OVER (ORDER BY age) FROM share.person
        SELECT first_value(age) OVER w FROM share.person WINDOW w AS (ORDER BY (SELECT v FROM raw.closed))
        SELECT age FROM share.person QUALIFY row_number() OVER (ORDER BY age) = (SELECT 1 FROM raw.closed)
        PIVOT share.person ON (SELECT v FROM raw.closed) IN ('a') USING count(*)
        PIVOT share.person ON district USING count(*)
        UNPIVOT raw.person ON age INTO NAME n VALUE v
        FROM (UNPIVOT raw.closed ON COLUMNS(*) INTO NAME n VALUE v)
        FROM (DESCRIBE raw.person)
        FROM (SUMMARIZE share.person)
        SELECT * FROM (SHOW TABLES)
        SELECT * FROM (SHOW ALL TABLES)
        DESC raw.person
        SHOW raw.person
        SHOW ALL TABLES
        SUMMARIZE SELECT * FROM share.person
        SELECT * FROM query_table('raw' || '.person')
        SELECT * FROM query('FROM ' || 'raw.person')
        SELECT * FROM query_table(['share.person'], true)
        SELECT * FROM main.query('SELECT 1')
        SELECT system.main.query('x')
        SELECT system.main.upper('x')
        SELECT memory.main.upper('x')
        FROM system.main.range(3)
        SELECT pg_catalog.version()
        SELECT information_schema.upper('x')
        FROM pg_catalog.pg_tables
        FROM "pg_catalog"."pg_class"
        FROM PG_CATALOG.PG_ATTRIBUTE
        FROM Information_Schema.Tables
        FROM INFORMATION_SCHEMA.COLUMNS
        FROM "information_schema"."schemata"
        FROM system.information_schema.tables
        FROM zone.information_schema.columns
        FROM zone.pg_catalog.pg_class
        FROM temp.information_schema.tables
        FROM sqlite_schema
        FROM sqlite_temp_master
        FROM sqlite_temp_schema
        FROM duckdb_tables
        FROM duckdb_columns
        FROM duckdb_functions()
        FROM duckdb_temporary_files()
        FROM duckdb_memory()
        FROM duckdb_extensions()
        FROM duckdb_variables()
        FROM duckdb_prepared_statements()
        FROM duckdb_log_contexts()
        FROM duckdb_external_file_cache()
        FROM duckdb_constraints
        FROM duckdb_indexes()
        FROM duckdb_sequences()
        FROM duckdb_dependencies()
        FROM duckdb_keywords()
        FROM duckdb_optimizers()
        FROM duckdb_secret_types()
        FROM pragma_table_info('share.person')
        FROM pragma_database_size()
        FROM pragma_collations()
        FROM pragma_show('share.person')
        FROM pragma_user_agent()
        FROM pragma_platform()
        FROM pragma_metadata_info()
        PRAGMA version
        PRAGMA show_tables
        PRAGMA memory_limit='1TB'
        PRAGMA threads=64
        PRAGMA enable_object_cache
        PRAGMA import_database('/tmp/x')
        SET threads = 64
        SET SESSION memory_limit = '10GB'
        SET GLOBAL temp_directory = '/tmp'
        SET s3_endpoint = 'x'
        SET search_path = 'raw'
        RESET ALL
        RESET memory_limit
        USE raw
        USE zone.raw
        COPY raw.person TO 'x'
        COPY share.person FROM '/etc/passwd'
        COPY (FROM share.person) TO STDOUT
        COPY FROM DATABASE zone TO memory
        EXPORT DATABASE 'x' (FORMAT parquet)
        ATTACH 'x' (TYPE sqlite)
        ATTACH IF NOT EXISTS '/proc/self/fd/3' AS y (READ_ONLY)
        ATTACH 'postgres:dbname=x' AS p (TYPE postgres)
        DETACH memory
        INSTALL 'x' FROM 'http://example.org'
        FORCE INSTALL json
        LOAD json
        CREATE PERSISTENT SECRET s (TYPE gcs)
        DROP SECRET s
        PREPARE p AS SELECT * FROM raw.person
        EXECUTE p(1)
        DEALLOCATE PREPARE p
        CREATE MACRO m(a) AS a + 1
        CREATE TEMP MACRO m() AS TABLE FROM raw.person
        CREATE OR REPLACE FUNCTION f(x) AS (SELECT v FROM raw.closed)
        CREATE INDEX i ON share.person (age)
        CREATE TABLE main.t AS FROM share.person
        CREATE OR REPLACE TABLE share.person AS SELECT 1
        INSERT INTO share.person BY NAME SELECT 1 AS age
        INSERT OR REPLACE INTO share.person VALUES (1)
        DELETE FROM raw.person USING share.person
        UPDATE share.person SET age = age + 1 RETURNING *
        BEGIN
        BEGIN TRANSACTION READ ONLY
        COMMIT
        ROLLBACK
        ABORT
        EXPLAIN (FORMAT json) SELECT * FROM raw.person
        EXPLAIN ANALYZE FROM raw.person
        CALL duckdb_settings()
        CALL enable_logging('QueryLog')
        CALL query('SELECT 1')
        CALL force_checkpoint()
        COMMENT ON COLUMN share.person.age IS 'x'
        CREATE ROLE x
        GRANT SELECT ON share.person TO x
        SELECT getenv('PATH')
        SELECT current_setting('memory_limit')
        SELECT current_setting('access_mode'), 1
        SELECT getvariable('x')
        SELECT CURRENT_SETTING('threads')
        SELECT "current_setting"('threads')
        SELECT main.current_setting('threads')
        SELECT 'threads'.current_setting()
        SELECT current_query()
        SELECT current_schemas(true)
        SELECT CURRENT_SCHEMA
        SELECT CURRENT_ROLE
        SELECT "current_database"()
        SELECT txid_current() + 1
        SELECT rowid
        SELECT "rowid" FROM share.person
        SELECT person.rowid FROM share.person
        SELECT share.person.rowid FROM share.person
        SELECT zone.share.person.rowid FROM share.person
        SELECT max(rowid) FROM share.person
        SELECT ROWID::VARCHAR FROM share.person
        SELECT * FROM share.person ORDER BY rowid
        SELECT * FROM share.person WHERE rowid < 5
        SELECT list(rowid ORDER BY age) FROM share.person
        SELECT ctid FROM share.person; SELECT 1
        SELECT 'raw.person'::regclass
        SELECT 'x'::raw.mytype
        SELECT CAST(1 AS "main"."x")
        SELECT 'x'::zone.main.json
        SELECT x::VARIANT FROM (SELECT 1 x)
        SELECT 'POINT(1 1)'::GEOMETRY
        SELECT create_sort_key('a', 'ASC')
        SELECT vector_type(age) FROM share.person
        SELECT json_serialize_plan('SELECT 1')
        SELECT json_deserialize_sql('{}')
        FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
        SELECT in_search_path('memory', 'main')
        SELECT pg_get_expr('x', 1)
        SELECT pg_table_is_visible(1)
        SELECT obj_description(1)
        SELECT format_type(1, 1)
        SELECT has_schema_privilege('raw', 'USAGE')
        SELECT inet_server_addr()
        SELECT setseed(0.5)
        SELECT nextval('raw.s')
        SELECT currval('s')
        SELECT which_secret('s3://x', 's3')
        FROM test_vector_types(1)
        FROM summary('share.person')
        FROM repeat_row('x', num_rows = 1000000000)
        FROM seq_scan('raw.person')
        FROM arrow_scan_dumb(1, 1, 1)
        FROM icu_calendar_names()
        FROM pg_timezone_names()
        FROM sql_auto_complete('SELECT * FROM raw.')
        FROM check_peg_parser('SELECT 1')
        FROM read_json('/etc/hostname')
        FROM read_ndjson_objects('x')
        FROM read_xlsx('x.xlsx')
        FROM st_read('x')
        FROM sqlite_scan('x', 'y')
        FROM postgres_scan('', '', '')
        FROM delta_scan('x')
        FROM iceberg_scan('x')
        FROM parquet_file_metadata('x')
        FROM parquet_bloom_probe('x', 'y', 1)
        FROM read_duckdb('x', table_name = 'y')
        SELECT read_text('x')
        SELECT glob('/*')
        FROM glob('/proc/self/fd/*')
        SELECT count(*) FROM ‘x.csv’
        SELECT * FROM raw．person
        SELECT * FROM ｒａｗ.person
        SELECT * FROM rаw.person
        SELECT * FROM raw.pеrson
        SELECT rеad_text('x')
        SELECT * FROM $$raw.person$$
        SELECT * FROM E'a.csv'
        SELECT * FROM share.person /* unclosed
        SELECT 1 /* ; */ ; DROP TABLE share.person
        SELECT 1;;SELECT 2
        ;SELECT v FROM raw.closed
        SELECT $a
        SELECT $1 + ?
        SELECT :name
        SELECT * FROM share.person AT (TIMESTAMP => now())
        SELECT sum(age) FILTER (WHERE age > (SELECT 1 FROM raw.closed)) FROM share.person
        SELECT finalize(x) FROM (SELECT 1 AS x)
        SELECT add_parquet_key('k', 'x')
        SELECT error((SELECT max(v) FROM raw.closed))
        SELECT 1 FROM share.person HAVING (SELECT v FROM raw.closed) = 'a'
        SELECT CASE WHEN (SELECT v FROM raw.closed) LIKE 'P%' THEN 1/0 END
        WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + (SELECT 1 FROM raw.closed) FROM t) FROM t
        WITH t AS (SELECT 1) SELECT * FROM t, raw.t
        WITH person AS (FROM raw.person) FROM person
        WITH x AS (WITH y AS (FROM raw.person) FROM y) FROM x
        WITH x AS (SELECT 1) SELECT * FROM zone.x
        SELECT * FROM (SELECT * FROM (SELECT * FROM (FROM raw.closed)))
        FROM share.person SELECT (FROM raw.closed SELECT v)
        FROM raw.closed UNION BY NAME FROM share.person
        (FROM raw.closed) INTERSECT (FROM raw.closed)
        VALUES (1, (FROM raw.closed))
        FROM unnest((SELECT list(v) FROM raw.closed))
        FROM range(1, (SELECT length(v) FROM raw.closed))
        FROM json_each((SELECT to_json(v) FROM raw.closed))
        SELECT struct_extract(p, 'rowid') FROM (SELECT rowid, * FROM share.person) p
        SELECT DISTINCT ON (rowid) * FROM share.person
        SELECT current_date, current_user
        SELECT upper(session_user)
        SELECT * FROM share.person WHERE current_user = 'a'
        """.Split('\n');
}
