//! The words that the parser knows.

/// Whether the parser could take a word for something else than a name.
pub(super) fn is_keyword(word: &str) -> bool {
    let word = word.as_bytes();
    let mut place = first_place(word);
    while PLACES[place] != 0 {
        if is_same(KEYWORDS[PLACES[place] as usize - 1], word) {
            return true;
        }
        place = next_place(place);
    }
    false
}

/// Case does not count.
fn is_same(keyword: &[u8], word: &[u8]) -> bool {
    if keyword.len() != word.len() {
        return false;
    }
    let mut at = 0;
    while at < word.len() {
        if keyword[at] != word[at].to_ascii_lowercase() {
            return false;
        }
        at += 1;
    }
    true
}

const PLACE_COUNT: usize = 2048;

/// Where keywords are, one more than their numbers, by what is made of their letters: every word of every statement is
/// looked up, unoptimised, and here most are found or missed at once.
static PLACES: [u16; PLACE_COUNT] = places();

const fn places() -> [u16; PLACE_COUNT] {
    let mut places = [0; PLACE_COUNT];
    let mut number = 0;
    while number < KEYWORDS.len() {
        let mut place = first_place(KEYWORDS[number]);
        while places[place] != 0 {
            place = next_place(place);
        }
        number += 1;
        places[place] = number as u16;
    }
    places
}

const fn first_place(word: &[u8]) -> usize {
    let (mut mixed, mut at) = (0, 0);
    while at < word.len() {
        // The bit by which the case of letters differs.
        mixed = (mixed * 31 + (word[at] | 0x20) as usize) & 0xFFFF;
        at += 1;
    }
    mixed % PLACE_COUNT
}

const fn next_place(place: usize) -> usize {
    (place + 1) % PLACE_COUNT
}

