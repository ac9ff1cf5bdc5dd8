// What `rt --help` and `rt help TOPIC` print.
import { rpcHelp } from "../rpc/help-rpc.ts";
import { settingsHelp } from "../settings/settings-help.ts";
import { exitCodeTable } from "../words/exit-codes.ts";
import type { HelpTopic } from "./arguments/arguments.ts";
import { asTypedHere } from "./help-as-typed.ts";
import { waysHelp } from "./help-ways.ts";

const general = `Real Talk: people talk directly to each other in the terminal, end-to-end encrypted, with no server in between.

  rt                      the start screen: open a room, join one, see who you are
  rt host [OPTIONS]       open a room
  rt send PATH...         send files or folders to a friend: opens a room for it, and ends when they have arrived
  rt ADDRESS PORT         join a room (also: rt ADDRESS:PORT, rt join ADDRESS PORT, rt rt://INVITE)
  rt join                 join a room: choose one on this network, or say where
  rt lan                  the rooms that show themselves on this network
  rt demo                 try everything alone: a room on this computer with two bots; nothing of it stays
  rt key ...              show, export, import or lock your key
  rt blocks ...           who is blocked: list, add, remove; also while a room is open
  rt buddies              your buddies: --fingerprint shows whole keys, yours too; --json for programs
  rt posts [NAME|LINK]    whose posts you can read, those of NAME, or those to which a feed link leads (rt-posts:…); --json
  rt posts add TEXT       post something, with --file PATH a file or folder; whoever may read it gets it in your next room
  rt forge FILE           make a conversation off the record alone, with the owner of that public key; --check FILE checks one
  rt told                 what is on this computer's disk (in a room, /told: what others have learned so far)
  rt log ROOM ...         what is kept of a room that stays: --since, --until, --from, --search, --json (rt help daemon)
  rt history ...          the same as a whole: export ROOM; purge [ROOM] forgets it
  rt geoip ...            the offline data that says where an address is: status, lookup, update, import
  rt dht-node             run a DHT of your own (rt help dht)
  rt relay                run a relay that passes on what it cannot read (rt help relay)
  rt page                 the page for guests in a browser: its SHA-256; --save FILE (rt help relay)
  rt help-tor             help people reach Tor whose network blocks it (rt help tor)
  rt daemon ...           rooms that go on without a window: run it, status, stop, --install (rt help daemon)
  rt unlock               give the background process the passphrase of your key
  rt profiles             your profiles; --profile NAME starts one: another key, other contacts, nothing shared
  rt doctor               can people outside get in? What your networks and your router say
  rt licences             who has written what this program is made of, and under which licences
  rt help [TOPIC]         topics: host join send key blocks geoip doctor dht relay tor daemon rpc plain exit-codes security
                          settings files

Options
  --name NAME             the name others see
  --plain                 line mode, for screen readers and pipes (by itself when input or output is no terminal)
  --full-screen           the full screen, also where a screen reader is said to be at work (INK_SCREEN_READER=true, config.toml)
  --rpc                   JSON-RPC for programs (with host or join; see rt help rpc)
  --password-file FILE    read the room's password from FILE (- is the first line of the input)
  --home DIR              keep everything in DIR (also: RT_HOME)
  --profile NAME          be somebody else: everything is kept apart, below that folder
  -h, --help              this help
  -V, --version           the version

  --interface NAME        listen and dial by this network interface only (e.g. wlan0); names cannot be looked up then
  --no-lan                ask nobody on this network for rooms, and show none (also: RT_NO_LAN=1)
  --proxy URL             join through a proxy: socks5://HOST:PORT or http://HOST:PORT (rt help join)
  --no-proxy              go around the proxy that config.toml names

Options of rt host
  --port N                listen on port N (0, the default: a free one is picked)
  --bind ADDRESS          listen on this address only (default: all)
  --visible               show the room to everyone on this network: your name, your key, and that a room is open
  --keep NAME             a room that stays: go on with the one of this name, or open it (rt help host)
  --off-record FINGERPRINT  a room for you and that person alone, off the record (rt help host)
  --history DAYS          with --keep: everybody's program keeps what is said on its own disk, encrypted (/history says more)
  --no-portmap            do not ask the router to let people in from outside
  --dht                   the invite finds the room through the DHT, also where no port is open (rt help dht)
  --tor                   the room is reached through Tor, and in no other way (rt help tor)`;

