//! Building functions: locals, blocks, temporaries.
