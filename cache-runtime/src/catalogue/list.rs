//! All annotated functions of a program.

use super::conflict::{KeyConflicts, conflicts};
use super::function::AnnotatedFunction;
use super::registration::Registration;

/// All annotated functions of this program, those that were never called among them.
///
/// A crate that the program depends on counts when something of it is used anywhere, and then with all its functions; of a
/// crate that is there in two versions, each counts. What is behind `#[cfg(test)]` is there in tests. A dynamic library that
/// brings a `cache_runtime` of its own has a catalogue of its own.
///
/// ```standalone_crate
/// use cache_runtime::{catalogue, read_through};
///
/// #[read_through(key = "user:{id}", ttl = "1h", tags = ["users"])]
/// async fn get_user(id: u64) -> Option<String> {
///     // SELECT ..
/// #   Some(format!("user {id}"))
/// }
///
/// // At the start of a service, and in a test: no two functions store different things at one key.
/// catalogue().check()?;
///
/// // For `--print-cache`, or the log.
/// println!("{}", catalogue());
/// # let catalogue = catalogue();
/// let found = catalogue.iter().find(|function| function.name().ends_with("get_user")).unwrap();
/// assert_eq!((found.template(), found.tags()), ("user:{id}", ["users"].as_slice()));
/// assert_eq!(found.type_name(), Some("alloc::string::String"));
/// # Ok::<_, cache_runtime::KeyConflicts>(())
/// ```
#[must_use]
pub fn catalogue() -> Catalogue {
    let registered = inventory::iter::<Registration>.into_iter();
    let mut functions: Vec<_> = registered.map(|registration| AnnotatedFunction { registration }).collect();
    functions.sort_by_key(|function| (function.name(), function.template()));
    Catalogue { functions }
}

/// The annotated functions of a program, sorted by name. `Display` is a table with a line for each.
#[derive(Clone, Debug)]
pub struct Catalogue {
    functions: Vec<AnnotatedFunction>,
}

impl Catalogue {
    /// The functions, one after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, AnnotatedFunction> {
        self.functions.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.functions.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// Whether no two functions with different types can have a key in common: each would drop what the other one stores,
    /// and an invalidation by one would miss what the other one has stored meanwhile.
    ///
    /// Different are types of different layouts, codecs that are both named, and versions. The templates are compared, not
    /// values: `"user:{id}"` and `"user:{name}:{page}"` have no key in common, as no text has a `:` in a key, and neither have
    /// `"user:{id}"` and `"user:all"` where `id` is an integer, which is seen of a parameter and not of a field.
    ///
    /// Where it cannot tell, it takes a type of a parameter for one that is written as any text: with a `bool`, or a `UserId` that
    /// shows a number, `"user:{id}"` and `"user:all"` are a conflict. Otherwise it gives no false alarm for functions that run on
    /// one cache. It does not see
    ///
    /// - functions whose type is not known yet (see [`type_name`](AnnotatedFunction::type_name)), or that have other types at
    ///   other times, as generic ones;
    /// - functions whose keys have their path or the name of a type in them;
    /// - functions on different caches, which may share a namespace. Those without `cache = ..` are compared with each
    ///   other, and one with it with those of its module that say it by the same words, unless they are about what a call
    ///   brings (`self.cache`);
    /// - lists and tuples in the place of a text that ends at another character than `:`, codecs of which one is the choice
    ///   of the cache, and `tags`, which functions with one key should have in common as well;
    /// - what is stored by hand, and by other programs.
    ///
    /// # Errors
    ///
    /// All pairs of functions that do, each with a key that both may have.
    pub fn check(&self) -> Result<(), KeyConflicts> {
        conflicts(&self.functions)
    }
}

impl<'a> IntoIterator for &'a Catalogue {
    type Item = &'a AnnotatedFunction;
    type IntoIter = std::slice::Iter<'a, AnnotatedFunction>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
