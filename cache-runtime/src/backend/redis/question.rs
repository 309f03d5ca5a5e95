//! What goes to the server in one round trip.

use std::mem;

use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, RedisResult, Value};

/// One command, or several in a row, and whether they may reach the server twice.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    words: Words<'a>,
    may_be_repeated: bool,
    is_urgent: bool,
}

#[derive(Clone, Copy)]
enum Words<'a> {
    Command(&'a Cmd),
    Pipeline(&'a Pipeline),
    /// A change, and the news of it.
    News(&'a Pipeline),
    /// Commands that have nothing to do with each other.
    Bundle(&'a Pipeline),
}

impl<'a> Question<'a> {
    /// A command that does no harm when it comes a second time, however late.
    pub(super) fn repeatable(command: &'a Cmd) -> Self {
        Self::new(Words::Command(command), true)
    }

    /// A command that puts something: what was removed meanwhile would be back.
    pub(super) fn once(command: &'a Cmd) -> Self {
        Self::new(Words::Command(command), false)
    }

    /// As [`repeatable`](Self::repeatable), for several commands. Their answers arrive as one array.
    pub(super) fn repeatable_pipeline(pipeline: &'a Pipeline) -> Self {
        Self::new(Words::Pipeline(pipeline), true)
    }

    /// A change, and behind it what tells others of it, whose refusal is an answer like any other. To be sent once: what is
    /// repeated is the change alone.
    pub(super) fn with_news(pipeline: &'a Pipeline) -> Self {
        Self::new(Words::News(pipeline), false)
    }

    /// Several commands that are only on the same way: the refusal of one is an answer like any other.
    pub(super) fn bundle(pipeline: &'a Pipeline, may_be_repeated: bool) -> Self {
        Self::new(Words::Bundle(pipeline), may_be_repeated)
    }

    fn new(words: Words<'a>, may_be_repeated: bool) -> Self {
        Self { words, may_be_repeated, is_urgent: false }
    }

    /// The same; there is room for it where there is none for other questions.
    pub(super) fn urgent(self) -> Self {
        self.urgent_if(true)
    }

    pub(super) fn urgent_if(self, is_urgent: bool) -> Self {
        Self { is_urgent, ..self }
    }

    pub(super) fn is_urgent(self) -> bool {
        self.is_urgent
    }

    pub(super) fn may_be_repeated(self) -> bool {
        self.may_be_repeated
    }

    pub(super) async fn ask(self, connection: &mut MultiplexedConnection) -> RedisResult<Value> {
        match self.words {
            Words::Command(command) => connection.send_packed_command(command).await,
            Words::Pipeline(pipeline) | Words::News(pipeline) | Words::Bundle(pipeline) => {
                connection.send_packed_commands(pipeline, 0, pipeline.len()).await.map(Value::Array)
            }
        }
    }

    /// The answer as it is to be taken: a refusal arrives as a value, not as an error.
    pub(super) fn judged(self, answer: Value) -> RedisResult<Value> {
        match (self.words, answer) {
            (Words::News(_), Value::Array(mut answers)) => {
                if let Some(change) = answers.first_mut() {
                    *change = mem::replace(change, Value::Nil).extract_error()?;
                }
                Ok(Value::Array(answers))
            }
            (Words::Bundle(_), answers) => Ok(answers),
            (_, answer) => answer.extract_error(),
        }
    }
}
