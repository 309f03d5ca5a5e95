//! `user-service` serves; `user-service --healthcheck` asks a running one for a sign of life.

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;
use user_service::{Config, healthcheck, in_full, run};

#[tokio::main]
async fn main() -> ExitCode {
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("user-service: {}", in_full(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<(), Box<dyn Error>> {
    let config = Config::from_env()?;
    match env::args().nth(1).as_deref() {
        None => {
            // Logs go to the standard error: the standard output has one line, the address.
            let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::try_new(&config.log)?);
            // Where a line cannot be written, to say so there would be a panic in whoever has something to log.
            let log = log.log_internal_errors(false);
            log.with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
            run(config).await
        }
        Some("--healthcheck") => Ok(healthcheck(config.bind).await?),
        Some(other) => Err(format!("`{other}` is unknown; `--healthcheck` or nothing is accepted").into()),
    }
}
