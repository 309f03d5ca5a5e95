//! Keys as promised: injective, readable, bounded.

use std::collections::HashSet;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Arg, IntoKey, Key, KeyPart, Part, Template};

fn render(pieces: &'static [&'static str], parts: &[Part<'_>]) -> String {
    Template::new(pieces).render(parts).as_str().to_owned()
}

/// Texts from few characters, those that matter to the encoding, so that collisions would be found.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab:%{},.()\\[\\]\\-enos25 \\x00]{0,6}",
        "(%none|%some|%e|%25|%3A|none|some|,|\\[|\\]){0,4}",
        any::<String>(),
    ]
}

/// Two argument lists of a shape give the same key only if they are the same.
fn apart<T: PartialEq + fmt::Debug>(left: &T, right: &T, key: impl Fn(&T) -> String) -> Result<(), TestCaseError> {
    let (first, second) = (key(left), key(right));
    prop_assert_eq!(left == right, first == second, "{:?} and {:?} give {:?} and {:?}", left, right, first, second);
    Ok(())
}

/// Texts that come close to a key of the cache's own.
fn impostor() -> impl Strategy<Value = String> {
    prop_oneof!["(%|~|!|%25|%7E|:|all|tag:|x|r){0,6}", "x{500,520}(%|~|!|%25|r){0,6}", nasty()]
}

/// The keys that the cache keeps for itself beside those of entries.
fn own_keys(entries: &[Key], tag: &str) -> Vec<Key> {
    let beside = entries.iter().map(|entry| entry.beside("r"));
    [Key::of_everything("ns"), Key::of_tag("ns", tag)].into_iter().chain(beside).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_entry_is_at_a_key_of_the_cache_itself(text in impostor(), other in impostor(), tag in impostor()) {
        let mut entries = vec![text.to_key("ns"), other.to_key("ns"), Key::of_everything("ns").as_str().to_key("")];
        entries.extend(own_keys(&entries, &tag).iter().map(|own| own.as_str().to_key("")));
        entries.extend(own_keys(&entries, &tag).iter().map(|own| own.as_str().trim_start_matches("ns:").to_key("ns")));
        for pieces in [&["", ""], &["q:", ""], &["", "~r"], &["", "%"], &["~", "~all"]] {
            entries.push(Key::new("ns", &render(pieces, &[Arg::new(&text).part()])));
            entries.push(Key::new("ns", &render(pieces, &[Arg::new(&vec![Some(&*text)]).part()])));
        }
        for own in own_keys(&entries, &tag) {
            prop_assert!(!entries.contains(&own), "{:?}", own);
        }
    }

    #[test]
    fn keys_of_the_cache_itself_are_apart(l in impostor(), r in impostor(), tag in impostor()) {
        let (first, second) = (l.to_key("ns").beside("r"), r.to_key("ns").beside("r"));
        prop_assert_eq!(l == r, first == second);
        prop_assert_ne!(&first, &Key::of_everything("ns"));
        prop_assert_ne!(&first, &Key::of_tag("ns", &tag));
        prop_assert_ne!(&Key::of_tag("ns", &tag), &Key::of_everything("ns"));
    }

    #[test]
    fn two_texts_by_hand_never_share_a_key(l in impostor(), r in impostor()) {
        prop_assert_eq!(l == r, l.to_key("ns") == r.to_key("ns"));
    }

    #[test]
    fn two_texts_never_share_a_key_whatever_stands_between(l in (nasty(), nasty()), r in (nasty(), nasty())) {
        for pieces in [&["", ":", ""], &["q:", "-", ""], &["", "a", "b"], &["", " and ", "."], &["x", "2", "5"], &["", "é", ""], &["", "]", ""]] {
            apart(&l, &r, |(a, b)| render(pieces, &[Arg::new(a).part(), Arg::new(b).part()]))?;
        }
    }

    #[test]
    fn an_option_never_shares_a_key(l in (proptest::option::of(nasty()), nasty()), r in (proptest::option::of(nasty()), nasty())) {
        for pieces in [&["", ":", ""], &["", "n", ""], &["", ",", ""]] {
            apart(&l, &r, |(a, b)| render(pieces, &[Arg::new(a).part(), Arg::new(b).part()]))?;
        }
    }

    #[test]
    fn a_nested_option_never_shares_a_key(
        l in proptest::option::of(proptest::option::of(nasty())),
        r in proptest::option::of(proptest::option::of(nasty())),
    ) {
        apart(&l, &r, |a| render(&["", ""], &[Arg::new(a).part()]))?;
    }

    #[test]
    fn a_list_never_shares_a_key(l in (vec(nasty(), 0..4), nasty()), r in (vec(nasty(), 0..4), nasty())) {
        for pieces in [&["", ":", ""], &["", ",", ""]] {
            apart(&l, &r, |(a, b)| render(pieces, &[Arg::new(a).part(), Arg::new(b).part()]))?;
        }
    }

    #[test]
    fn lists_in_lists_never_share_a_key(
        l in vec((vec(proptest::option::of(nasty()), 0..3), nasty()), 0..3),
        r in vec((vec(proptest::option::of(nasty()), 0..3), nasty()), 0..3),
    ) {
        apart(&l, &r, |a| render(&["", ""], &[Arg::new(a).part()]))?;
    }

    #[test]
    fn long_keys_stay_bounded_and_apart(l in "[ab]{440,700}", r in "[ab]{440,700}") {
        let (first, second) = (Key::new("ns", &l), Key::new("ns", &r));
        prop_assert!(first.as_str().len() <= 520);
        prop_assert_eq!(l == r, first == second);
    }

    #[test]
    fn a_key_never_has_control_characters_or_spaces_from_an_argument(text in any::<String>()) {
        let key = render(&["", ""], &[Arg::new(&text).part()]);
        let unescaped = key.chars().any(|c| c.is_ascii_control() || " {}:".contains(c));
        prop_assert!(!unescaped, "{:?}", key);
    }
}

