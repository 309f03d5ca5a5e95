//! The rules of the protocol, and for each rule the ways in which others have got it wrong.

/// One choice for each rule. [`RIGHT`] is what is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Protocol {
    pub(crate) lease: Lease,
    pub(crate) tags: Tags,
    pub(crate) sharing: Sharing,
    pub(crate) replacing: Replacing,
    pub(crate) put: Put,
}

pub(crate) const RIGHT: Protocol = Protocol {
    lease: Lease::InTheKey,
    tags: Tags::Random,
    sharing: Sharing::ByMoments,
    replacing: Replacing::Compares,
    put: Put::ClaimsWithTheCommit,
};

/// Who may fill a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lease {
    /// Who has put a placeholder into the key itself, with a token of its own for each acquisition.
    InTheKey,
    /// The same, but a process always uses the same token.
    TokenPerClient,
    /// Who holds a lock in a key of its own, which an invalidation of the value does not touch.
    BesideTheKey,
    /// Anybody: plain cache-aside.
    Nobody,
    /// As in the key, but a load that fails keeps its lease.
    KeptAfterFailure,
}

/// What the version of a tag is, and which one a value carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tags {
    /// Random bytes, made anew whenever the tag is missing; a value carries those read before its load.
    Random,
    /// A number that invalidations raise, and that starts again when the store has evicted it.
    Counters,
    /// A value carries the version that is read when it is stored.
    ReadAtTheFill,
}

/// To which callers of its process a flight gives its answer, apart from the one who leads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// To those who arrived before the answer was certainly asked for; see `steps::landing`.
    ByMoments,
    /// To all: plain single-flight.
    WithEverybody,
    /// What the leader read after it had waited for another process's lease, to all.
    RepliesWithEverybody,
    /// A fill counts as accepted without a look at the tags after it.
    WithoutTheTags,
    /// The moment that divides followers is drawn after the fill and before the tags are read again.
    MomentAfterTheFill,
}

/// How a reload or a refresh stores its value over the one it has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replacing {
    Compares,
    Overwrites,
}

/// What a writer that stores its own value does, and how its claim lies to its commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// Claim and tags are taken in the instant of the commit: what remains of `ClaimsAfterTheCommit` if no other writer
    /// is between the two. From the claim on, every invalidation wins.
    ClaimsWithTheCommit,
    /// Claim and tags before the commit, and a removal if the fill is refused: safe between any writers.
    ClaimsBeforeTheCommit,
    /// Commit, then tags, then claim: the value may be older than an invalidation before the claim.
    ClaimsAfterTheCommit,
    /// The claim with the commit, but the tags only then: the value may be older than the tag it carries.
    ReadsTagsAfterTheClaim,
    /// No claim, no comparison.
    Overwrites,
}
