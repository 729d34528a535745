//! An issuer: its keys over HTTP, on this machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What is answered, and how often it was asked for.
#[derive(Debug)]
struct State {
    status: u16,
    body: String,
    asked: usize,
}

/// Answers until the test ends.
#[derive(Debug)]
pub(crate) struct KeyServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl KeyServer {
    /// An issuer with these keys.
    pub(crate) fn start(keys: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State { status: 200, body: keys.to_owned(), asked: 0 }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who hangs up has no answer, and the next one is served.
                let _ = answer(&stream, &shared);
            }
        });
        Ok(Self { address, state })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// Answers with this from now on.
    pub(crate) fn answer_with(&self, status: u16, body: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.status = status;
        body.clone_into(&mut state.body);
    }

    /// Answers nobody while this is held.
    #[allow(dead_code, reason = "the tests on workerd, which share this file, hold nobody up")]
    pub(crate) fn hold(&self) -> impl Drop + use<'_> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).asked
    }
}

fn answer(mut stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    for line in BufReader::new(stream).lines() {
        if line?.is_empty() {
            break;
        }
    }
    let (status, body) = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked += 1;
        (state.status, state.body.clone())
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nlocation: /\r\ncontent-length: {length}\r\n");
    stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes())
}
