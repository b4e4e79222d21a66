//! Facts from a lowered file.
