//! What the Runs screen looks like.

use super::golden::check;
use super::runs;

#[test]
fn runs_and_one_of_them() {
    let mut list = runs::with(runs::some());
    list.keys("x down");
    check("runs", &list);
    let mut run = runs::opened(&runs::THREE);
    for page in ["metrics", "classes", "certainty", "curves", "record"] {
        check(&format!("run-{page}"), &run);
        run.keys("tab");
    }
    check("runs-compared", &runs::comparing());
    let mut deciding = runs::with(runs::some());
    deciding.keys("P b e t t e r");
    check("run-promote", &deciding);
    let mut plain = runs::opened(&runs::THREE);
    plain.app.look.symbols = &crate::tui::look::ASCII;
    plain.keys("tab tab");
    check("run-ascii", &plain);
}
