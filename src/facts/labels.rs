//! Labels that annotations give fields: `verbose_name="…"`, `@Column(comment = "…")`, `description: '…'`.

use crate::catalog::Catalog;
use crate::index::Symbol;
use crate::ir::TypeDecl;
use crate::lang::lowering::annotations::{arguments, text_of};

/// Adds the texts of the annotations' telling keywords to the fields' labels.
pub(super) fn add(catalog: &Catalog, types: &mut [TypeDecl]) {
    let keywords = &catalog.models.names().labels;
    for field in types.iter_mut().flat_map(|declaration| &mut declaration.fields) {
        for attribute in &field.attributes {
            let text = attribute.arguments.as_str();
            if !keywords.iter().any(|keyword| text.contains(keyword.as_str())) {
                continue;
            }
            // `{ comment: "…" }` is an object with the keywords.
            let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
            for argument in arguments(inner) {
                let Some(keyword) = argument.keyword else { continue };
                if keywords.iter().any(|known| known == keyword)
                    && let Some(label) = text_of(argument.value).map(Symbol::new)
                    && !field.labels.contains(&label)
                {
                    field.labels.push(label);
                }
            }
        }
    }
}
