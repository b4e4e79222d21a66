//! The IR as text, for snapshots and debugging.
