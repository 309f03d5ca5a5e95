//! The catalogue for people: a line for each function.

use std::fmt;

use super::function::AnnotatedFunction;
use super::list::Catalogue;
use crate::policy::Policy;

/// What stands over the columns.
const HEADINGS: [&str; COLUMNS] = ["function", "key", "ttl", "tags", "codec", "version", "stores", "fingerprint"];
const COLUMNS: usize = 8;

impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> =
            [HEADINGS.map(str::to_owned)].into_iter().chain(self.iter().map(AnnotatedFunction::cells)).collect();
        let widths =
            (0..COLUMNS).map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max());
        let widths: Vec<_> = widths.map(Option::unwrap_or_default).collect();
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let line = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect::<Vec<_>>();
            f.write_str(line.join("  ").trim_end())?;
        }
        Ok(())
    }
}

impl AnnotatedFunction {
    /// What stands in the columns. A dash is for what is not said, or not known yet.
    fn cells(&self) -> [String; COLUMNS] {
        let or_dash = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned());
        [
            self.name().to_owned(),
            self.template().to_owned(),
            self.shown_ttl(),
            or_dash(Some(self.tags().join(" "))),
            or_dash(self.codec().map(str::to_owned)),
            self.version().to_string(),
            or_dash(self.type_name().map(str::to_owned)),
            or_dash(self.fingerprint().map(|fingerprint| format!("{fingerprint:016x}"))),
        ]
    }

    fn shown_ttl(&self) -> String {
        match self.ttl() {
            Some(Policy::FOREVER) => "forever".to_owned(),
            Some(ttl) => humantime::format_duration(ttl).to_string(),
            None => "by call".to_owned(),
        }
    }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
