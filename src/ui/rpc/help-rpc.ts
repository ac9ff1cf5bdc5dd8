// The JSON-RPC contract as `rt help rpc` prints it. What it promises is tested in test/ui/rpc/rpc.test.ts: additions are fine, changes are not.

import { methodRows } from "./method-texts.ts";

/** The contract as text: several lines, with no line end at the end. */
export const rpcHelp = `rt --rpc: JSON-RPC 2.0 for programs

  rt host --rpc [OPTIONS]
  rt join ADDRESS PORT --rpc [OPTIONS]
  rt join --rpc [OPTIONS]                where to comes later: call join, after browseLan if you like

One JSON message a line (UTF-8, at most 1 MiB) on the input and the output. Nothing else is ever printed on the output;
what is for people goes to stderr. Batches (at most 1000 requests) are answered with a batch. Times are ms since 1970.

At the start
  An identity is made if there is none, called --name NAME, or "someone" without it.
  If it is locked: error {code: "identity_locked"} comes; call unlock.
  --password-file FILE is the room's password (- is the first line of the input; requests follow it). Without it
  passwordRequired comes; call password. A host's has choosing: true, and takes another password until one is accepted.
  When joining, a password from a file answers the first passwordRequired, which is then not sent to you.

The end
  The run ends when you call quit, when the input ends, at SIGINT and SIGTERM, or when the room is over. The last
  notification is one closed; answers to calls still under way may follow it. Leaving as host closes the room. The exit code
  says why it ended (rt help exit-codes).
  If you do not read, your requests wait unread; when 10,000 notifications wait for you, the run ends with code 1.

Rooms
  Every method about a room takes room, and every notification about one carries it: a short name of rt's own. Where there
  is one room, leave it out. With several, a method without it is refused: which_room. Each room that ends tells closed.

Notifications from rt
  listening        {port, addresses: [{address, port, scope}], transports: ["tcp", "udp"]}   scope: loopback, local, global
  reachability     {ways: [WAY], invite?}                          the ways into your room have changed; invite: the rt:// line
  passwordRequired {attemptsLeft, choosing?}
  joined           {self?, member: MEMBER}                         self: true for yourself
  left             {member: MEMBER, reason}                        reason: left, connectionLost, kicked, replaced
  message          {id, from: FROM, at, text, own, isAction?, missed?, mentionsMe?, replyTo?: {id, fingerprint}}
                                                                   missed: true: said while this program was not there
  roomKept         {name, days, megabytes, history, historyDays?}  the room stays: messages wait that long for people who are away;
                                                                   history: everybody's disk keeps them for historyDays
  caughtUp         {messages, lost}                                after what was missed; up to lost more can't be had any more
  buddyProposed    {buddy: BUDDY}                                  somebody wants a room of two: ask your person, call answerBuddy
  buddyAnswered    {buddy: BUDDY, answer}                          answer: accepted, declined, later, withdrawn; in any window
  buddyEnded       {buddy: BUDDY, isOurs}                          two are buddies no longer
  posts            {of: AUTHOR, count, unread}                     count new posts of somebody are here; they are no messages
  messageEdited    {id, from: FROM, text}
  messageDeleted   {id, from: FROM, reason}                        reason: deleted, disappeared
  reaction         {id, from: FROM, by: FROM, emoji, isOn}         id, from: of the message
  delivery         {id, count, of}                                 count of the others have your message
  typing           {member: MEMBER, isTyping}
  disappearing     {seconds?}                                      messages go after that time; without seconds they stay
  verification     {member: MEMBER, state, question?}              state: asking, asked, checking, matched, mismatched,
                                                                   declined, timedOut, left
  keyChanged       {member: MEMBER}                                a name with another key than before: tell your person
  reconnecting     {}                                              the connection to the host broke; what you send waits
  reconnected      {}
  fileOffered      {id, from: FROM, name, size, own?, files?}      files: how many, in a folder; own: yours can be had now
  fileProgress     {id, done, size, of?: FROM}                     at most twice a second; of: the one who has so much of yours
  fileDone         {id, path, sha256}                              it is here, and what its sender has signed; sha256: of the file
  fileTaken        {id, by: FROM}                                  somebody has all of your file
  fileFailed       {id, code, message}                             code: changed, unreadable, wrong_bytes, withdrawn,
                                                                   disk_full, cannot_write, bad_list, bad_name, gone
  strike           {address, location: LOCATION, attempts, disconnected, invite?, folded?}
  blocked          {address, location: LOCATION, invite?, folded?}           folded: true in a burst that people get as one notice
  knock            KNOCK                                           a knock is over; again with a higher count as a burst goes on
  notice           {tone, text, code}                              tone: info, warning, alarm; code: stable, says which notice it is
  lanRooms         {rooms: [LANROOM]}                              after browseLan: the list has changed
  attempt          {transport, address, port, state, why?}         on the way in; state: trying, answered, failed, calledOff
  tor              {percent, summary, why?}                        Tor is starting; why: what keeps it, in a sentence
  error            {code, message, detail?}   detail: what exactly went wrong, for logs
  closed           {code, message}
  FROM is     {name, fingerprint, trust?}                          trust: only when it is changed
  MESSAGE is  {id, from: FROM, at, text, own, isAction?, mentionsMe?, gone?}   gone: deleted, disappeared
  FILE is     {id, name, size, from: FROM, at, state, own?, posted?, files?, shares?, doneBytes?, bytesPerSecond?, why?, path?, sha256?, code?}
              shares (of an own file): [{fingerprint, name, doneBytes, isDone, bytesPerSecond?, isLeftOut?}]
              state: reading, offered, waiting (why: person, source, link, holder), running, done, declined, cancelled, failed
  MEMBER is   {name, fingerprint, trust, self?, host?, address?, network?, location?: LOCATION, formerKeys?: [FORMER],
              knownAs?, hasOwnName?, inBrowser?, leafSince?, leafAtLeastSince?}   inBrowser: came with a browser (rt help relay)
              leafSince: since when their keys in this room are what they are; leafAtLeastSince: since then or longer
              trust: new, known, verified, changed; address and network (what the gate counts and blocks: people with
              the same share it) only on the host's machine; elsewhere location is a label, if the host lets others learn it
  FORMER is   {fingerprint, lastSeenAt, isVerified}   a key that this name had before, when trust is changed
  BUDDY is    {room, kind: "buddy"|"offRecord", fingerprint, shortFingerprint, name, trust, state, role, isHere?}
              state: proposed (by you), asked, later (by them), accepted; isHere: true while both are in their room
  FEED is     {name, fingerprint, shortFingerprint, trust, about, posts, unread, newest?: POST, trouble?: "forked"|"rolledBack",
               canFetch?, isLent?}   canFetch: by fetchPosts; isLent: you give them to whoever has the link
  FETCHED is  {kind: "came", count} {kind: "same"} {kind: "forked"} {kind: "refused", why} {kind: "none", why}
  POST is     {seq, at, text, isUnread, file?: {id, name, sizeBytes, files?, isBadName?}, isNewer?}   isNewer: a newer rt shows it;
              file.id: for acceptFile; nothing of it comes before
  AUTHOR is {name, fingerprint, shortFingerprint, trust}
  WAY is      {way, state, address?, port?, why?, advice?, page?: {url, key}}   page: where Tor Browser finds the page
              way: dht, relay, tor, upnp, natpmp, pcp, pinhole, globalIpv6, globalIpv4, local
              state: checking, open, blocked, unproven
  LANROOM is  {target, name, fingerprint, shortFingerprint, words: [WORD], trust, isOwn?, address, port}   nothing of it is
              proven yet; joining by its target reaches the holder of that key or nobody; words: for comparing by voice
  LOCATION is {label, isSameNetwork, city?, region?, country?, networkOwner?, asn?}
  KNOCK is    {id, at, lastAt, address, location: LOCATION, outcome, guesses, count, addresses, who?: NAMED}
              outcome: joined, gaveUp, wrong, disconnected, blocked, turnedAway, busy, paused, full, passwordChanged, failed
  DISCLOSURE is {kind, to, at}   to: an address, or the name that was looked up; at: when it was first
              kind: dialled, caller, routerSearch, router, shownOnNetwork, askedNetwork, dht, nameServer
  ASKED is    {router, method, protocol, externalPort, internalPort, at, endedAt?}   a port that a router was asked to open
  NAMED is    {name, fingerprint, shortFingerprint, trust?}
  BLOCK is    {kind, address, label, since, reason, location: LOCATION, until?, note?, warning?,
              goesWith: {strikes, knocks, names: [NAMED], alsoBlocked: [address]}}
              kind: address, cidr, fingerprint, asn; reason: strikes, byHand

Methods
${methodRows.join("\n")}

Errors have a stable name in data.code; data.field names the wrong parameter
  -32700 parse_error   -32600 invalid_request, batch_too_long, line_too_long   -32601 method_not_found
  -32602 invalid_params   -32603 internal
  -32000 what rt refuses: no_identity, identity_locked, identity_exists, wrong_passphrase, bad_name, bad_password, bad_target,
         bad_address, bad_text, bad_room_name, kept_elsewhere, not_kept, not_renewed, history_unusable, text_too_long, too_many_pending, not_in_room, already_in_room,
         which_room, no_such_room, too_many_rooms, no_background, not_host, not_asked,
         no_such_member, no_such_line, no_such_file, bad_file, too_many_files, buddy_refused, no_such_buddy, posts_refused,
         verification_busy, bad_setting, lan_off, dht_off, tor_off,
         no_such_route, cannot_listen, internal

Example (> to rt, < from rt)
  < {"jsonrpc":"2.0","method":"passwordRequired","params":{"attemptsLeft":3}}
  > {"jsonrpc":"2.0","id":1,"method":"password","params":{"password":"correct horse"}}
  < {"jsonrpc":"2.0","id":1,"result":{}}
  < {"jsonrpc":"2.0","method":"joined","params":{"self":true,"member":{"name":"Bot","fingerprint":"0123...","trust":"verified","self":true}}}
  > {"jsonrpc":"2.0","id":2,"method":"send","params":{"text":"hello"}}
  < {"jsonrpc":"2.0","id":2,"result":{"id":"7f3a"}}
  > {"jsonrpc":"2.0","id":3,"method":"kick","params":{}}
  < {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"params.fingerprint: ...","data":{"code":"invalid_params","field":"fingerprint"}}}
  > {"jsonrpc":"2.0","id":4,"method":"quit"}
  < {"jsonrpc":"2.0","id":4,"result":{}}
  < {"jsonrpc":"2.0","method":"closed","params":{"code":"left","message":"..."}}`;
