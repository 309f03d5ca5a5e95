//! Many measurements of one thing.

/// At least one measurement, in order of size.
#[derive(Clone, Debug)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// The value that this part of the measurements (0 to 1) does not exceed.
    ///
    /// # Panics
    /// When there are no measurements.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::indexing_slicing,
        reason = "a part of a number of measurements is one of them"
    )]
    pub fn quantile(&self, part: f64) -> f64 {
        let last = self.0.len() - 1;
        self.0[((last as f64 * part).round() as usize).min(last)]
    }

    /// The one in the middle.
    ///
    /// # Panics
    /// When there are no measurements.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(measured: I) -> Self {
        let mut measured: Vec<_> = measured.into_iter().collect();
        measured.sort_by(f64::total_cmp);
        Self(measured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_measurements_whatever_their_order() {
        let samples: Samples = [5.0, 1.0, 4.0, 2.0, 3.0].into_iter().collect();
        let quantiles = [0.0, 0.5, 0.75, 0.99, 1.0].map(|part| samples.quantile(part).to_string());
        assert_eq!(quantiles, ["1", "3", "4", "5", "5"]);
    }
}
