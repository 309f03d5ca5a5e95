//! What goes to the server in one round trip.

use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, RedisResult, Value};

/// One command, or several in a row.
#[derive(Clone, Copy)]
pub(super) enum Question<'a> {
    Command(&'a Cmd),
    /// Their answers arrive as one array.
    Pipeline(&'a Pipeline),
}

impl Question<'_> {
    pub(super) async fn ask(self, connection: &mut MultiplexedConnection) -> RedisResult<Value> {
        match self {
            Self::Command(command) => connection.send_packed_command(command).await,
            Self::Pipeline(pipeline) => {
                connection.send_packed_commands(pipeline, 0, pipeline.len()).await.map(Value::Array)
            }
        }
    }
}
