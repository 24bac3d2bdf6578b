namespace Sandbox.Vault.Tests.Queries;

/// <summary>Values and arguments that make the engine err, one a line. They run, are refused or fail, but never end the engine and never show a raw value.</summary>
internal static class EdgeProbes
{
    public static readonly string[] Statements =
        """
        SELECT timezone('no/such', now())
        SELECT time_bucket(INTERVAL '0 days', DATE '2020-01-01')
        SELECT ntile(0) OVER () FROM share.person
        SELECT nth_value(age, -1) OVER () FROM share.person
        SELECT ntile(0) OVER (), nth_value(age, -1) OVER (), lag(age, -9223372036854775808) OVER () FROM share.person
        SELECT json_transform('{"a":1}', '{"a":"GEOMETRY"}')
        SELECT json_transform('{"a":1}', '{"a":"VARIANT"}')
        SELECT from_json('{"a":1}', '{"a":"mytype"}')
        SELECT age AT TIME ZONE 'x' FROM share.person
        SELECT error(name) FROM share.person
        SELECT CAST(income AS UTINYINT) FROM share.person
        SELECT district::INT FROM share.person
        SELECT district::UUID FROM share.person
        SELECT district::TIMESTAMP FROM share.person
        SELECT district::INTERVAL FROM share.person
        SELECT district::JSON FROM share.person
        SELECT district::BLOB FROM share.person
        SELECT district::INT[] FROM share.person
        SELECT district::STRUCT(a INT) FROM share.person
        SELECT district::MAP(INT, INT) FROM share.person
        SELECT ('x' || district)::BIT FROM share.person
        SELECT date_trunc(district, now()) FROM share.person
        SELECT date_part(district, now()) FROM share.person
        SELECT strptime(district, '%Y-%m-%d') FROM share.person
        SELECT strftime(now(), district || '%') FROM share.person
        SELECT regexp_matches(district, '(') FROM share.person
        SELECT regexp_extract('a', district || '(') FROM share.person
        SELECT format(district || '{', 1) FROM share.person
        SELECT printf(district || '%q', 1) FROM share.person
        SELECT list_aggregate([1], district) FROM share.person
        SELECT struct_extract({'a': 1}, district) FROM share.person
        SELECT make_date(2024, 13, age::INT) FROM share.person
        SELECT make_timestamp(9999999, 1, 1, 1, 1, 1)
        SELECT decode(district::BLOB || '\xFF'::BLOB) FROM share.person
        SELECT from_hex(district) FROM share.person
        SELECT from_base64(district) FROM share.person
        SELECT unhex(district || 'z') FROM share.person
        SELECT url_decode('%zz' || district) FROM share.person
        SELECT chr(age::INT * -1) FROM share.person
        SELECT sqrt(-age) FROM share.person
        SELECT ln(0 * age) FROM share.person
        SELECT factorial(age::INT) FROM share.person
        SELECT pow(age, 1e308) FROM share.person
        SELECT age << 1000 FROM share.person
        SELECT (age::TINYINT) * 100::TINYINT FROM share.person
        SELECT sum(9223372036854775807::HUGEINT * age * 1000000000000) FROM share.person
        SELECT quantile_cont(age, 2) FROM share.person
        SELECT quantile_cont(age, district) FROM share.person
        SELECT approx_quantile(age, -1) FROM share.person
        SELECT string_agg(district, age::VARCHAR) FROM share.person
        SELECT histogram(age, [district]) FROM share.person
        SELECT json_extract('{}', '$.' || district || '[') FROM share.person
        SELECT json_extract(district, '$') FROM share.person
        SELECT json_merge_patch(district, '{}') FROM share.person
        SELECT json_structure(district) FROM share.person
        SELECT json_each(district) FROM share.person
        SELECT (SELECT age FROM share.person)
        SELECT (SELECT age, name FROM share.person)
        SELECT age FROM share.person LIMIT -1
        SELECT age FROM share.person LIMIT age
        SELECT age FROM share.person LIMIT 'x'
        SELECT age FROM share.person OFFSET -5
        SELECT age FROM share.person LIMIT 200 PERCENT
        FROM share.person USING SAMPLE -1%
        FROM share.person USING SAMPLE 101%
        FROM share.person USING SAMPLE 1000000000000 ROWS
        SELECT [1,2,3][district::INT] FROM share.person
        SELECT MAP {'a': 1, 'a': 2}
        SELECT MAP {NULL: 1}
        SELECT map_from_entries([{'k': NULL, 'v': 1}])
        SELECT MAP([1,2],[1])
        SELECT array_value(1,2)::INT[3]
        SELECT [1,2]::INT[3]
        SELECT array_distance([1.0,2.0]::FLOAT[2], [1.0]::FLOAT[1])
        SELECT list_zip([1],[2],'x')
        SELECT list_resize([1], -5)
        SELECT list_slice([1,2,3], 1, 2, 0)
        SELECT list_slice([1,2,3], 3, 1, -1)
        SELECT list_where([1,2], [true, NULL])
        SELECT list_select([1,2], [5])
        SELECT list_transform(['a'], (x, i) -> x || i)
        SELECT list_reduce([], (x, y) -> x + y)
        SELECT list_sort([3,1], 'WRONG')
        SELECT list_sort([3,1], district) FROM share.person
        SELECT unnest([[1],[2]], max_depth := 5)
        SELECT unnest({'a': 1})
        SELECT unnest(age) FROM share.person
        SELECT generate_subscripts([1,2], 1)
        SELECT generate_subscripts([1,2], 5)
        SELECT range(0, 10, 0)
        SELECT * FROM range(0, 10, 0)
        SELECT * FROM range(NULL)
        SELECT * FROM generate_series(now()::TIMESTAMP, now()::TIMESTAMP + INTERVAL 1 DAY, INTERVAL 0 DAY)
        SELECT * FROM unnest(NULL)
        SELECT * FROM json_each('[1')
        SELECT * FROM json_tree(NULL)
        SELECT enum_range(NULL)
        SELECT enum_code(district) FROM share.person
        SELECT union_extract(1, 'a')
        SELECT union_tag(age) FROM share.person
        SELECT struct_insert({'a': 1}, a := 2)
        SELECT struct_pack(age)
        SELECT struct_update({'a': 1}, b := 2)
        SELECT struct_concat({'a':1}, {'a':2})
        SELECT row(1).x
        SELECT {'a': 1}['b']
        SELECT age.name FROM share.person
        SELECT share.person.age.x FROM share.person
        SELECT set_bit('101'::BIT, 10, 1)
        SELECT get_bit('101'::BIT, -1)
        SELECT bitstring('xyz', 3)
        SELECT bitstring_agg(age::INT) FROM share.person
        SELECT bitstring_agg(age::INT, 0, 1) FROM share.person
        SELECT bar(1, 0, 0, -1)
        SELECT lpad('x', -1, 'y'), lpad('x', 10, '')
        SELECT repeat('x', -1)
        SELECT left('abc', -9223372036854775808)
        SELECT substring('abc', 9223372036854775807, -1)
        SELECT split_part('a,b', ',', 0)
        SELECT string_split('abc', '')
        SELECT regexp_split_to_array('abc', '(')
        SELECT regexp_replace('a', 'a', '\9', 'q')
        SELECT regexp_extract('ab', '(a)(b)', ['x'])
        SELECT regexp_extract('ab', '(a)', 5)
        SELECT translate('a', 'ab', '')
        SELECT levenshtein('', NULL)
        SELECT hamming('a', 'bc')
        SELECT jaro_similarity('a', 'b', 2.0)
        SELECT to_base(-1, 2)
        SELECT bin('x'::BLOB), hex(-1)
        SELECT to_timestamp(1e300)
        SELECT epoch_ms(9223372036854775807)
        SELECT make_timestamp(9223372036854775807)
        SELECT to_years(2147483648)
        SELECT INTERVAL 1 YEAR * 1e10::INT
        SELECT DATE '9999-12-31' + INTERVAL 300000 YEAR
        SELECT DATE '2024-02-30'
        SELECT '2024-13-01'::DATE
        SELECT TIMESTAMP 'infinity' - TIMESTAMP 'infinity'
        SELECT age(TIMESTAMP 'infinity')
        SELECT date_diff('nope', now(), now())
        SELECT datesub('century', DATE '0001-01-01', DATE '9999-01-01')
        SELECT date_trunc('nope', now())
        SELECT extract('nope' FROM now())
        SELECT time_bucket(INTERVAL '1 month 1 day', now())
        SELECT time_bucket(INTERVAL '-1 day', now())
        SELECT timezone('+99:99', now())
        SELECT timezone(INTERVAL 1 MONTH, TIMETZ '10:00:00+00')
        SELECT now() AT TIME ZONE district FROM share.person
        SELECT last_day('infinity'::DATE)
        SELECT dayname('-infinity'::TIMESTAMP)
        SELECT strftime('infinity'::TIMESTAMP, '%Y')
        SELECT strptime('x', ['%Y', '%'])
        SELECT try_strptime('x', '%Q')
        SELECT century(DATE '-5877641-06-25')
        SELECT julian('infinity'::TIMESTAMP)
        SELECT row_number() OVER (ROWS -1 PRECEDING) FROM share.person
        SELECT sum(age) OVER (RANGE BETWEEN -5 PRECEDING AND CURRENT ROW) FROM share.person
        SELECT sum(age) OVER (ORDER BY age RANGE BETWEEN -5 PRECEDING AND -9 FOLLOWING) FROM share.person
        SELECT sum(age) OVER (ORDER BY age RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) FROM share.person
        SELECT sum(age) OVER (ORDER BY age GROUPS BETWEEN UNBOUNDED PRECEDING AND 9223372036854775807 FOLLOWING) FROM share.person
        SELECT lead(age, 9223372036854775807) OVER (ORDER BY age) FROM share.person
        SELECT fill(income) OVER (ORDER BY age) FROM share.person
        SELECT fill(district) OVER (ORDER BY age) FROM share.person
        SELECT fill(income) OVER (ORDER BY district) FROM share.person
        SELECT ntile(NULL) OVER () FROM share.person
        SELECT ntile(-1) OVER () FROM share.person
        SELECT ntile(age::INT - 31) OVER () FROM share.person
        SELECT nth_value(age, 0) OVER (ORDER BY age) FROM share.person
        SELECT percent_rank(age ORDER BY age) OVER () FROM share.person
        SELECT sum(DISTINCT age) OVER (ORDER BY age) FROM share.person
        SELECT mode(age) WITHIN GROUP (ORDER BY age) FROM share.person
        SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY age) FROM share.person
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY name) FROM share.person
        SELECT max(age, 0) FROM share.person
        SELECT max(age, -1) FROM share.person
        SELECT min_by(name, age, 1000000000) FROM share.person
        SELECT arg_max(name, age, 0) FROM share.person
        SELECT approx_top_k(name, 0) FROM share.person
        SELECT approx_top_k(name, -1) FROM share.person
        SELECT reservoir_quantile(age, 0.5, -1) FROM share.person
        SELECT unnest([1], count(*)) FROM share.person
        SELECT 'a', unnest('nan'::DOUBLE, json_group_structure([1, 2]::INT[2]), 255::UTINYINT) FROM share.person p QUALIFY row_number() OVER () < 3
        SELECT unnest([[1], [2]], recursive := true) FROM share.person
        SELECT equi_width_bins(0, 10, 0, true)
        SELECT equi_width_bins(10, 0, 5, false)
        SELECT equi_width_bins('infinity'::TIMESTAMP, now()::TIMESTAMP, 5, false)
        SELECT histogram_exact(age, NULL) FROM share.person
        SELECT regr_r2(age, 1) FROM share.person
        SELECT corr(age, NULL) FROM share.person
        SELECT entropy(NULL)
        SELECT wavg(age, 0) FROM share.person
        SELECT geomean(-age) FROM share.person
        SELECT kurtosis(1) FROM share.person
        SELECT product(1e300 * age) FROM share.person
        SELECT stddev(1e308 * age) FROM share.person
        SELECT var_pop('inf'::DOUBLE)
        SELECT avg('inf'::DOUBLE * age) - avg('inf'::DOUBLE) FROM share.person
        SELECT 1 % 0, 1.0 % 0, 1 // 0
        SELECT -(-9223372036854775808)::BIGINT
        SELECT abs((-9223372036854775808)::BIGINT)
        SELECT 2::HUGEINT ** 200
        SELECT lcm(9223372036854775807, 9223372036854775806)
        SELECT gcd((-9223372036854775808)::BIGINT, -1)
        SELECT 1.5::DECIMAL(38,38)
        SELECT 99999999999999999999999999999999999999::DECIMAL(38,0) * 10
        SELECT round(1.5, 1000000), trunc(1e300::DOUBLE, -400)
        SELECT '1e400'::DOUBLE
        SELECT cast(1e39 AS FLOAT)
        SELECT 'a' COLLATE nocase.noaccent.nope
        SELECT 'a' COLLATE de
        SELECT 'a' LIKE 'b' ESCAPE 'xx'
        SELECT 'a' SIMILAR TO '('
        SELECT 'a' GLOB '[['
        SELECT district ~ district || '(' FROM share.person
        SELECT COLUMNS('(') FROM share.person
        SELECT COLUMNS('nothing') FROM share.person
        SELECT COLUMNS(age > 1) FROM share.person
        SELECT * EXCLUDE (age, name, district, income, cid) FROM share.person
        SELECT * LIKE 'zz%' FROM share.person
        SELECT nope.* FROM share.person
        SELECT unnest(p) FROM share.person p
        SELECT p FROM share.person p
        SELECT *, * FROM share.person
        SELECT hash(p) FROM share.person p
        SELECT typeof(p) FROM share.person p
        SELECT stats FROM share.person
        SELECT age, age AS age FROM share.person ORDER BY 99
        SELECT age FROM share.person ORDER BY -1
        SELECT age FROM share.person GROUP BY 5
        SELECT sum(sum(age)) FROM share.person
        SELECT age FROM share.person WHERE sum(age) > 1
        SELECT sum(age) OVER () FROM share.person WHERE row_number() OVER () = 1
        SELECT * FROM share.person a JOIN share.person b ON a.age
        SELECT * FROM share.person JOIN share.person USING (nope)
        SELECT * FROM share.person a ASOF JOIN share.person b ON a.district = b.district
        SELECT * FROM share.person UNION SELECT 1
        SELECT 1 UNION SELECT 'a'
        VALUES (1), (1, 2)
        WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i FROM t) SELECT count(*) FROM (FROM t LIMIT 100)
        WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT 'x' FROM t) FROM t
        WITH t AS (SELECT 1), t AS (SELECT 2) FROM t
        SELECT x FROM (VALUES (1)) t(x, y)
        SELECT GROUPING(age) FROM share.person
        PIVOT share.person ON district IN ('a') USING nope(age)
        FROM (PIVOT share.person ON nope IN ('a') USING count(*))
        UNPIVOT share.person ON (age, name) INTO NAME n VALUE v
        FROM share.person TABLESAMPLE system(10%)
        FROM share.person TABLESAMPLE nope(10%)
        SELECT uuid_extract_timestamp('x'::UUID)
        SELECT uuid_extract_version(uuid())
        SELECT parse_path('/a/b'), parse_filename('a', 'x', 'y')
        SELECT formatReadableSize(-1), format_bytes(-9223372036854775808)
        SELECT parse_formatted_bytes('x')
        SELECT like_escape('a', 'b', 'cc')
        SELECT nfc_normalize('\xFF'::BLOB::VARCHAR)
        SELECT strip_accents(chr(0))
        SELECT left_grapheme('🤦🏼‍♂️', 1), length_grapheme('')
        SELECT unicode(''), ascii('')
        SELECT instr('a', ''), position('' IN '')
        SELECT array_to_string([[1]], ',')
        SELECT to_json(MAP {1: 2}), to_json({'a': now()})
        SELECT json_object('a'), json_array()
        SELECT json_object('a', 1, 'b')
        SELECT json_keys('1'), json_array_length('{}'), json_type('', '$')
        SELECT json_contains('[', '1')
        SELECT json_pretty('{')
        SELECT json_group_structure('{')
        SELECT json_quote(p) FROM share.person p
        SELECT row_to_json(p) FROM share.person p
        SELECT cast('{' AS JSON)
        SELECT '{"a":1}'::JSON::STRUCT(b INT)
        SELECT '[1]'::JSON::INT[]::VARCHAR::JSON
        SELECT TRY(CAST(name AS INT)) FROM share.person
        SELECT TRY(error('x'))
        SELECT can_cast_implicitly(age, district) FROM share.person
        SELECT getvariable
        SELECT DEFAULT
        SELECT cast(NULL AS "NULL")
        SELECT md5(NULL), sha256(''), sha1('x'::BLOB)
        SELECT crc32('x')
        SELECT random() < 2, uuid() IS NOT NULL, gen_random_uuid() IS NULL
        SELECT alias(age), typeof(age), pg_typeof(age) FROM share.person
        SELECT constant_or_null(1, NULL)
        SELECT nullif(age, district) FROM share.person
        SELECT coalesce()
        SELECT greatest(), least(NULL)
        SELECT ifnull(1, 'a')
        SELECT CASE age WHEN 'x' THEN 1 END FROM share.person
        SELECT age IN ('x', NULL) FROM share.person
        SELECT age BETWEEN 'a' AND 'b' FROM share.person
        SELECT (age, name) = ('a', 'b') FROM share.person
        SELECT (1, 2) IN ((1, 2))
        SELECT ALL age FROM share.person
        SELECT EXISTS (SELECT error(name) FROM share.person)
        SELECT count(*) FROM share.person a, share.person b, share.person c WHERE error(a.name) IS NULL
        SELECT 'a'; --
        SELECT 1::oid
        SHOW share.person
        """.Split('\n');
}
