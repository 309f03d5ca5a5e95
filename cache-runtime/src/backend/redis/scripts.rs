//! What has to compare and act in one step, as scripts on the server.
//!
//! Each declares all its keys, and none begins with `#!`, which would make the server refuse reads under memory pressure.

use std::sync::LazyLock;

use redis::Cmd;

/// A script, and the hash by which a server that has seen it knows it.
pub(super) struct Script {
    text: &'static str,
    hash: LazyLock<String>,
}

/// `KEYS[1] ARGV[1]=prefix ARGV[2]=bytes ARGV[3]=ms`: replaces what begins with the prefix.
pub(super) static REPLACE: Script =
    Script { text: REPLACE_TEXT, hash: LazyLock::new(|| redis::Script::new(REPLACE_TEXT).get_hash().to_owned()) };

/// `KEYS[1] ARGV[1]=prefix`: removes what begins with the prefix.
pub(super) static REMOVE: Script =
    Script { text: REMOVE_TEXT, hash: LazyLock::new(|| redis::Script::new(REMOVE_TEXT).get_hash().to_owned()) };

/// `KEYS=tags ARGV[1]=ms ARGV[2..]=a fresh version for each`: the versions, which live for that long at least.
pub(super) static USE_TAGS: Script =
    Script { text: USE_TAGS_TEXT, hash: LazyLock::new(|| redis::Script::new(USE_TAGS_TEXT).get_hash().to_owned()) };

const REPLACE_TEXT: &str = "\
    if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end \
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";

const REMOVE_TEXT: &str = "\
    if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end \
    return redis.call('DEL', KEYS[1])";

// No time passes in a script, so that what it has read is still there when it gets its longer life. A life of -1 has no end.
// A longer life is a change, of which everybody is told who keeps an entry with the tag, and then keeps it no longer. So a tag
// gets twice what it needs, and what is told seldom costs little.
const USE_TAGS_TEXT: &str = "\
    local versions = {} \
    for at, tag in ipairs(KEYS) do \
        versions[at] = redis.call('GET', tag) \
        if not versions[at] then \
            versions[at] = ARGV[at + 1] \
            redis.call('SET', tag, versions[at], 'PX', ARGV[1] * 2) \
        else \
            local life = redis.call('PTTL', tag) \
            if life >= 0 and life < tonumber(ARGV[1]) then redis.call('PEXPIRE', tag, ARGV[1] * 2) end \
        end \
    end \
    return versions";

impl Script {
    /// The command for a server that knows the script; any other answers `NOSCRIPT`.
    pub(super) fn by_hash(&self, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
        command("EVALSHA", &self.hash, keys, arguments)
    }

    /// The command for every server, which knows the script from then on.
    pub(super) fn by_text(&self, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
        command("EVAL", self.text, keys, arguments)
    }
}

fn command(verb: &str, script: &str, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
    let mut command = redis::cmd(verb);
    command.arg(script).arg(keys.len()).arg(keys).arg(arguments);
    command
}
