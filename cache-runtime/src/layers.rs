//! The test that keeps imports pointing down.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, top to bottom. Rooms in one row know nothing of each other.
const LAYERS: &[&[&str]] = &[
    &["lib", "private", "guide", "layers", "interleavings"],
    &["testing"],
    &["attribute", "catalogue"],
    &["scope"],
    &["global"],
    &["cache"],
    &["backend"],
    &["engine"],
    &["chore", "near"],
    &["flight", "background", "observe", "mode"],
    &["store"],
    &["spec"],
    &["policy"],
    &["value", "key"],
    &["random", "bounded"],
    &["error", "clock"],
];

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

/// All source files but those of tests, which may stand wherever they like.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
    found
}

/// The room of a file: its top folder, or its own name at the top.
fn room(root: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(root).unwrap();
    let first = inside.components().next().unwrap().as_os_str();
    Path::new(first).file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The rooms that a source text names by `crate::`.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>())
        .filter(|room| layer(room).is_some())
        .collect()
}

#[test]
fn imports_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in sources(&root) {
        let from = room(&root, &file);
        let level = layer(&from).unwrap_or_else(|| panic!("room `{from}` is in no layer: add it to `LAYERS`"));
        for to in named(&fs::read_to_string(&file).unwrap()) {
            let points_down = to == from || layer(&to) > Some(level);
            if !points_down {
                wrong.push(format!("{}: `{from}` uses `{to}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
