//! Times as a person reads them.

use std::time::Duration;

use chrono::{DateTime, Local, Utc};

/// By the clock on the wall.
pub(in crate::cli) fn local(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// How long ago, in the largest unit of which there are two.
pub(in crate::cli) fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - at).num_seconds();
    let units = [("year", 31_556_952), ("month", 2_629_746), ("day", 86_400), ("hour", 3_600), ("minute", 60)];
    let found = units.into_iter().find(|(_, length)| seconds >= 2 * length);
    match found {
        Some((unit, length)) => format!("{} {unit}s ago", seconds / length),
        None if seconds >= 60 => "a minute ago".to_owned(),
        None if seconds >= 2 => format!("{seconds} seconds ago"),
        // The clocks of two machines need not agree.
        None => "just now".to_owned(),
    }
}

/// What the history keeps of it, which counts no less than a millisecond.
pub(in crate::cli) fn millis(millis: i64) -> String {
    match u64::try_from(millis).unwrap_or_default() {
        0 => "< 1 ms".to_owned(),
        few if few < 10 => format!("{few} ms"),
        millis => human(Duration::from_millis(millis)),
    }
}

/// Three digits are enough.
pub(in crate::cli) fn human(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        _ if seconds < 0.01 => format!("{:.1} ms", seconds * 1_000.0),
        _ if seconds < 1.0 => format!("{:.0} ms", seconds * 1_000.0),
        _ if seconds < 120.0 => format!("{seconds:.1} s"),
        _ if seconds < 7_200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago() {
        let now = Utc::now();
        let said = |seconds| ago(now - chrono::Duration::seconds(seconds), now);
        assert_eq!(said(-5), "just now");
        assert_eq!(said(1), "just now");
        assert_eq!(said(59), "59 seconds ago");
        assert_eq!(said(61), "a minute ago");
        assert_eq!(said(119), "a minute ago");
        assert_eq!(said(3_599), "59 minutes ago");
        assert_eq!(said(86_400), "24 hours ago");
        assert_eq!(said(40 * 86_400), "40 days ago");
        assert_eq!(said(800 * 86_400), "2 years ago");
    }

    #[test]
    fn how_long() {
        let said = |millis| human(Duration::from_micros(millis));
        assert_eq!(said(3_240), "3.2 ms");
        assert_eq!(said(324_000), "324 ms");
        assert_eq!(said(12_340_000), "12.3 s");
        assert_eq!(said(600_000_000), "10 min");
        assert_eq!(said(9_000_000_000), "2.5 h");
    }
}