#[derive(Debug)]
struct UserId(u64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[derive(Debug)]
struct Filter {
    #[expect(dead_code, reason = "read by Debug")]
    tag: &'static str,
}

struct Region(&'static str, u32);

impl KeyPart for Region {
    fn write(&self, out: &mut super::PartWriter<'_>) {
        out.tuple([&self.0 as &dyn KeyPart, &self.1]);
    }
}

#[test]
fn ordinary_values_are_readable() {
    let cases: Vec<(String, &str)> = vec![
        (one(&Arg::new(&7_u64).part()), "user:7"),
        (one(&Arg::new(&-7_i8).part()), "user:-7"),
        (one(&Arg::new(&"ada").part()), "user:ada"),
        (one(&Arg::new(&String::from("a b:c")).part()), "user:a%20b%3Ac"),
        (one(&Arg::new(&true).part()), "user:true"),
        (one(&Arg::new(&'x').part()), "user:x"),
        (one(&Arg::new(&UserId(3)).part()), "user:3"),
        (one(&Arg::new(&&UserId(3)).part()), "user:3"),
        (one(&Arg::new(&Box::new(UserId(3))).part()), "user:3"),
        (one(&Arg::new(&Some(UserId(3))).part()), "user:3"),
        (one(&Arg::new(&None::<UserId>).part()), "user:%none"),
        (one(&Arg::new(&Some("%none")).part()), "user:%25none"),
        (one(&Arg::new(&Some(None::<u8>)).part()), "user:%some%none"),
        (one(&Arg::new(&vec![UserId(1), UserId(2)]).part()), "user:[1,2]"),
        (one(&Arg::new(&&[1_u8, 2][..]).part()), "user:[1,2]"),
        (one(&Arg::new(&[UserId(1)]).part()), "user:[1]"),
        (one(&Arg::new(&Vec::<u8>::new()).part()), "user:[]"),
        (one(&Arg::new(&vec![""]).part()), "user:[%e]"),
        (one(&Arg::new(&(7, "a,b", Some('c'))).part()), "user:(7,a%2Cb,c)"),
        (one(&Arg::new(&(UserId(3), "a,b")).part()), "user:(3,a%2Cb)"),
        (one(&Arg::new(&&(UserId(3), UserId(4), 5)).part()), "user:(3,4,5)"),
        (one(&Arg::new(&Region("ch", 8000)).part()), "user:(ch,8000)"),
        (one(&Arg::new(&vec![Region("ch", 1)]).part()), "user:[(ch,1)]"),
        (one(&Arg::new(&Filter { tag: "x" }).debug()), "user:Filter%20%7B%20tag%3A%20\"x\"%20%7D"),
        (one(&Arg::new(&std::net::Ipv4Addr::LOCALHOST).part()), "user:127.0.0.1"),
        (one(&Arg::new(&std::collections::BTreeMap::from([(1, "a")])).part()), "user:[(1,a)]"),
    ];
    for (key, expected) in cases {
        assert_eq!(key, expected);
    }
}

fn one(part: &Part<'_>) -> String {
    render(&["user:", ""], std::slice::from_ref(part))
}

#[test]
fn a_display_that_fails_never_shares_a_key() {
    struct Broken;
    impl fmt::Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("7")?;
            Err(fmt::Error)
        }
    }
    let keys: HashSet<String> = (0..50).map(|_| one(&Arg::new(&Broken).part())).collect();
    assert_eq!(keys.len(), 50);
}

