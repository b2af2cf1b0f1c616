//! A TCP proxy between a client and a database server that knows where a client's messages begin, and can cut the
//! connection at each of them.

mod protocol;

use std::{
    io::{self, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use protocol::{Message, Protocol};

/// Runs until it is dropped; speaks PostgreSQL's or MySQL's protocol, without TLS.
///
/// Counted are the messages that a client sends after its start-up, over all connections, from 1, but for a pool's pings.
#[derive(Debug)]
pub(crate) struct Proxy {
    url: String,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    messages: Vec<String>,
    round_trips: usize,
    bytes: usize,
    received: usize,
    latency: Duration,
    cut: Option<Cut>,
    was_cut: bool,
    open: Vec<TcpStream>,
    stopped: bool,
}

/// Where a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Before(usize),
    After(usize),
}

impl Proxy {
    /// Listens on a loopback port, and forwards to the server of this URL.
    pub(crate) fn start(upstream_url: &str) -> Self {
        let (protocol, upstream) = protocol::of_url(upstream_url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let url = upstream_url.replacen(&upstream, &address.to_string(), 1);
        let state = Arc::new(Mutex::new(State::default()));
        let proxy = Self { url, address, state: Arc::clone(&state) };
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if lock(&state).stopped {
                    break;
                }
                // A server that is down looks to the client as it does without a proxy: the connection ends.
                let Ok(server) = TcpStream::connect(&upstream) else { continue };
                let connection = Connection { client, server, state: Arc::clone(&state), answered: Arc::default() };
                thread::spawn(move || connection.serve(protocol));
            }
        });
        proxy
    }

    /// The upstream's URL, by way of this proxy.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What clients have sent, in order: the `k`-th message is at `k - 1`, each by its kind and the beginning of its
    /// text.
    pub(crate) fn messages(&self) -> Vec<String> {
        lock(&self.state).messages.clone()
    }

    /// How often a client has sent something after it had received something: what it sends without waiting for the
    /// answer to what it sent before belongs to the same trip.
    pub(crate) fn round_trips(&self) -> usize {
        lock(&self.state).round_trips
    }

    /// How much has gone over the wire, both ways, start-ups included.
    pub(crate) fn bytes(&self) -> usize {
        lock(&self.state).bytes
    }

    /// The bytes that servers have sent.
    pub(crate) fn received(&self) -> usize {
        lock(&self.state).received
    }

    /// Every round trip takes so much longer from now on, those that open a connection included.
    pub(crate) fn set_latency(&self, latency: Duration) {
        lock(&self.state).latency = latency;
    }

    /// Cuts the connection that sends the `k`-th message, and the server never sees that message. Later connections
    /// are served.
    pub(crate) fn cut_before(&self, k: usize) {
        lock(&self.state).cut = Some(Cut::Before(k));
    }

    /// Cuts the connection that sends the `k`-th message when the server has the whole of it, and the client never
    /// sees its answer. Later connections are served.
    pub(crate) fn cut_after(&self, k: usize) {
        lock(&self.state).cut = Some(Cut::After(k));
    }

    /// Was the message reached at which to cut?
    pub(crate) fn was_cut(&self) -> bool {
        lock(&self.state).was_cut
    }

    /// Cuts every connection now.
    pub(crate) fn cut_all(&self) {
        lock(&self.state).open.drain(..).for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        lock(&self.state).stopped = true;
        self.cut_all();
        // Wakes the listening thread, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap()
}

/// One client's connection and the one to the server that stands for it.
struct Connection {
    client: TcpStream,
    server: TcpStream,
    state: Arc<Mutex<State>>,
    /// Has the server said something since the client's last exchange began?
    answered: Arc<AtomicBool>,
}

impl Connection {
    /// Forwards both ways until one side ends. Errors are ends: the other side sees the connection close.
    fn serve(self, protocol: Protocol) {
        let _ = self.open(protocol);
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Write);
    }

    fn open(&self, protocol: Protocol) -> io::Result<()> {
        self.client.set_nodelay(true)?;
        self.server.set_nodelay(true)?;
        lock(&self.state).open.extend([self.client.try_clone()?, self.server.try_clone()?]);

        let mut from_client = BufReader::new(self.client.try_clone()?);
        let latency = lock(&self.state).latency;
        // TCP's own.
        thread::sleep(latency);
        protocol.start_up(&mut from_client, &self.client, &self.server, latency)?;
        let (client, server) = (self.client.try_clone()?, self.server.try_clone()?);
        let (state, answered) = (Arc::clone(&self.state), Arc::clone(&self.answered));
        thread::spawn(move || answers(server, client, &state, &answered));
        self.requests(protocol, &mut from_client)
    }

    fn requests(&self, protocol: Protocol, from_client: &mut BufReader<TcpStream>) -> io::Result<()> {
        loop {
            // What lies ready with the message before it was sent without waiting for an answer.
            let is_alone = from_client.buffer().is_empty();
            let message = protocol.read(from_client)?;
            let waited = is_alone && message.begins_exchange() && self.answered.swap(false, Ordering::Relaxed);
            let (cut, latency) = self.count(&message, waited);
            if waited {
                thread::sleep(latency);
            }
            if cut.is_some() {
                // First of all, so that no answer slips through.
                self.client.shutdown(Shutdown::Both)?;
            }
            if !matches!(cut, Some(Cut::Before(_))) {
                (&self.server).write_all(message.bytes())?;
            }
            if cut.is_some() {
                return Ok(());
            }
        }
    }

    fn count(&self, message: &Message, waited: bool) -> (Option<Cut>, Duration) {
        let mut state = lock(&self.state);
        state.bytes += message.bytes().len();
        if message.is_counted() {
            state.round_trips += usize::from(waited);
        }
        let is_numbered = message.is_counted() && !message.is_ping();
        if is_numbered {
            state.messages.push(message.to_string());
        }
        let number = state.messages.len();
        let here = |cut: &Cut| is_numbered && [Cut::Before(number), Cut::After(number)].contains(cut);
        let cut = state.cut.filter(here);
        state.was_cut |= cut.is_some();
        (cut, state.latency)
    }
}

/// Forwards what the server says. When the client is gone it is still read to its end, since a server that cannot
/// write does not finish what it was told.
fn answers(mut server: TcpStream, mut client: TcpStream, state: &Mutex<State>, answered: &AtomicBool) {
    let mut buffer = [0; 16 * 1024];
    let mut is_there = true;
    while let Ok(length @ 1..) = server.read(&mut buffer) {
        let mut counted = lock(state);
        counted.received += length;
        counted.bytes += length;
        drop(counted);
        answered.store(true, Ordering::Relaxed);
        is_there = is_there && client.write_all(&buffer[..length]).is_ok();
    }
    let _ = client.shutdown(Shutdown::Both);
}
