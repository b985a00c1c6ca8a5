//! Every file that the documents name is there, and prose is within a hundred columns.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::path::Path;

/// Every file below `folder`, as `/src/main.rs`.
fn files(folder: &Path, name: &str, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let file = entry.file_name().to_string_lossy().into_owned();
        let hidden = file.starts_with('.') && file != ".cargo";
        if hidden || ["target", "node_modules", "test-results", "data"].contains(&&*file) {
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

/// Where a line of prose is too long to be read beside another.
const COLUMNS: usize = 100;

/// The lines of prose of a file that are longer, by their numbers: in a document all but code,
/// tables and HTML, in a program its comments.
fn too_long(name: &str, text: &str) -> Vec<String> {
    let mut code = false;
    let is_prose = |line: &str| {
        if name.ends_with(".rs") {
            return line.trim_start().starts_with("//");
        }
        code ^= line.starts_with("```");
        !code && !line.starts_with(['|', '<']) && !line.trim_start().starts_with('<')
    };
    let lines: Vec<bool> = text.lines().map(is_prose).collect();
    let long = text.lines().zip(lines).enumerate();
    long.filter(|(_, (line, prose))| *prose && line.chars().count() > COLUMNS)
        .map(|(n, _)| format!("{name}:{}", n + 1))
        .collect()
}

#[test]
fn prose_is_within_a_hundred_columns() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(root, "", &mut all);
    let prose = all.iter().filter(|name| name.ends_with(".md") || name.ends_with(".rs"));
    let read = |name: &String| (name.clone(), std::fs::read_to_string(root.join(&name[1..])).unwrap());
    let long: Vec<String> = prose.map(read).flat_map(|(name, text)| too_long(&name, &text)).collect();
    assert!(long.is_empty(), "{long:#?}");
    assert_eq!(too_long("a.rs", &format!("// {}\nlet x = 1;", "x".repeat(98))), ["a.rs:1"]);
    assert_eq!(too_long("a.md", &format!("{0}\n| {0}\n```\n{0}\n```", "x ".repeat(60))), ["a.md:1"]);
}
