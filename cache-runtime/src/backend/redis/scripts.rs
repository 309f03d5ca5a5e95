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

const REPLACE_TEXT: &str = "\
    if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end \
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";

const REMOVE_TEXT: &str = "\
    if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) ~= ARGV[1] then return 0 end \
    return redis.call('DEL', KEYS[1])";

impl Script {
    /// The command for a server that knows the script; any other answers `NOSCRIPT`.
    pub(super) fn by_hash(&self, key: &str, arguments: &[&[u8]]) -> Cmd {
        command("EVALSHA", &self.hash, key, arguments)
    }

    /// The command for every server, which knows the script from then on.
    pub(super) fn by_text(&self, key: &str, arguments: &[&[u8]]) -> Cmd {
        command("EVAL", self.text, key, arguments)
    }
}

fn command(verb: &str, script: &str, key: &str, arguments: &[&[u8]]) -> Cmd {
    let mut command = redis::cmd(verb);
    command.arg(script).arg(1).arg(key).arg(arguments);
    command
}
