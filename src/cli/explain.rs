//! `pdlint explain`: the page of a check, or what was decided about a line and why.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style as Paint};
use clap::Args;

use super::options::Options;
use super::{CliError, Outcome};
use crate::catalog::{Catalog, CheckPage, CheckPages};
use crate::output::Style;
use crate::output::render::escape::visible;
use crate::session::{PlaceExplanation, Session};
use crate::toml_reader::did_you_mean;

/// Explains a check or a line.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// PD201, undeclared-recipient, or FILE:LINE
    #[arg(value_name = "CODE|NAME|FILE:LINE")]
    what: String,
    /// What to scan for FILE:LINE [default: the nearest folder around it with pdlint.toml or .git, else the current one]
    #[arg(value_name = "PATH")]
    root: Option<PathBuf>,
}

impl Explain {
    /// # Errors
    /// [`CliError`] when there is no such check or place, or the session cannot be opened.
    pub(super) fn run(&self, options: &Options) -> Result<Outcome, CliError> {
        options.only_formats(&["human"], "explain")?;
        let style = options.style();
        match split_place(&self.what) {
            Some((file, line)) => self.place(file, line, options, style)?,
            None => {
                let pages = Catalog::builtin_checks()?;
                let page = pages.find(&self.what).ok_or_else(|| unknown(&self.what, &pages))?;
                options.target().write(|out| write_page(page, style, out))?;
            }
        }
        Ok(Outcome::Clean)
    }

    fn place(&self, file: &str, line: u32, options: &Options, style: Style) -> Result<(), CliError> {
        let unreadable = |cause: io::Error| CliError::ExplainUnreadable { path: file.to_owned(), cause };
        let bytes = fs::read(file).map_err(unreadable)?;
        let lines = memchr::memchr_iter(b'\n', bytes.strip_suffix(b"\n").unwrap_or(&bytes)).count() + 1;
        if line == 0 || line as usize > lines {
            return Err(CliError::ExplainLine { path: file.to_owned(), line, lines });
        }
        let absolute = fs::canonicalize(file).map_err(unreadable)?;
        let root = match &self.root {
            Some(root) => root.clone(),
            None => root_of(&absolute).map_or_else(std::env::current_dir, Ok).map_err(unreadable)?,
        };
        let session = Session::open(options.session(&[root], true))?;
        let analysis = session.analyze();
        let relative = absolute.strip_prefix(session.root()).map_or_else(|_| file.to_owned(), slashes);
        if !analysis.has_file(&relative) {
            return Err(CliError::ExplainUnscanned { path: file.to_owned(), root: session.root().display().to_string() });
        }
        let explained = analysis.explain(&relative, line);
        options.target().write(|out| write_explanations(file, line, &explained, style, out))
    }
}

/// Splits `FILE:LINE`, or `FILE:LINE:COLUMN` as other tools print places.
fn split_place(text: &str) -> Option<(&str, u32)> {
    let (before, last) = text.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    match before.rsplit_once(':') {
        Some((file, line)) if !file.is_empty() && !Path::new(before).exists() => match line.parse() {
            Ok(line) => Some((file, line)),
            Err(_) => Some((before, last)),
        },
        _ => Some((before, last)),
    }
}

/// The nearest folder around a file that a repository or a configuration begins in.
fn root_of(file: &Path) -> Option<PathBuf> {
    let marked = |folder: &&Path| folder.join("pdlint.toml").exists() || folder.join(".git").exists();
    file.ancestors().skip(1).find(marked).map(Path::to_owned)
}

fn slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn unknown(name: &str, pages: &CheckPages) -> CliError {
    let names: Vec<_> = pages.iter().flat_map(|page| [page.code.to_lowercase(), page.name.clone()]).collect();
    let list = "`pdlint rules checks` lists them; a place is FILE:LINE";
    let suggestion = did_you_mean(name, names.iter().map(String::as_str));
    let help = suggestion.map_or_else(|| list.to_owned(), |suggestion| format!("{suggestion} {list}"));
    CliError::UnknownCheck { name: name.to_owned(), help }
}

/// The page as it stands: Markdown reads well as it is.
fn write_page(page: &CheckPage, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let has_title = page.text.trim_start().starts_with("# ");
    if !has_title {
        writeln!(out, "{}\n", bold(&format!("{} {}", page.code, page.name), style))?;
    }
    let mut code = false;
    for line in page.text.trim().lines() {
        code ^= line.trim_start().starts_with("```");
        let heading = !code && line.starts_with('#');
        writeln!(out, "{}", if heading { bold(line, style) } else { line.to_owned() })?;
    }
    Ok(())
}

fn write_explanations(
    file: &str,
    line: u32,
    explained: &[PlaceExplanation],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if explained.is_empty() {
        return writeln!(
            out,
            "{}:{line}: nothing here was considered: no declared field, no name, no call that sends data",
            visible(file)
        );
    }
    for (at, explanation) in explained.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", bold(&visible(&explanation.title), style))?;
        for text in &explanation.lines {
            writeln!(out, "  {}", visible(text))?;
        }
    }
    Ok(())
}

fn bold(text: &str, style: Style) -> String {
    let paint = Paint::new().bold().fg_color(Some(AnsiColor::Cyan.into()));
    if style.color { format!("{paint}{text}{paint:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::split_place;

    #[test]
    fn a_place_is_a_file_and_a_line_with_or_without_a_column() {
        assert_eq!(split_place("src/a.rs:12"), Some(("src/a.rs", 12)));
        assert_eq!(split_place("src/a.rs:12:5"), Some(("src/a.rs", 12)));
        assert_eq!(split_place("odd:name.sql:7"), Some(("odd:name.sql", 7)));
        assert_eq!(split_place("PD201"), None);
        assert_eq!(split_place("src/a.rs:x"), None);
    }
}