const host = `rt host: open a room and be its first member

  rt host [--port N] [--bind ADDRESS] [--interface NAME] [--no-portmap] [--visible] [--no-lan] [--name NAME]
          [--keep NAME] [--history DAYS] [--off-record FINGERPRINT] [--password-file FILE] [--plain|--rpc]
          [--commands]
          [--home DIR]

You are asked for a password, or take the one that is offered. Then you see what to tell your friends: one line for
each address. Everyone who connects has 3 attempts. After 3 wrong passwords they are disconnected; after 3 more on a
second connection their address is blocked until you unblock it. You are told each time.

Leaving closes the room for everyone. Nobody sees what was said before they joined.

Your router is asked (UPnP, NAT-PMP, PCP) to let people in from outside on the room's port, and to close it again when
the room closes. Nobody else is asked. --no-portmap, or RT_NO_PORTMAP=1 in the environment, leaves the router alone.

--keep NAME opens a room that stays when you leave, and goes on with it the next time: everyone who was in it comes back
without the password, and messages wait for people who are away, encrypted, up to 14 days and 64 MiB. The password you
give counts from then on. In a room that is open, /keep NAME does the same; /forget room ends the room for everyone.
With --history DAYS everybody's program keeps the conversation on its own disk for that many days, in an encrypted file;
without it nothing is kept. Everybody sees it. You can keep less (/history mine 7); nobody can be stopped from keeping more.

--off-record FINGERPRINT opens a room for you and the person with that key, and nobody else. Nothing in it is signed with
your keys: either of you could have made the whole conversation alone, so nobody can prove afterwards what was said, or
that you were there. The other one comes in by the invite and the password. Such a room has no history, and never becomes
one of another kind. It does not protect you from somebody who sits beside one of you, or from what the other one
writes down.

--visible shows the room to everyone on the same network (WiFi, cable; not over VPNs): they see your name and your key's
six words, which your own screen shows too, and find the room in rt join and rt lan. It is off otherwise, in each new
room; in the room, Settings (F3) or /visible turn it on and off. Whoever finds it still needs the password.

--interface NAME keeps the room to one interface: rt listens on its addresses alone and asks only the router behind it.
A connection whose answers would leave by another interface is closed; if the interface goes, the room is out of reach.`;

const join = `rt join: join a room

  rt ADDRESS PORT [--interface NAME] [--bind ADDRESS] [--name NAME] [--password-file FILE] [--plain|--rpc]
                  [--commands] [--home DIR]
  rt ADDRESS:PORT         the same; an IPv6 address needs brackets: rt [2001:db8::1]:40213
  rt join ADDRESS PORT    the same; needed when the address looks like a command, e.g. a computer called "host"

  rt rt://...             an invite, as the host's screen shows it
  rt join NAME            a room that stays and that you were in, or the room with a buddy (rt buddies; a whole key does
                          too): you read what you missed, and need no password
  rt join                 choose one of the rooms on this network, or say where

  --proxy URL             go through a proxy: socks5://[USER:PASSWORD@]HOST:PORT or http://[USER:PASSWORD@]HOST:PORT

The proxy looks names up and learns whom you call, not what is said. UDP, the DHT, rooms on this network and the router
are left out, and no room can be opened. In config.toml (proxy = "…") a password is not in the list of processes.

You are asked for the room's password and have 3 attempts. You see each address that is tried, and why it did not work.

rt join (until you have chosen) and rt lan ask everyone on this network for rooms. rt also asks for the host of a room that
stays while that host answers nowhere, in a network where the host has been. Nothing else does. --no-lan, or RT_NO_LAN=1
in the environment, forbids it. Anybody there can show any name: compare the six words beside it with those
on your friend's screen. A room from the list is joined only if its host has the key that the words belong to.

--interface NAME and --bind ADDRESS (one of this computer's own) say by which way rt may go out. When the system would
send by another one, or that one has gone, rt does not connect, and closes the connection it has.`;

const key = `rt key: the OpenPGP key that is your identity

  rt key show                   name, fingerprint, and where the private key is kept
  rt key export                 print the public key
  rt key export --private       print the private key, locked by its passphrase if it has one
  rt key import FILE            be known by the key in FILE from now on (- is the input)
  rt key use-gpg FINGERPRINT    be known by a key that gpg keeps, also one on a smartcard
  rt key passphrase             set, change or remove the passphrase

import and use-gpg replace the identity you have, and ask first. Without a terminal they need --yes.
Passphrases are never taken from the command line. Without a terminal each is one line of the input.`;

