//! Walking a repository.

/// Whether a path belongs to tests, examples or fixtures.
#[must_use]
pub fn is_test_path(_path: &str) -> bool {
    false
}
