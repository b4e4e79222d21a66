//! Change sets to schema steps.

use super::tree::{Alignment, Node, Text, Tree};
use crate::index::Symbol;
use crate::ir::schema::SchemaStep;
use crate::ir::{Field, Formatting, StringLiteral, TypeDecl, TypeKind, TypeRef};
use crate::lang::{Lowered, sql};
use crate::source::Span;

/// The steps of a changelog.
pub(super) fn lower(tree: &Tree, source: &str) -> Lowered {
    let mut changes = Changes { tree, source, guarded: false, out: Lowered::default() };
    let logs = tree.root().into_iter().flat_map(|root| tree.children(root)).filter(|node| node.name == super::ROOT);
    for log in logs {
        for node in tree.children(log) {
            changes.outermost(node);
        }
    }
    changes.out
}

struct Changes<'t> {
    tree: &'t Tree,
    source: &'t str,
    /// The change set at hand runs only on some systems, or only if something is not there yet.
    guarded: bool,
    out: Lowered,
}

fn is_true(node: &Node, name: &str) -> bool {
    node.value(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn is_false(node: &Node, name: &str) -> bool {
    node.value(name).is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

impl<'t> Changes<'t> {
    fn push(&mut self, step: SchemaStep) {
        self.out.schema.push(step);
    }

    fn outermost(&mut self, node: &'t Node) {
        match node.name.as_str() {
            "changeSet" => self.change_set(node),
            "include" => self.include(node, "file", false),
            "includeAll" => self.include(node, "path", true),
            "property" => {
                if let (Some(name), Some(value)) = (node.value("name"), node.value("value")) {
                    self.push(SchemaStep::Property { name: Symbol::new(name), value: Symbol::new(value) });
                }
            }
            _ => {}
        }
    }

    fn change_set(&mut self, node: &'t Node) {
        let id = node.value("id").unwrap_or_default();
        let name = node.value("author").map_or_else(|| id.to_owned(), |author| format!("{author}::{id}"));
        let tree = self.tree;
        let conditional = tree.children(node).any(|child| child.name == "preConditions");
        // One table for two systems is made by two change sets, told apart by system or by context.
        let for_some = ["dbms", "context", "contextFilter"].iter().any(|name| node.value(name).is_some());
        self.guarded = for_some || conditional;
        self.push(SchemaStep::Section { name: Symbol::new(&name) });
        for child in tree.children(node) {
            if child.name == "changes" {
                tree.children(child).for_each(|change| self.change(change));
            } else {
                self.change(child);
            }
        }
        self.guarded = false;
        self.push(SchemaStep::Section { name: Symbol::default() });
    }

    fn include(&mut self, node: &Node, name: &str, folder: bool) {
        let Some(path) = node.attribute(name) else { return };
        let relative = is_true(node, "relativeToChangelogFile");
        self.push(SchemaStep::Include { path: Symbol::new(path.content.trim()), relative, folder, span: path.span });
    }

    fn change(&mut self, node: &'t Node) {
        let table = |name: &str| qualified(node, "schemaName", name);
        let tree = self.tree;
        match node.name.as_str() {
            "createTable" => self.create_table(node),
            "addColumn" => {
                let Some(table) = table("tableName") else { return };
                for column in tree.columns(node) {
                    self.add_column(table.0, column);
                }
            }
            "dropColumn" => {
                let Some((table, _)) = table("tableName") else { return };
                let own = node.attribute("columnName").into_iter();
                for name in own.chain(tree.columns(node).filter_map(|column| column.attribute("name"))) {
                    self.push(SchemaStep::DropColumn { table, column: symbol(name), span: name.span });
                }
            }
            "renameColumn" => {
                if let (Some((table, _)), Some(from), Some(to)) =
                    (table("tableName"), node.attribute("oldColumnName"), node.attribute("newColumnName"))
                {
                    self.push(SchemaStep::RenameColumn { table, from: symbol(from), to: symbol(to), span: to.span });
                    self.remark(node, table, Some(symbol(to)));
                }
            }
            "renameTable" | "renameView" => {
                let (old, new) =
                    if node.name == "renameTable" { ("oldTableName", "newTableName") } else { ("oldViewName", "newViewName") };
                if let (Some((from, _)), Some((to, span))) = (table(old), table(new)) {
                    self.push(SchemaStep::RenameTable { from, to, span });
                }
            }
            "dropTable" | "dropView" => {
                let name = if node.name == "dropTable" { "tableName" } else { "viewName" };
                if let Some((table, span)) = table(name) {
                    self.push(SchemaStep::DropTable { table, span });
                }
            }
            "modifyDataType" => {
                if let (Some((table, _)), Some(column)) = (table("tableName"), node.attribute("columnName")) {
                    let ty = read_type(node.value("newDataType").unwrap_or_default());
                    self.push(SchemaStep::AlterType { table, column: symbol(column), ty, span: column.span });
                }
            }
            "setColumnRemarks" | "setTableRemarks" => {
                if let Some((table, _)) = table("tableName") {
                    self.remark(node, table, node.attribute("columnName").map(symbol));
                }
            }
            "addNotNullConstraint" | "dropNotNullConstraint" => {
                if let (Some((table, _)), Some(column)) = (table("tableName"), node.attribute("columnName")) {
                    let required = node.name == "addNotNullConstraint";
                    self.push(SchemaStep::Require { table, column: symbol(column), required, span: column.span });
                }
            }
            "addPrimaryKey" => {
                if let (Some((table, span)), Some(names)) = (table("tableName"), node.value("columnNames")) {
                    self.push(SchemaStep::Key { table, columns: list(names), references: None, span });
                }
            }
            "addForeignKeyConstraint" => {
                let own = qualified(node, "baseTableSchemaName", "baseTableName");
                let other = qualified(node, "referencedTableSchemaName", "referencedTableName");
                if let (Some((table, span)), Some((other, _)), Some(names)) = (own, other, node.value("baseColumnNames")) {
                    self.push(SchemaStep::Key { table, columns: list(names), references: Some(other), span });
                }
            }
            "addLookupTable" => self.lookup_table(node),
            "mergeColumns" => self.merge_columns(node),
            "createView" => self.create_view(node),
            "sql" => {
                if let Some(text) = node.attribute("sql").or(node.text.as_ref()) {
                    self.script(text, None, node.value("dbms").is_some());
                }
            }
            "sqlFile" => self.include_sql(node),
            "loadData" | "loadUpdateData" => {
                if let (Some((table, _)), Some(file)) = (table("tableName"), node.attribute("file")) {
                    self.push(SchemaStep::Load { table, path: symbol(file), span: file.span });
                }
            }
            "insert" | "update" => self.values(node),
            _ => {}
        }
    }

    fn create_table(&mut self, node: &'t Node) {
        let Some((name, span)) = qualified(node, "schemaName", "tableName") else { return };
        let tree = self.tree;
        let mut table = declaration(name, TypeKind::Table, span, node.span);
        table.doc = node.value("remarks").map(Symbol::new);
        table.fields = tree.columns(node).filter_map(|column| field(tree, column)).collect();
        self.create(table, Vec::new());
    }

    fn create(&mut self, table: TypeDecl, copies: Vec<Symbol>) {
        let if_not_exists = self.guarded;
        self.push(SchemaStep::Create { table, if_not_exists, lineage: Vec::new(), copies, temporary: false });
    }

    fn add_column(&mut self, table: Symbol, node: &Node) {
        if let Some(column) = field(self.tree, node) {
            self.push(SchemaStep::AddColumn { table, column });
        }
    }

    fn remark(&mut self, node: &Node, table: Symbol, column: Option<Symbol>) {
        if let Some(remarks) = node.attribute("remarks").filter(|remarks| !remarks.content.trim().is_empty()) {
            self.push(SchemaStep::Comment { table, column, text: symbol(remarks), span: remarks.span });
        }
    }

    /// A column's values become rows of a table of their own.
    fn lookup_table(&mut self, node: &Node) {
        let own = qualified(node, "newTableSchemaName", "newTableName");
        let from = qualified(node, "existingTableSchemaName", "existingTableName");
        let (Some((name, span)), Some(column)) = (own, node.attribute("newColumnName")) else { return };
        let mut table = declaration(name, TypeKind::Table, span, node.span);
        let ty = read_type(node.value("newColumnDataType").unwrap_or_default());
        table.fields.push(Field::new(symbol(column), ty, column.span));
        self.create(table, Vec::new());
        if let (Some((from, span)), Some(existing)) = (from, node.attribute("existingColumnName")) {
            self.push(SchemaStep::Key { table: from, columns: vec![symbol(existing)], references: Some(name), span });
        }
    }

    fn merge_columns(&mut self, node: &Node) {
        let table = qualified(node, "schemaName", "tableName");
        let (Some((table, _)), Some(last)) = (table, node.attribute("finalColumnName")) else { return };
        for name in ["column1Name", "column2Name"] {
            if let Some(name) = node.attribute(name) {
                self.push(SchemaStep::DropColumn { table, column: symbol(name), span: name.span });
            }
        }
        let ty = read_type(node.value("finalColumnType").unwrap_or_default());
        self.push(SchemaStep::AddColumn { table, column: Field::new(symbol(last), ty, last.span) });
    }

    fn create_view(&mut self, node: &Node) {
        let Some((name, span)) = qualified(node, "schemaName", "viewName") else { return };
        let Some(query) = node.attribute("selectQuery").or(node.text.as_ref()) else { return };
        if is_true(node, "fullDefinition") {
            self.script(query, None, false);
        } else {
            self.script(query, Some((name, span)), false);
        }
    }

    /// Reads SQL that the changelog holds: statements, or the query of a view.
    fn script(&mut self, text: &Text, view: Option<(Symbol, Span)>, for_some: bool) {
        let alignment = Alignment::new(text, self.source);
        let (content, offset) = match view {
            Some((name, _)) => {
                let head = format!("CREATE VIEW \"{}\" AS ", name.as_str().replace('.', "\".\""));
                (format!("{head}{}", text.content), head.len())
            }
            None => (text.content.clone(), 0),
        };
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let guarded = self.guarded || for_some;
        let mut read = sql::read_script(&content);
        for step in &mut read.schema {
            step.relocate(|span| {
                let before = |at: u32| at.saturating_sub(offset);
                alignment.place(Span { start: before(span.start), end: before(span.end) })
            });
            if let SchemaStep::Create { table, if_not_exists, .. } = step {
                *if_not_exists |= guarded;
                if let Some((_, span)) = view {
                    table.span = span;
                }
            }
        }
        // Its marks of sections are those of files.
        read.schema.retain(|step| !matches!(step, SchemaStep::Section { .. }));
        self.out.schema.append(&mut read.schema);
    }

    fn include_sql(&mut self, node: &Node) {
        let Some(path) = node.attribute("path") else { return };
        let relative = is_true(node, "relativeToChangelogFile");
        self.push(SchemaStep::Include { path: Symbol::new(path.content.trim()), relative, folder: false, span: path.span });
    }

    /// Rows that the changelog itself holds.
    fn values(&mut self, node: &'t Node) {
        for column in self.tree.columns(node) {
            let Some(value) = column.attribute("value").or(column.text.as_ref()) else { continue };
            let name = column.attribute("name").map(symbol);
            let text = Symbol::new(&value.content);
            self.out.unit.strings.push(StringLiteral { text, span: value.span, name, in_test: false });
        }
    }
}

impl Tree {
    /// The columns of a change: nodes of their own, or items of a list.
    fn columns<'t>(&'t self, node: &'t Node) -> impl Iterator<Item = &'t Node> {
        let lists = self.children(node).filter(|child| child.name == "columns").flat_map(|list| self.children(list));
        self.children(node).chain(lists).filter(|child| child.name == "column")
    }
}

fn symbol(text: &Text) -> Symbol {
    Symbol::new(text.content.trim())
}

fn list(names: &str) -> Vec<Symbol> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Symbol::new).collect()
}

/// A table's name with its schema, and its place.
fn qualified(node: &Node, schema: &str, name: &str) -> Option<(Symbol, Span)> {
    let text = node.attribute(name)?;
    let bare = text.content.trim();
    let whole = match node.value(schema) {
        _ if bare.is_empty() => return None,
        Some(schema) => Symbol::new(&format!("{schema}.{bare}")),
        None => Symbol::new(bare),
    };
    Some((whole, text.span))
}

fn read_type(written: &str) -> TypeRef {
    sql::type_ref(written.trim().trim_start_matches("java.sql.Types."))
}

fn declaration(name: Symbol, kind: TypeKind, span: Span, extent: Span) -> TypeDecl {
    TypeDecl {
        name,
        module: Vec::new(),
        kind,
        fields: Vec::new(),
        bases: Vec::new(),
        attributes: Vec::new(),
        doc: None,
        formatting: Formatting::default(),
        span,
        extent,
        in_test: false,
    }
}

fn field(tree: &Tree, node: &Node) -> Option<Field> {
    let name = node.attribute("name").filter(|name| !name.content.trim().is_empty())?;
    let mut field = Field::new(symbol(name), read_type(node.value("type").unwrap_or_default()), name.span);
    field.labels.extend(node.value("remarks").map(Symbol::new));
    field.default = node.value("defaultValue").map(Symbol::new);
    for constraints in tree.children(node).filter(|child| child.name == "constraints") {
        field.primary_key |= is_true(constraints, "primaryKey");
        field.required |= is_false(constraints, "nullable") || field.primary_key;
        // `references="person(id)"`.
        let other = constraints.value("references").and_then(|other| other.split('(').next());
        let other = constraints.value("referencedTableName").or(other).map(str::trim);
        field.references = field.references.or(other.map(Symbol::new));
    }
    Some(field)
}