const blocks = `rt blocks: who may not try any more

  rt blocks                              show them, and what goes with each block
  rt blocks add SUBJECT [for TIME] [NOTE]   keep SUBJECT out; TIME is a number with m, h, d or w: for 2h
  rt blocks remove SUBJECT               let them try again

SUBJECT is an address (81.2.69.160), a range (81.2.69.0/24, 2001:db8::/32), a network owner (AS3320; needs the GeoIP data)
or a whole OpenPGP fingerprint. An address is also blocked after six wrong passwords in two connections; IPv6 addresses are
counted and blocked by their network (/64). Whoever has a blocked key is told so after the password, before they see anything.

A room that is open at the same time follows within a second: people you block here are removed from it.
You cannot block this computer, its own addresses or your own key.`;

const geoip = `rt geoip: the offline data that says where an address is

  rt geoip status               how old it is, where it is from, under which licence
  rt geoip lookup ADDRESS       where an address is, and whose network it belongs to
  rt geoip update               get DB-IP's newest, which come out each month and need no key, after saying what and how much
                                (--yes: without asking)
  rt geoip update --maxmind-key-file FILE
                                get GeoLite2 from MaxMind, with a free licence key of your own. FILE is the GeoIP.conf that
                                MaxMind gives you, ACCOUNT:KEY, or the key alone
  rt geoip import FILE.mmdb     use a GeoLite2 or DB-IP database (City, Country or ASN) you have already
  rt geoip import FOLDER        use data of geoip-lite that you made with its updater; needs that npm package beside rt

Addresses are looked up on this computer; nobody is asked. Updating is the only thing that uses the network, and only when
you ask for it. A download that was cut off goes on where it stopped. What you had before stays in use until the new data
is complete, checked and tried out. Your own data is kept in your folder (rt help files), under geoip; without any, or when
a newer program has newer data, what came with the program is used.

RT_GEOIP_DBIP and RT_GEOIP_MAXMIND name other servers to update from, for mirrors.`;

const daemon = `rt daemon: rooms that go on without a window

  rt daemon [--name NAME]       run the background process, in this terminal, until rt daemon stop or Ctrl-C
  rt daemon status [--json]     whether it runs, since when, and how many rooms it has; never what is said in them
  rt daemon stop                end it: its rooms are left, and everybody in them is told
  rt daemon --install           write the file by which the system starts it when you log in (systemd, launchd)
  rt unlock                     give it the passphrase of your key, if that has one: it waits for it

While it runs, rt and rt --plain show its rooms in place of rooms of their own. Closing a window then leaves the rooms that
this window has opened or joined, except those that are kept: these go on. When the background process starts it opens and
joins all kept rooms again, your own with the password they have. Several windows may be open at once. Nothing changes with
--rpc, --proxy, --interface or an option of the DHT or Tor (except --tor), nor with rt lan, key, blocks, doctor and others.

The history of a room that has one (/history, rt help host) can be read without a window, whether the background process
runs or not: rt log ROOM [--since DAY] [--until DAY] [--from NAME] [--search TEXT] [--json], days as 2026-11-20,
yesterday or "2026-11-20 14:00"; rt log --search TEXT looks in all rooms. rt history export ROOM [--json] is all of it,
rt history purge [ROOM] --yes forgets it.

When you leave rt with rooms that stay, it asks once whether they should go on in the background. If you say yes, the
background process starts then, and whenever you start rt and it does not run. rt daemon stop ends it, and the question
comes again. Its log is background.log in your folder. RT_NO_BACKGROUND=1 in the environment forbids both, and so does any
option that the background process would not know (--proxy, --interface, those of the DHT, of relays and of Tor).

Programs speak to it by the socket rt.sock in the home (rt help files), with the messages of rt help rpc. Only you can
reach that: the socket has mode 0600 in a folder of mode 0700, and rt looks at both, and whose they are, before it uses
them. There is no TCP port. Each folder has one background process at a time; killing it leaves nothing in the way.

Its log goes to the terminal, or to the journal; it never says who anybody is or what was said. It takes --no-portmap,
--no-lan, --interface and the DHT's options for all its rooms.`;

