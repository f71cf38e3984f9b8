-- The store on PostgreSQL (13 or later, a database in UTF8). storage/postgres.py runs this once, in the first schema of the
-- search path, and adds a partition for each kind and an index for each declared field of it.

-- A partition for each kind, not one table: the planner takes no statistics from an index that is there for one kind only.
CREATE TABLE document (
    kind    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    body    jsonb NOT NULL,
    PRIMARY KEY (key, kind)
) PARTITION BY LIST (kind);
COMMENT ON TABLE document IS 'support-worker, layout 1';

CREATE TABLE document_other PARTITION OF document DEFAULT;

CREATE TABLE raw (
    key     text COLLATE "C" PRIMARY KEY, -- SHA-256 of the content, in hex
    content bytea NOT NULL
);

-- A text that has a value's place in the order of every store: null and missing first, as ''; then numbers (true is 1),
-- as 'n' and the bits of the float in an order that texts have too; then strings by code point, behind 's'. An entry of an
-- index holds 2,704 bytes, so of a long string there is the beginning, and a digest to tell it from others.
-- PL/pgSQL, since SQL would be inlined and take the value out of the document once for each time it is named.
CREATE FUNCTION index_value(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    content text := value #>> '{}';
    number float8;
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'string' THEN
            IF length(content) > 500 THEN
                content := left(content, 500) || hashtextextended(content, 0)::text;
            END IF;
            RETURN 's' || content;
        WHEN 'number' THEN
            number := content::float8;
        WHEN 'boolean' THEN
            number := content::boolean::int;
        ELSE
            RETURN '';
    END CASE;
    IF number >= 0 THEN
        RETURN 'n1' || encode(float8send(number), 'hex');
    END IF;
    RETURN 'n0' || lpad(to_hex((~('x' || encode(float8send(number), 'hex'))::bit(64))::bigint), 16, '0');
END
$$;
