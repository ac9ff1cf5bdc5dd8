// What `rt help TOPIC` prints of the ways by which people outside get in: the DHT, relays, Tor, and what can be found out about them.

const dht = `The DHT: rooms that are found with nothing but their invite, without an open port

  rt host --dht                 announce the room; the invite (rt://...) then works from anywhere
  rt rt://...                   join: the addresses in the invite first, then the DHT
  --dht-bootstrap HOST:PORT[,HOST:PORT...]
                                enter the DHT by these nodes (at most 4) and no others; default: node1, node2 and
                                node3.hyperdht.org, port 49737. A host's are written into the invite
  --dht-relay KEY               rt host: guests who can't be reached directly may come through this relay
  --allow-relay                 join through the relay an invite names, where there is no direct way
  --no-dht                      never use it, whatever an invite says (also: RT_NO_DHT=1 in the environment)

Without --dht, and without an invite that has it, nothing of it is contacted. Its nodes learn your address and that you
run rt; not which room, and not who is in it. People who have the invite can find the room, and so can people who were in
an earlier room of yours that was announced (they press "d" when it is gone); nobody else can. People whom you remove, or
whose key you block, lose that. The keys it is found under are made for this room or this day and say nothing of who you
are. Passwords, strikes and blocks are as always, and count for the address a guest really has; all who come through a
relay count as one address, the relay's.

Both routers are opened at the same moment ("hole punching"). That fails where both give every connection another port,
and where UDP is blocked: then a relay helps, or an open port. It goes by IPv4, and not together with --interface.

  rt dht-node [--port N] [--bind ADDRESS] [--with-relay] [--dht-bootstrap HOST:PORT]

runs a DHT of your own on a computer with a public IPv4 address: ten nodes on UDP ports N to N+9 (default 48700), and
with --with-relay a relay that passes on what it cannot read. It prints what to type.`;

const relay = `rt relay: a relay for rooms to which no direct way can be opened

  rt relay [--port N] [--bind ADDRESS] [--public-name NAME[,NAME...]] [--behind-proxy] [--token-file FILE]
           [--nats URL --own-name NAME] [--metrics-port N] [--page] [--json]

  rt host --relay wss://NAME[,wss://NAME...] [--relay-token-file FILE]
                          the invite leads to the room through these relays, too

Host and guests both dial it by WebSocket; it joins their connections and passes on what it cannot read. It sees their
addresses, when they talk and how much. It has no accounts and keeps nothing.

  --port N                listen on port N (default 48720; 0: a free one is picked)
  --bind ADDRESS          listen on this address (default 127.0.0.1: a web server on this computer passes connections on)
  --public-name NAME      the name that people dial, with its port where it is not 443 (wss) or 80 (ws)
  --behind-proxy          a web server stands before it and says in X-Forwarded-For who called: limits count by that
  --token-file FILE       only hosts that show the token in FILE may use it; their guests need none
  --nats URL              relays with names of their own ring each other's hosts by this NATS (nats://HOST:PORT); needs
                          --own-name NAME, at which this relay alone is dialled, below the public name
  --metrics-port N        answer /health and /metrics (counts only) on this port of 127.0.0.1
  --page                  answer browsers with the page for guests; the invite behind its # is sent to nobody
  --json                  say where it listens as one line of JSON-RPC

A guest without rt needs a browser and that page: from a file that the host gives away (rt page --save FILE; rt page
prints its SHA-256), or from a relay with --page, whose operator could give out another page than this.

It speaks plain ws:// and belongs behind a web server that speaks https://; docs/relay.md shows how.`;

const tor = `Tor: rooms without anybody's address

  rt --tor, rt host --tor       the room is reached through Tor and in no other way: no port is open, and no router, network
                                or DHT is asked. With --port, --bind, --visible or --dht it is reached that way too
  rt rt://...                   join: an invite of such a room goes through Tor
  --page                        guests without rt come with Tor Browser: the room's onion answers it with the page for guests
                                (rt help relay), and the host's screen says at which address and with which key
  --torrc FILE                  further lines for Tor: a private network, other settings. Ports and folders are rt's
  --tor-control PATH|HOST:PORT  use a Tor that runs already, by its control port (cookie authentication) ...
  --tor-socks PATH|HOST:PORT    ... and its SOCKS port

Tor must be on this computer: sudo apt install tor, or brew install tor. rt starts one of its own, which listens on no port
and ends with rt; the system's is left alone. The host's address is in no invite, and the host learns no guest's.

An invite through Tor is good until the room is over. A room that is kept (--keep) has the same onion after a restart, and
comes back through Tor by itself, in no other way if it was so before; --keep NAME --port N opens a port too.

The invite opens the room's onion service: somebody without one cannot even ask for it, and gets no guess at the password.
Your key is the same in all rooms, so people who meet it through Tor and elsewhere know that both are you. --profile NAME
is a fresh key.

Where Tor is blocked, bridges help. In config.toml, as https://bridges.torproject.org hands them out:

  [tor]
  bridges = ["obfs4 192.0.2.1:443 FINGERPRINT cert=... iat-mode=0"]

obfs4 needs obfs4proxy, snowflake needs snowflake-client (sudo apt install obfs4proxy snowflake-client).

  rt help-tor [--capacity N] [--broker URL] [--stun HOST[:PORT]] [--yes]

helps people reach Tor whose network blocks it, N at a time (default 2), by Debian's snowflake-proxy (sudo apt install
snowflake-proxy). It says first whom it contacts, asks (--yes: does not), tells what it carries, and ends by q. It works
behind any router; rt's own Tor is never a relay, because its being there at the same times would point to your rooms.`;

const doctor = `rt doctor: can people outside get in?

  rt doctor                       this computer's networks, its router, and what that does when asked to open a port
  rt doctor --stun HOST[:PORT]    also asks HOST, a STUN server of your choice, which address it sees
  rt doctor --tor                 does Tor work from here: its start, the clock, bridges, proof of work (rt help tor)

The router is asked by UPnP, NAT-PMP and PCP to open a port for a test, which is closed again at once; --no-portmap, or
RT_NO_PORTMAP=1 in the environment, leaves it alone. Without --stun nobody else is asked. With it rt says first whom it
contacts: HOST learns your public address, and if HOST is a name, your name server learns that you look it up.`;

/** Holds the text of each of these topics. */
export const waysHelp = { dht, relay, tor, doctor } as const;