const plain = `rt --plain: line mode, for screen readers and pipes

Every event is one line. What a person says begins with the time, their name and a colon; what Real Talk tells has two
dashes behind the time, and names in it stand in double quotes. No name can have a colon or a double quote in it, so nobody
can say a line of Real Talk's. A line that begins with two spaces and > goes on with the one above it; at a terminal long
lines are broken so. There are no colours and the cursor never moves.

  10:32 Ann: hello
  10:32 * "Ann" waves
  10:32 -- "Bob" joined (new person, key 89AB CDEF 0123 4567)

You get line mode without asking where input or output is no terminal, where TERM is dumb, and where a screen reader is said
to be at work: by INK_SCREEN_READER=true in the environment, or screen-reader = true in config.toml (rt help settings).
--full-screen gives the full screen there all the same.

What you type is said when you press Enter. /help lists the commands. To begin a line with a slash, type two.

When the input is a pipe, its lines answer the questions in the order they are asked (a name at the first start unless
--name says it, the passphrase of a locked key, the password unless --password-file says it), and all further lines are
said as they are, also those that begin with a slash; with --commands those are commands, as at a terminal. Lines that are
blank are passed over; where one is too long or no UTF-8 text, rt says so and ends with the code bad_text. At the end of
the input, and at /quit, rt waits until the host has passed on what was said, and leaves. A host who leaves closes the
room. Example:

  echo "The build is green." | rt 192.0.2.7 40213 --name Builder --password-file ./password

If a password from a file is wrong, a pipe's lines are not tried as passwords: rt ends with the code wrong_password.`;

const security = `Security, in short

The password opens the door: it is never sent, not even encrypted (CPace), and every guess needs a new try at the host.
The connection is TLS 1.3 with post-quantum key exchange, and the password is proven inside it, for that connection alone.
Everyone proves who they are with an OpenPGP key, and the room's lines are encrypted from member to member with MLS
(RFC 9420): newcomers cannot read what was said before, those who left cannot read what comes after.

Make sure of people you care about: /verify NAME shows six words to read to each other by voice, or asks both for a secret
that only you two know. A known name that comes with another key is an alarm that interrupts: ask them in another way.

Nothing that is said is written to disk in clear. What waits in a room that stays, and a history where it is on, are
encrypted on disk. The host sees the network address of everyone who connects. Passwords do not belong into arguments:
others on the computer can read those, so rt refuses them.`;

const send = `rt send PATH...: send files or folders to a friend

  rt send photo.jpg notes/     opens a room for them, prints what your friend types and the password, and ends when they
                               have arrived. It takes the options of rt host that open ways in (--dht, --relay, --tor ...)

Your friend types that line and the password, and then /accept. In any room the same is done by hand:

  /send PATH...                says what would be sent, how much and to how many, and asks. ~, patterns and folders work
  /accept [NAME] [to FOLDER]   takes the newest, or the one of that name; else into ~/Downloads, or [files] folder
  /decline  /hold  /continue  /cancel    refuse it, let it wait, go on, stop it; /files (F6) shows all

No file comes by itself unless [files] accept-from-verified-mb says so, and none is opened by itself. A file is checked
piece by piece against what its sender has signed. It is written beside its place as .part, replaces nothing, and goes on
where it was after the connection broke or a program was ended. Only people who were in the room when it was offered can
have it; the host keeps it for them, encrypted, up to 2 GB, so that its sender may leave.`;

const files = `Where rt keeps its files

Everything is kept in one folder for data and one for settings, as your system has it (on Linux ~/.local/share and
~/.config). --home DIR or the variable RT_HOME keeps all of it in DIR instead; --home wins. Give every program that runs
at the same time a home of its own, or let windows attach to rt daemon; a profile's home lies below, under profiles.

Files with secrets can be read by you alone. A private key without a passphrase is guarded only by that: set one with
rt key passphrase.`;

const texts: Readonly<Record<Exclude<HelpTopic, "exit-codes">, string>> = {
	host,
	join,
	key,
	blocks,
	geoip,
	...waysHelp,
	rpc: rpcHelp,
	plain,
	security,
	send,
	settings: settingsHelp,
	files,
	daemon,
};

/** Returns the help on a topic, or the general one: several lines, without a line end at the end. */
export function helpText(topic?: HelpTopic): string {
	return asTypedHere(topic === undefined ? general : topic === "exit-codes" ? exitCodes() : texts[topic]);
}

function exitCodes(): string {
	return [
		"Exit codes of rt; names are also the codes of `closed` and `error` (see rt help rpc)",
		"",
		...exitCodeTable(),
	].join("\n");
}
