//! Every file that the documents name is there.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::path::Path;

/// Every file below `folder`, as `/src/main.rs`.
fn files(folder: &Path, name: &str, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with('.') || ["target", "node_modules", "test-results", "data"].contains(&&*file) {
            continue;
        }
        let name = format!("{name}/{file}");
        if entry.file_type().unwrap().is_dir() { files(&entry.path(), &name, all) } else { all.push(name) }
    }
}

/// What stands between backticks and looks like a path to a file of ours. A document may leave away
/// the first folders.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let endings = ["rs", "mjs", "js", "sql", "toml", "py", "md"];
    text.split('`').skip(1).step_by(2).filter(move |word| {
        let ending = word.rsplit_once('.').map(|(_, ending)| ending);
        let path = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"./_-".contains(&b));
        path && word.contains('/') && !word.starts_with('/') && ending.is_some_and(|e| endings.contains(&e))
    })
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(root, "", &mut all);
    let (mut gone, mut seen) = (Vec::new(), 0);
    for document in all.iter().filter(|name| name.ends_with(".md")) {
        let text = std::fs::read_to_string(root.join(&document[1..])).unwrap();
        for path in named(&text) {
            seen += 1;
            let ending = format!("/{}", path.trim_start_matches("./").trim_start_matches("../"));
            if !all.iter().any(|file| file.ends_with(&ending)) {
                gone.push(format!("{document}: {path}"));
            }
        }
    }
    assert!(seen > 100, "only {seen} were found");
    assert!(gone.is_empty(), "{gone:#?}");
}
