//! Cases made by hand, for the checks' own tests.
