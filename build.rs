//! Rebuilds the crate when a rule changes: `rules/` is embedded whole, and the compiler does not watch folders.

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
}
