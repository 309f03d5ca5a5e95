//! The names of the built-in codecs, and how codecs are told apart.

#[cfg(any(feature = "bincode", feature = "json", feature = "msgpack"))]
use super::Format;

/// A built-in codec. Which of them exist is decided by cargo features of the same names.
///
/// | codec     | size, speed        | carries                                                     |
/// |-----------|--------------------|-------------------------------------------------------------|
/// | `Bincode` | smallest, fastest  | plain types; not `flatten`, `untagged`, `tag`, `skip_serializing_if`, `serde_json::Value` |
/// | `Msgpack` | twice the size     | nearly everything serde can say                             |
/// | `Json`    | readable in a shell| nearly everything, but map keys must be like strings        |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Compact and positional; the default. A type it cannot carry goes to `Msgpack` by itself,
    /// if that is compiled in.
    #[cfg(feature = "bincode")]
    Bincode,
    /// Text, readable with `redis-cli`.
    #[cfg(feature = "json")]
    Json,
    /// `MessagePack` with named fields.
    #[cfg(feature = "msgpack")]
    Msgpack,
}

impl Codec {
    /// What a cache uses when nothing is said: bincode, else msgpack, else json, of those that
    /// are compiled in.
    pub(crate) const DEFAULT: Option<Self> = {
        #[cfg(feature = "bincode")]
        let codec = Some(Self::Bincode);
        #[cfg(all(not(feature = "bincode"), feature = "msgpack"))]
        let codec = Some(Self::Msgpack);
        #[cfg(all(not(feature = "bincode"), not(feature = "msgpack"), feature = "json"))]
        let codec = Some(Self::Json);
        #[cfg(not(any(feature = "bincode", feature = "msgpack", feature = "json")))]
        let codec = None;
        codec
    };

    /// All that are compiled in.
    pub(crate) const ALL: &'static [Self] = &[
        #[cfg(feature = "bincode")]
        Self::Bincode,
        #[cfg(feature = "json")]
        Self::Json,
        #[cfg(feature = "msgpack")]
        Self::Msgpack,
    ];

    /// The codec of this name, if it is compiled in.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|codec| codec.name() == name)
    }

    /// The name, as it is written in `codec = ...`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.identity().name
    }

    /// The numbers are stored: none is ever given to another codec.
    pub(in crate::value) const fn identity(self) -> Identity {
        match self {
            #[cfg(feature = "bincode")]
            Self::Bincode => Identity { number: 1, name: "bincode" },
            #[cfg(feature = "json")]
            Self::Json => Identity { number: 2, name: "json" },
            #[cfg(feature = "msgpack")]
            Self::Msgpack => Identity { number: 3, name: "msgpack" },
        }
    }

    /// What its serializer answers to `is_human_readable`.
    pub(crate) const fn human_readable(self) -> bool {
        match self {
            #[cfg(feature = "bincode")]
            Self::Bincode => super::Bincode::HUMAN_READABLE,
            #[cfg(feature = "json")]
            Self::Json => super::Json::HUMAN_READABLE,
            #[cfg(feature = "msgpack")]
            Self::Msgpack => super::Msgpack::HUMAN_READABLE,
        }
    }

    /// Who writes the types that this codec cannot carry. An identity of its own tells its values from those of a
    /// function that names that codec.
    pub(in crate::value) const fn stand_in(self) -> Option<Identity> {
        match self {
            #[cfg(all(feature = "bincode", feature = "msgpack"))]
            Self::Bincode => Some(Identity { number: 4, name: "msgpack for bincode" }),
            #[cfg(any(feature = "json", feature = "msgpack", all(feature = "bincode", not(feature = "msgpack"))))]
            _ => None,
        }
    }
}

/// Tells a codec from every other, in the envelope and in the fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::value) struct Identity {
    pub(in crate::value) number: u8,
    pub(in crate::value) name: &'static str,
}

impl Identity {
    /// All codecs of users share a number; the fingerprint has the name.
    pub(in crate::value) const fn custom(name: &'static str) -> Self {
        Self { number: 255, name }
    }
}
