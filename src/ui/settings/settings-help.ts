// What `rt help settings` says: every setting, with what holds without it.
import { standardKeymap } from "./keymap.ts";

/** Says what config.toml may have in it, and what holds without it. */
export const settingsHelp = `Settings

rt reads config.toml in its folder for settings (on Linux ~/.config/real-talk; with --home DIR or RT_HOME in that folder).
There is none at first. Everything in it is optional; this is what holds without it:

  theme = "auto"          auto (by the terminal's background), dark, light, high-contrast, 16-colours, none
  editing = "emacs"       keys of the message box: emacs or vi
  mouse = true            the wheel scrolls and clicks work; false: the mouse selects text
  bell = true             the terminal's bell may ring
  motion = true           things may move on screen
  links = true            web addresses can be clicked, where the terminal can
  desktop = "off"         what rt daemon tells the desktop while no window is open, by notify-send or osascript: "who" has
                          written where, or the "text" as well; other programs on this computer can see it for a moment
  screen-reader = false   lines instead of the full screen
  proxy = "socks5://…"    join rooms through this proxy (rt help join); there is none at first

  [calls]                 what calls you while you look at another window; off, bell, desktop or both
  mentions = "both"       messages with your name
  messages = "off"        all other messages
  files = "bell"          files and folders that somebody offers; no name of a file ever stands in it
  joins = "off"           people who join somebody else's room
  posts = "off"           new posts of others (/posts)
  alerts = "bell"         in a room of your own: people who join, wrong passwords, blocks
  title = true            the window's title counts unread lines; nothing said and no name ever stands in it
  names = false           notifications say who it was; what was said never stands in them

  [files]
  folder = "~/Downloads"          where files go that you take without saying where
  accept-from-verified-mb = 0     files of people you have verified come by themselves up to so many MB; 0: none do
  limit-kb-per-second = 500       no faster in each direction; there is no limit at first

  [tor]
  bridges = ["obfs4 …"]   bridges into Tor's network (rt help tor)
  torrc = "FILE"          further lines for rt's own Tor
  control, socks = "…"    or a Tor that runs already, as --tor-control and --tor-socks have it
  page = true             rooms through Tor answer Tor Browser with the page for guests, as --page

  [relay]
  urls = ["wss://…"]      relays for your rooms, used where you ask for it (Ctrl-T, /relay on; rt help relay)
  token-file = "FILE"     what a private relay asks for

  [keys]                  one key or several for an action, e.g. palette = ["Ctrl-K", "F5"]; [] takes its key away
${actionRows()}

Enter, Esc, Tab, Ctrl-C and Ctrl-Z always mean the same. A file with something wrong in it is refused with the place.`;

function actionRows(): string {
	return standardKeymap.bindings
		.map(({ action, keys, does }) => `  ${`${action} = ${tomlOf(keys)}`.padEnd(33)} ${does}`)
		.join("\n");
}

function tomlOf(keys: readonly string[]): string {
	const written = keys.map((key) => `"${key}"`);
	return written.length === 1 ? (written[0] ?? "") : `[${written.join(", ")}]`;
}
