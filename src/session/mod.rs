//! The engine: one `Session` behind every front.
