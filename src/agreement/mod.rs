//! Whether labels can be trusted: how far annotators agree, and what their answers add up to.
//!
//! Pure functions over [`Ratings`]: units × annotators, any of them missing. A unit is an item, or a token where spans
//! are compared. Slices, months and revisions of the guidelines are the caller's: [`Ratings::select`] keeps the units
//! that are meant. A coefficient has a value or a reason why it has none ([`Undefined`]), never NaN.
//!
//! Definitions: Krippendorff 2011 (α), Gwet 2014 (the family of (P_o − P_e)/(1 − P_e) with missing answers), and the
//! papers that each name cites. Nothing here knows a project or a screen.

mod aggregate;
mod bands;
mod coefficients;
mod cohen;
mod distance;
mod estimate;
mod measure;
mod pairs;
mod patterns;
mod ratings;
mod scale;
mod spans;
mod sums;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use crate::resampling::Resampling;
pub use aggregate::{Aggregation, Annotator, Method, Ruling, Settings, Truth, aggregate};
pub use bands::{krippendorff, landis_koch};
pub use coefficients::suited;
pub use estimate::{Coefficient, Name, Undefined, Value};
pub use measure::{Agreement, LabelAgreement, Wanted, measure};
pub use pairs::{PairAgreement, RaterAgreement, against_the_rest, pairs};
pub use ratings::{NoSuch, Rating, Ratings};
pub use scale::{NotAscending, Scale, Weights};
pub use spans::{Mark, Marking, SpanAgreement, SpanPair, span_agreement};
