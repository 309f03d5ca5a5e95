//! What the guide quotes is there.
#![expect(clippy::unwrap_used, reason = "a test reports by panicking, its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};

fn runtime(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cache-runtime").join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of all source files.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text += &read(&path);
        }
    }
    text
}

#[test]
fn each_log_line_of_the_guide_is_one_that_is_written() {
    let (guide, sources) = (read(&runtime("docs/operating.md")), sources(&runtime("src")));
    let mut quoted = 0;
    for row in
        guide.lines().filter(|line| ["| error |", "| warn |", "| info |"].iter().any(|level| line.starts_with(level)))
    {
        let line = row.split(" | ").nth(1).unwrap().trim_matches('`').trim();
        let line = line.trim_end_matches(" ..");
        assert!(sources.contains(line), "nobody writes: {line}");
        quoted += 1;
    }
    assert!(quoted >= 17, "{quoted}");
}

#[test]
fn each_page_is_in_the_index_and_in_the_reference() {
    let (index, reference) = (read(&runtime("../docs/README.md")), read(&runtime("src/guide.rs")));
    for entry in fs::read_dir(runtime("docs")).unwrap() {
        let page = entry.unwrap().file_name().into_string().unwrap();
        assert!(index.contains(&format!("(../cache-runtime/docs/{page})")), "{page} is not in docs/README.md");
        assert!(reference.contains(&format!("\"{page}\"")), "{page} is not in guide.rs");
    }
}

/// On GitHub; in the reference, rustdoc looks.
#[test]
fn each_link_between_pages_leads_to_one() {
    for entry in fs::read_dir(runtime("docs")).unwrap() {
        let page = entry.unwrap().path();
        let text = read(&page);
        for definition in text.lines().filter(|line| line.starts_with('[') && line.contains("]: ")) {
            let to = definition.split("]: ").nth(1).unwrap();
            assert!(runtime("docs").join(to).is_file(), "{}: {definition}", page.display());
        }
        for name in ["choosing windows", "invalidation", "running Redis", "operating", "testing"] {
            let is_used = text.contains(&format!("[{name}]")) || text.contains(&format!("[{name}\n"));
            assert!(!is_used || text.contains(&format!("\n[{name}]: ")), "{}: [{name}] leads nowhere", page.display());
        }
    }
}
