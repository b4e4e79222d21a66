//! Import paths: what a file calls a package, and what the package is called everywhere.

use crate::index::Symbol;
use crate::lang::lowering::Lowerer;
use crate::lang::syntax::Node;

/// The segments of an import path without what differs from project to project: the host and the version.
///
/// `github.com/sirupsen/logrus` is `logrus`, `gopkg.in/gomail.v2` is `gomail`, `net/http` stays. What remains of a project's own
/// import path ends with the folder, one name before it: its repository.
fn canonical(path: &str) -> Vec<&str> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")).collect();
    if segments.len() > 1 && segments.first().is_some_and(|host| host.contains('.')) {
        let host = segments.remove(0);
        if OWNED.contains(&host) && segments.len() > 1 {
            segments.remove(0);
        }
    }
    segments.retain(|segment| !is_version(segment));
    if let Some(last) = segments.last_mut() {
        *last = without_version(last);
    }
    segments
}

/// Hosts where the first segment is an owner.
const OWNED: &[&str] = &["github.com", "gitlab.com", "bitbucket.org", "gitee.com", "codeberg.org", "golang.org"];

/// `v2`, `v74`.
fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `gomail.v2` is `gomail`.
fn without_version(segment: &str) -> &str {
    match segment.rsplit_once('.') {
        Some((name, version)) if is_version(version) => name,
        _ => segment,
    }
}

/// What a package may be called in a file that imports it without a name: its folder's name, without what marks it as Go's.
fn usual_names(folder: &str) -> Vec<String> {
    let mut names = vec![folder.to_owned()];
    let bare = folder.strip_prefix("go-").or_else(|| folder.strip_prefix("go_")).unwrap_or(folder);
    let bare = bare.strip_suffix("-go").or_else(|| bare.strip_suffix(".go")).unwrap_or(bare);
    for name in [bare.to_owned(), bare.replace(['-', '.'], ""), bare.replace('-', "_")] {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    // `opensearch-api`, `telegram-bot-api`: the first or last word alone is used as well.
    if let Some((_, last)) = bare.rsplit_once('-').filter(|(_, last)| !names.iter().any(|name| name == last)) {
        names.push(last.to_owned());
    }
    names
}

/// `import "path"`, `import name "path"`, `import . "path"`, `import _ "path"`.
pub(super) fn import(lowerer: &mut Lowerer<'_>, node: Node<'_>) {
    let Some(path) = lowerer.part(node, 1) else { return };
    let segments = canonical(path.text().trim_matches(['"', '`']));
    let symbols = || segments.iter().copied().map(Symbol::new).collect::<Vec<_>>();
    match lowerer.part(node, 0) {
        Some(name) if name.text() == "_" => {}
        Some(name) if name.text() == "." => lowerer.import(symbols(), None, node.span()),
        Some(name) => lowerer.import(symbols(), Some(name.symbol()), node.span()),
        None => {
            for name in segments.last().map(|last| usual_names(last)).unwrap_or_default() {
                lowerer.import(symbols(), Some(Symbol::new(&name)), node.span());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, usual_names};

    #[test]
    fn hosts_and_versions_are_no_part_of_a_package() {
        assert_eq!(canonical("github.com/sirupsen/logrus"), ["logrus"]);
        assert_eq!(canonical("gopkg.in/gomail.v2"), ["gomail"]);
        assert_eq!(canonical("github.com/stripe/stripe-go/v74/customer"), ["stripe-go", "customer"]);
        assert_eq!(canonical("net/http"), ["net", "http"]);
        assert_eq!(canonical("fmt"), ["fmt"]);
    }

    #[test]
    fn packages_are_called_by_their_folder_without_the_marks_of_the_language() {
        assert!(usual_names("sentry-go").contains(&"sentry".to_owned()));
        assert!(usual_names("go-redis").contains(&"redis".to_owned()));
        assert_eq!(usual_names("http"), ["http"]);
    }
}
