use std::{
    fmt,
    io::{self, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

/// How the client and the server of a connection talk.
#[derive(Clone, Copy, Debug)]
pub(super) enum Protocol {
    Postgres,
    MySql,
}

/// The protocol and the address in a database URL.
pub(super) fn of_url(url: &str) -> (Protocol, String) {
    let (scheme, rest) = url.split_once("://").expect("a database url");
    let protocol = match scheme {
        "postgres" | "postgresql" => Protocol::Postgres,
        "mysql" | "mariadb" => Protocol::MySql,
        other => panic!("no proxy for `{other}`"),
    };
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    (protocol, address.to_owned())
}

/// The requests before PostgreSQL's start-up message that the server answers by one byte: TLS and GSSAPI.
const ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];

impl Protocol {
    /// Forwards what comes before the client's first message of the usual form, each packet so much later.
    pub(super) fn start_up(
        self,
        from_client: &mut impl Read,
        mut client: &TcpStream,
        mut server: &TcpStream,
        latency: Duration,
    ) -> io::Result<()> {
        // MySQL's packets have one form from the beginning.
        while let Self::Postgres = self {
            let mut packet = vec![0; 8];
            from_client.read_exact(&mut packet)?;
            let code = number(&packet[4..]);
            packet.resize(number(&packet[..4]) as usize, 0);
            from_client.read_exact(&mut packet[8..])?;
            thread::sleep(latency);
            server.write_all(&packet)?;
            if !ENCRYPTION.contains(&code) {
                break;
            }
            let mut answer = [0];
            server.read_exact(&mut answer)?;
            client.write_all(&answer)?;
        }
        Ok(())
    }

    /// The client's next message, whole.
    pub(super) fn read(self, from_client: &mut BufReader<TcpStream>) -> io::Result<Message> {
        let (header, length) = match self {
            Self::Postgres => {
                let mut header = [0; 5];
                from_client.read_exact(&mut header)?;
                (header.to_vec(), (number(&header[1..]) as usize).saturating_sub(4))
            }
            Self::MySql => {
                let mut header = [0; 4];
                from_client.read_exact(&mut header)?;
                (header.to_vec(), u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize)
            }
        };
        let mut bytes = header.clone();
        bytes.resize(header.len() + length, 0);
        from_client.read_exact(&mut bytes[header.len()..])?;
        Ok(Message { protocol: self, bytes, header: header.len() })
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A message of a client.
pub(super) struct Message {
    protocol: Protocol,
    bytes: Vec<u8>,
    header: usize,
}

impl Message {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn body(&self) -> &[u8] {
        &self.bytes[self.header..]
    }

    /// Is it more than a part of the start-up? PostgreSQL's passwords are not, nor are the packets of MySQL's
    /// handshake, whose numbers go on from the server's greeting. (A command of 16 MB and more is one message.)
    pub(super) fn is_counted(&self) -> bool {
        match self.protocol {
            Protocol::Postgres => self.bytes[0] != b'p',
            Protocol::MySql => self.bytes[3] == 0,
        }
    }

    /// Does a pool ask whether the connection lives? It does so in the background, beside whatever else is going on.
    pub(super) fn is_ping(&self) -> bool {
        match self.protocol {
            Protocol::Postgres => self.bytes[0] == b'S' && self.body().is_empty(),
            Protocol::MySql => self.body() == [0x0e],
        }
    }

    /// Will the client, having sent it alone or first, wait for the server? Not after goodbye, nor after what has no
    /// answer: MySQL's `COM_STMT_SEND_LONG_DATA` and `COM_STMT_CLOSE`.
    pub(super) fn begins_exchange(&self) -> bool {
        match self.protocol {
            Protocol::Postgres => self.bytes[0] != b'X',
            Protocol::MySql => !matches!(self.body().first(), Some(0x01 | 0x18 | 0x19)),
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, text) = match self.protocol {
            Protocol::Postgres => (char::from(self.bytes[0]).to_string(), self.body()),
            Protocol::MySql => match self.body() {
                [kind, text @ ..] => (format!("{kind:#04x}"), text),
                [] => (String::new(), [].as_slice()),
            },
        };
        let text = String::from_utf8_lossy(text);
        write!(f, "{kind} {}", text.trim_end_matches('\0').chars().take(1_000).collect::<String>())
    }
}
