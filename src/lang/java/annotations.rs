//! What annotations say of fields and classes: names in serialised form, labels, what is left out, what printing shows.

use crate::index::Symbol;
use crate::ir::{Attribute, Field, TypeDecl};

/// The last segment of an annotation's name, without a use site (`field:`).
#[must_use]
pub(in crate::lang) fn simple_name(attribute: &Attribute) -> &'static str {
    let name = attribute.name.as_str();
    let name = name.rsplit(['.', ':']).next().unwrap_or(name);
    name.trim()
}

/// The first text among an annotation's arguments, or the one under a name.
#[must_use]
pub(in crate::lang) fn text_argument(attribute: &Attribute, names: &[&str]) -> Option<Symbol> {
    let arguments = attribute.arguments.as_str();
    for name in names {
        let mut rest = arguments;
        while let Some(at) = rest.find(name) {
            let (before, after) = (rest.get(..at)?, rest.get(at + name.len()..)?);
            let begins = before.chars().next_back().is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
            let value = after.trim_start().strip_prefix('=').map(str::trim_start);
            if begins && let Some(text) = value.and_then(quoted) {
                return Some(text);
            }
            rest = after;
        }
    }
    quoted(arguments)
}

/// The text of a literal that an expression starts with.
fn quoted(text: &str) -> Option<Symbol> {
    let inner = text.strip_prefix('"')?;
    let end = inner.find('"')?;
    let text = inner.get(..end)?.trim();
    (!text.is_empty()).then(|| Symbol::new(text))
}

/// Completes a class whose annotations are known.
pub(in crate::lang) fn apply(class: &mut TypeDecl) {
    for field in &mut class.fields {
        describe(field);
    }
    let labels: Vec<Symbol> = class.attributes.iter().filter_map(label).collect();
    if class.doc.is_none() {
        class.doc = labels.first().copied();
    }
    let prints = class.attributes.iter().any(|attribute| matches!(simple_name(attribute), "Data" | "Value" | "ToString"));
    class.formatting.display_shows_fields |= prints;
    class.formatting.debug_shows_fields |= prints;
}

/// What an annotation calls what it stands before, for people.
fn label(attribute: &Attribute) -> Option<Symbol> {
    match simple_name(attribute) {
        "Schema" => text_argument(attribute, &["description", "title"]),
        "ApiModelProperty" | "ApiModel" | "ApiParam" | "Parameter" | "Operation" => {
            text_argument(attribute, &["value", "description", "notes"])
        }
        "Comment" | "PropertyDefinition" | "JsonPropertyDescription" | "DisplayName" | "ColumnComment" => {
            text_argument(attribute, &["value"])
        }
        "Column" | "TableField" => comment_of_definition(attribute),
        "ExcelProperty" | "Excel" | "CsvBindByName" => text_argument(attribute, &["value", "name", "column"]),
        _ => None,
    }
}

/// `@Column(columnDefinition = "varchar(12) comment 'ИИН'")`, `@Column(comment = "…")`.
fn comment_of_definition(attribute: &Attribute) -> Option<Symbol> {
    let arguments = attribute.arguments.as_str();
    if let Some(at) = arguments.find("comment") {
        let rest = arguments.get(at + "comment".len()..)?.trim_start();
        if let Some(value) = rest.strip_prefix('=') {
            return quoted(value.trim_start());
        }
        let inner = rest.trim_start_matches('\\').strip_prefix('\'')?;
        let end = inner.find('\'')?;
        return inner.get(..end).filter(|text| !text.trim().is_empty()).map(Symbol::new);
    }
    None
}

fn describe(field: &mut Field) {
    let mut serialized = None;
    for attribute in &field.attributes {
        match simple_name(attribute) {
            "JsonProperty" | "SerializedName" | "SerialName" | "Json" | "XmlElement" | "XmlAttribute" | "JSONField"
            | "JacksonXmlProperty" | "JsonAlias" => {
                let found = text_argument(attribute, &["value", "name", "localName"]);
                serialized = serialized.or(found);
                if attribute.arguments.as_str().contains("WRITE_ONLY") {
                    field.skip_serialize = true;
                }
            }
            "JsonIgnore" | "Transient" | "XmlTransient" | "JsonbTransient" => field.skip_serialize = true,
            "Id" | "EmbeddedId" | "PrimaryKey" => field.primary_key = true,
            "NotNull" | "NotBlank" | "NotEmpty" | "NonNull" => field.required = true,
            _ => {}
        }
    }
    field.serialized_name = field.serialized_name.or(serialized).filter(|name| *name != field.name);
    let labels: Vec<Symbol> = field.attributes.iter().filter_map(label).collect();
    field.labels.extend(labels);
}

#[cfg(test)]
mod tests {
    use super::{comment_of_definition, text_argument};
    use crate::index::Symbol;
    use crate::ir::Attribute;
    use crate::source::Span;

    fn attribute(arguments: &str) -> Attribute {
        Attribute { name: Symbol::new("Column"), arguments: Symbol::new(arguments), span: Span::default() }
    }

    #[test]
    fn arguments_are_found_by_name_or_first() {
        let named = attribute("required = true, description = \"ИИН клиента\"");
        assert_eq!(text_argument(&named, &["description"]), Some(Symbol::new("ИИН клиента")));
        assert_eq!(text_argument(&attribute("\"iin\""), &["value"]), Some(Symbol::new("iin")));
        assert_eq!(text_argument(&attribute("nullable = false"), &["value"]), None);
        assert_eq!(text_argument(&attribute("pathName = \"x\""), &["Name"]), None);
    }

    #[test]
    fn comments_of_columns_are_labels() {
        let definition = attribute("columnDefinition = \"varchar(12) comment 'ИИН'\"");
        assert_eq!(comment_of_definition(&definition), Some(Symbol::new("ИИН")));
        assert_eq!(comment_of_definition(&attribute("comment = \"phone\"")), Some(Symbol::new("phone")));
        assert_eq!(comment_of_definition(&attribute("name = \"iin\"")), None);
    }
}