#[test]
fn a_namespace_stands_in_front_of_text_and_not_of_a_finished_key() {
    assert_eq!(Key::new("shop", "user:7"), "shop:user:7");
    assert_eq!(Key::new("", "user:7"), "user:7");
    assert_eq!("user:7".to_key("shop"), "shop:user:7");
    assert_eq!(Key::new("shop", "user:7").to_key("other"), "shop:user:7");
}

#[test]
fn text_by_hand_is_taken_as_it_is_but_for_the_mark_of_the_cache_itself() {
    let cases = [
        ("user:7", "user:7"),
        ("~all 50% %25~ %7E!~", "~all 50% %25~ %7E!~"),
        ("%~all", "%!~all"),
        ("%!~all", "%!!~all"),
        ("a%~b%%~~%", "a%!~b%%!~~%"),
    ];
    for (text, key) in cases {
        assert_eq!(text.to_key(""), key);
    }
}

#[test]
fn what_is_beside_a_key_of_any_length_is_no_entry() {
    for length in [1, 508, 509, 510, 511, 512, 513, 600] {
        let entry = Key::new("", &"x".repeat(length));
        let beside = entry.beside("r");
        assert!(beside.as_str().ends_with("%~r"), "{beside}");
        // As text of a caller it is another key, shortened or not.
        assert_ne!(beside.as_str().to_key(""), beside);
        assert_ne!(entry, beside);
    }
}

#[test]
fn no_key_stored_as_it_is_can_equal_a_hashed_one() {
    let long = "é".repeat(400);
    let hashed = Key::new("", &long);
    assert!(hashed.as_str().starts_with("ééé") && hashed.as_str().contains(":blake3:"));
    assert!(hashed.as_str().len() > 512, "{}", hashed.as_str().len());
    // Handing the hashed text in as an argument gives another key: it is too long to be stored as it is.
    assert_ne!(Key::new("", hashed.as_str()), hashed);
}

#[test]
fn the_path_of_a_function_is_that_of_its_companion() {
    mod inner {
        #[expect(non_camel_case_types, reason = "as generated")]
        pub(super) struct get_user {}
    }
    let path = render(&["", ""], &[Part::path::<inner::get_user>("get_user")]);
    assert!(path.ends_with("::inner::get_user"), "{path}");
    let renamed = render(&["", ""], &[Part::path::<inner::get_user>("find")]);
    assert!(renamed.ends_with("::inner::find"), "{renamed}");
}

#[test]
fn the_path_of_a_method_names_its_trait() {
    struct Repo;
    trait Find {
        fn __cache_find() {}
        fn find() -> String {
            render(&["", ""], &[Part::path_of_body(&|| ())])
        }
    }
    impl Find for Repo {}
    impl Repo {
        fn __cache_find() {}
    }
    let inherent = render(&["", ""], &[Part::path_of_method(&Repo::__cache_find, "find")]);
    assert!(inherent.ends_with("::Repo::find"), "{inherent}");
    let of_trait = render(&["", ""], &[Part::path_of_method(&<Repo as Find>::__cache_find, "find")]);
    assert!(of_trait.ends_with("Find>::find"), "{of_trait}");
    let by_body = Repo::find();
    assert!(by_body.ends_with("Find>::find"), "{by_body}");
}
