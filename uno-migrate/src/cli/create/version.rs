//! The number of a new migration: a timestamp, behind every other one.

use chrono::{DateTime, Utc};

use crate::MigrationId;

/// A timestamp of the kind that the last migration has; where that lies in the future, the number after it.
pub(super) fn next(now: DateTime<Utc>, last: Option<&MigrationId>) -> String {
    let seconds = now.timestamp().max(0).to_string();
    let Some(last) = last else { return seconds };
    let number = digits(last);
    let stamp = if number.len() == 14 { now.format("%Y%m%d%H%M%S").to_string() } else { seconds };
    // Compared as ids are: by the number, whatever its zeros.
    let is_behind = MigrationId::parse(&format!("{stamp}_x")).is_ok_and(|new| new.version() > last.version());
    if is_behind { stamp } else { successor(number) }
}

fn digits(id: &MigrationId) -> &str {
    id.as_str().split_once('_').map_or("", |(number, _)| number)
}

/// The next number, as many digits as there are.
fn successor(number: &str) -> String {
    let kept = number.trim_end_matches('9');
    let zeros = "0".repeat(number.len() - kept.len());
    match kept.char_indices().next_back() {
        Some((index, digit)) => {
            let next = digit.to_digit(10).unwrap_or_default() + 1;
            format!("{}{next}{zeros}", &kept[..index])
        }
        None => format!("1{zeros}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(last: Option<&str>) -> String {
        let now = DateTime::from_timestamp(1_616_721_123, 0).unwrap();
        next(now, last.map(|last| MigrationId::parse(last).unwrap()).as_ref())
    }

    #[test]
    fn it_is_a_timestamp_of_the_kind_that_is_used() {
        assert_eq!(after(None), "1616721123");
        assert_eq!(after(Some("1616720000_a")), "1616721123");
        assert_eq!(after(Some("0007_a")), "1616721123");
        assert_eq!(after(Some("20210101000000_a")), "20210326011203");
    }

    #[test]
    fn it_never_collides() {
        assert_eq!(after(Some("1616721123_a")), "1616721124");
        assert_eq!(after(Some("1616721199_a")), "1616721200");
        assert_eq!(after(Some("20990101000000_a")), "20990101000001");
        assert_eq!(after(Some("99999999999999999999_a")), "100000000000000000000");
        assert_eq!(after(Some("0001616721999_a")), "0001616722000");
    }
}