/// In order.
#[rustfmt::skip]
static KEYWORDS: [&[u8]; 560] = [
    b"abort", b"absent", b"absolute", b"access", b"action", b"add", b"admin", b"after", b"aggregate", b"alias",
    b"all", b"also", b"alter", b"always", b"analyse", b"analyze", b"and", b"any", b"array", b"as", b"asc",
    b"asensitive", b"assert", b"assertion", b"assignment", b"asymmetric", b"at", b"atomic", b"attach", b"attribute",
    b"authorization", b"backward", b"before", b"begin", b"between", b"bigint", b"binary", b"bit", b"boolean", b"both",
    b"breadth", b"by", b"cache", b"call", b"called", b"cascade", b"cascaded", b"case", b"cast", b"catalog", b"chain",
    b"char", b"character", b"characteristics", b"check", b"checkpoint", b"class", b"close", b"cluster", b"coalesce",
    b"collate", b"collation", b"column", b"column_name", b"columns", b"comment", b"comments", b"commit", b"committed",
    b"compression", b"concurrently", b"conditional", b"configuration", b"conflict", b"connection", b"constant",
    b"constraint", b"constraint_name", b"constraints", b"content", b"continue", b"conversion", b"copy", b"cost",
    b"create", b"cross", b"csv", b"cube", b"current", b"current_catalog", b"current_date", b"current_role",
    b"current_schema", b"current_time", b"current_timestamp", b"current_user", b"cursor", b"cycle", b"data",
    b"database", b"datatype", b"day", b"deallocate", b"debug", b"dec", b"decimal", b"declare", b"default",
    b"defaults", b"deferrable", b"deferred", b"definer", b"delete", b"delimiter", b"delimiters", b"depends", b"depth",
    b"desc", b"destination", b"detach", b"detail", b"diagnostics", b"dictionary", b"disable", b"discard", b"distinct",
    b"do", b"document", b"domain", b"double", b"drop", b"dump", b"each", b"edge", b"else", b"elseif", b"elsif",
    b"empty", b"enable", b"encoding", b"encrypted", b"end", b"enforced", b"enum", b"errcode", b"error", b"escape",
    b"event", b"except", b"exception", b"exclude", b"excluding", b"exclusive", b"execute", b"exists", b"exit",
    b"explain", b"expression", b"extension", b"external", b"extract", b"false", b"family", b"fetch", b"filter",
    b"finalize", b"first", b"float", b"following", b"for", b"force", b"foreach", b"foreign", b"format", b"forward",
    b"freeze", b"from", b"full", b"function", b"functions", b"generated", b"get", b"global", b"grant", b"granted",
    b"graph", b"graph_table", b"greatest", b"group", b"grouping", b"groups", b"handler", b"having", b"header",
    b"hint", b"hold", b"hour", b"identity", b"if", b"ignore", b"ilike", b"immediate", b"immutable", b"implicit",
    b"import", b"in", b"include", b"including", b"increment", b"indent", b"index", b"indexes", b"info", b"inherit",
    b"inherits", b"initially", b"inline", b"inner", b"inout", b"input", b"insensitive", b"insert", b"instead", b"int",
    b"integer", b"intersect", b"interval", b"into", b"invoker", b"is", b"isnull", b"isolation", b"join", b"json",
    b"json_array", b"json_arrayagg", b"json_exists", b"json_object", b"json_objectagg", b"json_query", b"json_scalar",
    b"json_serialize", b"json_table", b"json_value", b"keep", b"key", b"keys", b"label", b"language", b"large",
    b"last", b"lateral", b"leading", b"leakproof", b"least", b"left", b"level", b"like", b"limit", b"listen", b"load",
    b"local", b"localtime", b"localtimestamp", b"location", b"lock", b"locked", b"log", b"logged", b"loop", b"lsn",
    b"mapping", b"match", b"matched", b"materialized", b"maxvalue", b"merge", b"merge_action", b"message",
    b"message_text", b"method", b"minute", b"minvalue", b"mode", b"month", b"move", b"name", b"names", b"national",
    b"natural", b"nchar", b"nested", b"new", b"next", b"nfc", b"nfd", b"nfkc", b"nfkd", b"no", b"node", b"none",
    b"normalize", b"normalized", b"not", b"nothing", b"notice", b"notify", b"notnull", b"nowait", b"null", b"nullif",
    b"nulls", b"numeric", b"object", b"objects", b"of", b"off", b"offset", b"oids", b"old", b"omit", b"on", b"only",
    b"open", b"operator", b"option", b"options", b"or", b"order", b"ordinality", b"others", b"out", b"outer", b"over",
    b"overlaps", b"overlay", b"overriding", b"owned", b"owner", b"parallel", b"parameter", b"parser", b"partial",
    b"partition", b"partitions", b"passing", b"password", b"path", b"perform", b"period", b"pg_context",
    b"pg_datatype_name", b"pg_exception_context", b"pg_exception_detail", b"pg_exception_hint", b"pg_routine_oid",
    b"placing", b"plan", b"plans", b"policy", b"portion", b"position", b"preceding", b"precision", b"prepare",
    b"prepared", b"preserve", b"primary", b"print_strict_params", b"prior", b"privileges", b"procedural",
    b"procedure", b"procedures", b"program", b"properties", b"property", b"publication", b"query", b"quote",
    b"quotes", b"raise", b"range", b"read", b"real", b"reassign", b"recursive", b"ref", b"references", b"referencing",
    b"refresh", b"reindex", b"relationship", b"relative", b"release", b"rename", b"repack", b"repeatable", b"replace",
    b"replica", b"reset", b"respect", b"restart", b"restrict", b"return", b"returned_sqlstate", b"returning",
    b"returns", b"reverse", b"revoke", b"right", b"role", b"rollback", b"rollup", b"routine", b"routines", b"row",
    b"row_count", b"rows", b"rowtype", b"rule", b"savepoint", b"scalar", b"schema", b"schema_name", b"schemas",
    b"scroll", b"search", b"second", b"security", b"select", b"sequence", b"sequences", b"serializable", b"server",
    b"session", b"session_user", b"set", b"setof", b"sets", b"share", b"show", b"similar", b"simple", b"skip",
    b"slice", b"smallint", b"snapshot", b"some", b"source", b"split", b"sql", b"sqlstate", b"stable", b"stacked",
    b"standalone", b"start", b"statement", b"statistics", b"stdin", b"stdout", b"storage", b"stored", b"strict",
    b"string", b"strip", b"subscription", b"substring", b"support", b"symmetric", b"sysid", b"system", b"system_user",
    b"table", b"table_name", b"tables", b"tablesample", b"tablespace", b"target", b"temp", b"template", b"temporary",
    b"text", b"then", b"ties", b"time", b"timestamp", b"to", b"trailing", b"transaction", b"transform", b"treat",
    b"trigger", b"trim", b"true", b"truncate", b"trusted", b"type", b"types", b"uescape", b"unbounded",
    b"uncommitted", b"unconditional", b"unencrypted", b"union", b"unique", b"unknown", b"unlisten", b"unlogged",
    b"until", b"update", b"use_column", b"use_variable", b"user", b"using", b"vacuum", b"valid", b"validate",
    b"validator", b"value", b"values", b"varchar", b"variable_conflict", b"variadic", b"varying", b"verbose",
    b"version", b"vertex", b"view", b"views", b"virtual", b"volatile", b"wait", b"warning", b"when", b"where",
    b"while", b"whitespace", b"window", b"with", b"within", b"without", b"work", b"wrapper", b"write", b"xml",
    b"xmlattributes", b"xmlconcat", b"xmlelement", b"xmlexists", b"xmlforest", b"xmlnamespaces", b"xmlparse",
    b"xmlpi", b"xmlroot", b"xmlserialize", b"xmltable", b"year", b"yes", b"zone",
];

#[cfg(test)]
mod tests {
    use super::*;
    use squawk_parser::SyntaxKind;

    #[test]
    fn every_keyword_of_the_parser_is_known() {
        let kinds = (0..SyntaxKind::__LAST as u16).map(SyntaxKind::from).filter(|kind| kind.is_keyword());
        let names: Vec<_> = kinds.map(|kind| format!("{kind:?}")).collect();
        assert!(names.len() > 400, "{}", names.len());
        for name in &names {
            let word = name.strip_suffix("_KW").unwrap();
            assert!(is_keyword(word), "{word}");
        }
        assert!(KEYWORDS.is_sorted());
        assert!(!is_keyword("users") && !is_keyword("a_name_that_is_longer_than_any_keyword"));
    }
}
