//! Sorting while compiling.

use super::Slot;

/// Merges neighbouring runs until one is left. Sets are runs already.
pub(super) const fn sorted<const N: usize>(mut from: [Slot; N]) -> [Slot; N] {
    loop {
        let mut to = from;
        let mut start = 0;
        let mut middle = end_of_run(&from, 0);
        if middle == N {
            return from;
        }
        while middle < N {
            let end = end_of_run(&from, middle);
            merge(&from, &mut to, start, middle, end);
            start = end;
            middle = end_of_run(&from, start);
        }
        from = to;
    }
}

const fn end_of_run<const N: usize>(slots: &[Slot; N], start: usize) -> usize {
    let mut end = start;
    while end < N && (end == start || slots[end - 1].0 <= slots[end].0) {
        end += 1;
    }
    end
}

const fn merge<const N: usize>(from: &[Slot; N], to: &mut [Slot; N], start: usize, middle: usize, end: usize) {
    let (mut left, mut right, mut at) = (start, middle, start);
    while at < end {
        if left < middle && (right >= end || from[left].0 <= from[right].0) {
            to[at] = from[left];
            left += 1;
        } else {
            to[at] = from[right];
            right += 1;
        }
        at += 1;
    }
}
