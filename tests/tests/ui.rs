//! What the attribute says about mistakes, filed by kind of mistake under `tests/ui`.

#[test]
fn mistakes_are_told_in_one_sentence_each() {
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}
