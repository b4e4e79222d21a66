//! Text in columns.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, presets};

use super::escape::visible;
use crate::output::Style;

/// Text in columns: as wide as it needs where there is no terminal, wrapped where there is one.
#[must_use]
pub fn grid<R>(header: &[&str], rows: R, style: Style) -> String
where
    R: IntoIterator<Item = Vec<String>>,
{
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none())).force_no_tty();
    if let Some(width) = style.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width.max(40)).unwrap_or(u16::MAX));
    }
    if style.color {
        table.enforce_styling();
    }
    table.set_header(
        header.iter().map(|name| if style.color { Cell::new(name).add_attribute(Attribute::Bold) } else { Cell::new(name) }),
    );
    for row in rows {
        table.add_row(row.iter().enumerate().map(|(at, text)| {
            let cell = Cell::new(visible(text));
            if style.color && at == 0 { cell.fg(Color::Cyan) } else { cell }
        }));
    }
    // Cells are padded to the column's width; trailing blanks only make differences.
    let mut text: String = table.lines().flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()]).collect();
    if text.is_empty() {
        text.push('\n');
    }
    text
}
