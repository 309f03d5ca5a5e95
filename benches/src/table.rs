//! Tables on the terminal.

/// Prints a table: what is measured to the left, numbers to the right.
pub fn print_table<const COLUMNS: usize>(title: &str, head: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
    let head = head.map(ToOwned::to_owned);
    let all = || [&head].into_iter().chain(rows);
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    });
    println!("\n{title}");
    for row in all() {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        println!("  {}", cells.collect::<Vec<_>>().join("  "));
    }
}
