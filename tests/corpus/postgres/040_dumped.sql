-- Description: As pg_dump writes it, without what it sets for its session
--
-- Name: t040; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.t040 (
    id bigint NOT NULL,
    note character varying(255) DEFAULT 'x'::character varying,
    created timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT t040_check CHECK (((id > 0) AND ((note)::text <> ''::text)))
);


--
-- Name: t040_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.t040_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.t040_id_seq OWNED BY public.t040.id;

ALTER TABLE ONLY public.t040 ALTER COLUMN id SET DEFAULT nextval('public.t040_id_seq'::regclass);

SELECT pg_catalog.setval('public.t040_id_seq', 1, false);

ALTER TABLE ONLY public.t040
    ADD CONSTRAINT t040_pkey PRIMARY KEY (id);

CREATE INDEX t040_note_idx ON public.t040 USING btree (note) WHERE (note IS NOT NULL);

-- DOWN
DROP TABLE public.t040;
