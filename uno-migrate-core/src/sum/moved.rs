//! Which of a row have moved, if as few as possible have.

/// The places of those that are not in the longest part of the row that is still in order; `row` has no number twice.
pub(super) fn moved(row: &[usize]) -> Vec<usize> {
    // For each length, the place where the part of that length ends that ends lowest; for each place, the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(row.len());
    for (place, number) in row.iter().enumerate() {
        let length = ends.partition_point(|&end| row[end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut stays = vec![false; row.len()];
    let mut last = ends.last().copied();
    while let Some(place) = last {
        stays[place] = true;
        last = before[place];
    }
    (0..row.len()).filter(|&place| !stays[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_as_possible_have_moved() {
        assert_eq!(moved(&[]), [0; 0]);
        assert_eq!(moved(&[0, 2, 5]), [0; 0]);
        assert_eq!(moved(&[1, 2, 3, 0]), [3]);
        assert_eq!(moved(&[3, 0, 1, 2]), [0]);
        assert_eq!(moved(&[0, 3, 4, 1, 2, 5, 6]).len(), 2);
        assert_eq!(moved(&[2, 1, 0]).len(), 2);
    }
}
