//! What somebody may have meant.

/// The candidate that is most like what was written, if one is alike at all.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this, a suggestion confuses more than it helps.
    const ALIKE: f64 = 0.6;
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(candidate, wanted);
    let best = candidates.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= ALIKE).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let ids = ["0001_create_users", "0002_orders"];
        assert_eq!(nearest("0001_create_user", ids), Some("0001_create_users"));
        assert_eq!(nearest("zebra", ids), None);
        assert_eq!(nearest("a", []), None);
    }
}
