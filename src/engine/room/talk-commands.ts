// What a person says and does with what is said: checks it, sends it through the member, and shows at once what can be shown.
import { fingerprintBytes } from "../../crypto/group/leaf-credential.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Settings } from "../../store/settings.ts";
import type { Account } from "../account/account.ts";
import type { Self } from "../account/self.ts";
import type { Outcome } from "../api/codes.ts";
import type { ContentCommand, LineEntry, TalkView } from "../api/content.ts";
import type { Event } from "../api/events.ts";
import { done, refuse } from "../api/outcome.ts";
import type { Person } from "../api/people.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Mouth } from "../member/own-lines.ts";
import type { Posts } from "../posts/posts.ts";
import type { FilesOfPosts } from "../posts/posts-desk.ts";
import type { RoomPosts } from "../posts/room-posts.ts";
import { isSeen } from "../text/clean.ts";
import { isOneEmoji } from "../text/emoji.ts";
import { type Body, type BodyOf, maxDisappearSeconds, maxQuoteBytes, maxTextBytes } from "../wire/content-kinds.ts";
import type { Letter, PairKind } from "../wire/letter.ts";
import { Letters } from "./letters.ts";
import { contentIdOf, type Said } from "./lines.ts";
import { MemberKeys } from "./member-keys.ts";
import { Receipts } from "./receipts.ts";
import type { Room } from "./room.ts";
import { OwnTyping } from "./typing.ts";
import { VerifyCommands } from "./verify-commands.ts";

/** Nobody is told who types in a bigger room: it would be most of what is sent. */
const typingCrowd = 20;

export interface TalkCommandsOptions {
	readonly self: Self;
	readonly context: {
		readonly settings: Settings;
		readonly account: Pick<Account, "setVerified" | "trustOf">;
		readonly now: () => number;
		/** Returns milliseconds on a clock that only goes forward. */
		readonly uptime: () => number;
		readonly emit: (event: Event) => void;
		/** The posts of the program; absent where none are kept. */
		readonly posts?: Pick<Posts, "inRoom">;
		/** Is called when something that a snapshot shows has changed. */
		readonly changed: () => void;
	};
	readonly isHost: boolean;
	/** Returns the room, and nothing until we are in. */
	readonly room: () => Room | undefined;
	readonly member: () => Mouth | undefined;
	/** Returns what the room has for what goes with posts. */
	readonly files: () => FilesOfPosts;
	/** Is called with each letter that somebody in the room has sealed to us. */
	readonly onLetter: (from: Person, letter: Letter) => void;
}

const notInRoom = refuse({ code: "not_in_room" });
const noSuchLine = refuse({ code: "no_such_line", why: "gone" });
const notYourLine = refuse({ code: "no_such_line", why: "notYours" });
const tooMany = refuse({ code: "too_many_pending" });

/** Carries out what is asked of the talk, during one stay. */
export class TalkCommands {
	readonly #options: TalkCommandsOptions;
	readonly #receipts: Receipts;
	readonly #typing = new OwnTyping();
	readonly #keys = new MemberKeys();
	readonly #verify: VerifyCommands;
	readonly #letters: Letters;
	/** The posts as they are told in this room; absent where none are kept. */
	readonly posts: RoomPosts | undefined;

	constructor(options: TalkCommandsOptions) {
		this.#options = options;
		this.#receipts = new Receipts({
			toldSeq: () => options.member()?.toldSeq ?? 0,
			tell: () => this.#signal({ kind: "receipt" }),
			people: () => options.room()?.people().length ?? 0,
			uptime: options.context.uptime,
			random: Math.random,
		});
		const { self, room, context } = options;
		this.#verify = new VerifyCommands({
			...context,
			self,
			keys: this.#keys,
			room,
			say: (body) => this.#say(body).kind === "done",
		});
		const { onLetter } = options;
		const { uptime } = context;
		this.#letters = new Letters({ self, keys: this.#keys, say: (body) => this.#say(body), onLetter, uptime });
		this.posts = context.posts?.inRoom({
			people: () => room()?.people() ?? [],
			say: (body) => this.#say(body),
			sendKey: (to, letter) => this.#letters.send(to, letter, "posts"),
			files: options.files,
			tell: (notice) => room()?.notice("warning", notice),
		});
	}

	view(): TalkView | undefined {
		const talk = this.#options.room()?.talk;
		if (!talk) return undefined;
		const verification = this.#verify.view();
		const more = verification ? { verification } : {};
		return { ...talk.view(), ...more, isTellingTyping: this.#isTellingTyping() };
	}

	perform(command: ContentCommand): Outcome | Promise<Outcome> {
		switch (command.kind) {
			case "send":
				return this.#send(command);
			case "edit":
				return this.#edit(command.id, command.text);
			case "delete":
				return this.#delete(command.id);
			case "react":
				return this.#react(command.id, command.emoji);
			case "typing":
				return this.#type(command.isTyping);
			case "setTellTyping":
				return this.#setTellTyping(command.isOn);
			case "setDisappearing":
				return this.#setDisappearing(command.seconds);
			case "retry":
				return this.#retry(command.id);
			default:
				return this.#verify.perform(command);
		}
	}

	/** Is called when we have come into the room, for the first time or anew. `certificates` are those of everybody who is there. */
	entered(roomId: Uint8Array, certificates: readonly Uint8Array[]): void {
		this.#keys.entered(certificates);
		this.#verify.entered(roomId);
		this.#letters.entered(roomId);
		this.posts?.entered(roomId);
	}

	/** Seals a letter to somebody in the room, about a room of this kind, and sends it. */
	sendLetter(to: Fingerprint, letter: Letter, about: PairKind): Promise<Outcome> {
		return this.#letters.send(to, letter, about);
	}

	/** Takes in what only some in the room can open, for whomever it is. */
	heardSealed(from: Person, body: BodyOf<"quiet-letter" | "quiet-posts">, isMissed: boolean): void {
		if (body.kind === "quiet-letter") this.#letters.heard(from, body);
		else this.posts?.heard(from, body, isMissed);
	}

	/** Takes in a step of a verification, for whomever it is. */
	heardStep(from: Person, step: BodyOf<"verify">): void {
		this.#verify.heardStep(from, step);
	}

	/** Is called with each event after the room has taken it in. */
	heard(event: MemberEvent): void {
		const talk = this.#options.room()?.talk;
		if (!talk) return;
		this.#keys.heard(event);
		if (event.kind === "line" && event.seq === talk.lastLineSeq) this.#receipts.heard(event.seq);
		this.#verify.heard(event);
		if (event.kind === "membership") this.posts?.peopleChanged();
		const hasNews = event.kind === "membership" && event.joined.length > 0;
		// Somebody who comes in later has not heard of it.
		if (hasNews && this.#options.isHost && talk.disappearSeconds > 0)
			this.#say({ kind: "disappear", seconds: talk.disappearSeconds });
		const kept = this.#options.room()?.terms.kept;
		if (hasNews && this.#options.isHost && kept) this.#say({ kind: "keep", ...kept });
	}

	close(): void {
		this.#receipts.stop();
		this.#verify.close();
		this.posts?.close();
		this.#options.room()?.talk.close();
	}

	#send({ text, replyTo, isAction = false }: Extract<ContentCommand, { kind: "send" }>): Outcome {
		const refusal = refusalOfText(text);
		if (refusal) return refusal;
		if (isAction) return this.#sayLine({ kind: "action", text });
		if (replyTo === undefined) return this.#sayLine({ kind: "text", text });
		const line = this.#options.room()?.talk.lines.find(replyTo);
		if (!line || line.gone) return noSuchLine;
		return this.#sayLine({ kind: "text", text, reply: { of: referenceTo(line), quote: quoteFrom(line.text) } });
	}

	#edit(id: string, text: string): Outcome {
		const refusal = refusalOfText(text);
		if (refusal) return refusal;
		const line = this.#ownLine(id);
		return "outcome" in line ? line.outcome : this.#say({ kind: "edit", of: contentIdBytesOf(line), text });
	}

	/** Deletes a line. One that was never sent is just taken away. */
	#delete(id: string): Outcome {
		const talk = this.#options.room()?.talk;
		if (talk?.takeUnsent(id)) return done;
		// What has not left this computer yet is taken back without anybody hearing of it.
		if (talk?.isSending(id) && this.#options.member()?.takeBack(id)) {
			talk.takeBack(id);
			return done;
		}
		const line = this.#ownLine(id);
		return "outcome" in line ? line.outcome : this.#say({ kind: "delete", of: contentIdBytesOf(line) });
	}

	#react(id: string, emoji: string): Outcome {
		if (!isOneEmoji(emoji)) return refuse({ code: "bad_text", why: "notOneEmoji" });
		const line = this.#options.room()?.talk.lines.find(id);
		if (!line || line.gone || line.delivery.kind === "failed") return noSuchLine;
		const isMine = line.reactions?.some((one) => one.emoji === emoji && one.isMine) ?? false;
		return this.#say({ kind: "react", of: referenceTo(line), emoji, on: !isMine });
	}

	#type(isTyping: boolean): Outcome {
		const room = this.#options.room();
		if (!room) return notInRoom;
		if (!this.#isTellingTyping() || room.people().length > typingCrowd) return done;
		const news = this.#typing.change(isTyping, this.#options.context.uptime());
		// What could not be told now is told at the next key.
		if (news && !this.#signal({ kind: "typing", on: news === "start" })) this.#typing.said();
		return done;
	}

	#setTellTyping(isOn: boolean): Outcome {
		if (!isOn) this.#type(false);
		this.#options.context.settings.set("tellsTyping", isOn);
		return done;
	}

	#setDisappearing(wish: number | "off"): Outcome {
		if (!this.#options.isHost) return refuse({ code: "not_host", what: "disappearing" });
		const seconds = wish === "off" ? 0 : wish;
		if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > maxDisappearSeconds)
			return refuse({ code: "bad_setting", why: "disappearing" });
		return this.#say({ kind: "disappear", seconds });
	}

	/** Says the line again under its id: whoever got it after all is not shown it twice. */
	#retry(id: string): Outcome {
		const talk = this.#options.room()?.talk;
		const line = talk?.takeUnsent(id);
		if (!line) return noSuchLine;
		const outcome = this.#sayLine(line.said, line.id);
		if (outcome.kind === "refused") talk?.addUnsent(line);
		return outcome;
	}

	#ownLine(id: string): LineEntry | { readonly outcome: Outcome } {
		const line = this.#options.room()?.talk.lines.find(id);
		if (!line || line.gone || line.file !== undefined || line.delivery.kind === "failed")
			return { outcome: noSuchLine };
		return line.from.isSelf ? line : { outcome: notYourLine };
	}

	#sayLine(said: Said, id?: string): Outcome {
		const { room, context } = this.#options;
		const at = context.now();
		const outcome = this.#say(said, at, id);
		if (outcome.kind === "refused" || outcome.id === undefined) return outcome;
		const talk = room()?.talk;
		talk?.say(outcome.id, said, at);
		this.#typing.said();
		const delivery = talk?.lines.find(outcome.id)?.delivery;
		const waitsFor = delivery?.kind === "sending" ? delivery.waitsFor : undefined;
		return waitsFor === undefined ? outcome : { ...outcome, waitsFor };
	}

	#say(body: Body, at = this.#options.context.now(), formerId?: string): Outcome {
		const member = this.#options.member();
		if (!member || !this.#options.room()) return notInRoom;
		const id = member.say(body, at, formerId);
		return id ? { kind: "done", id } : tooMany;
	}

	/** Sends what would be of no use any more once what waits has been sent. Returns whether it is on its way. */
	#signal(body: Body): boolean {
		return this.#options.member()?.outbox.items.length === 0 && this.#say(body).kind === "done";
	}

	#isTellingTyping(): boolean {
		return this.#options.context.settings.get("tellsTyping") ?? true;
	}
}

function refusalOfText(text: string): Outcome | undefined {
	if (Buffer.byteLength(text) > maxTextBytes) return refuse({ code: "text_too_long", what: "message" });
	return isSeen(text) ? undefined : refuse({ code: "bad_text", why: "empty" });
}

function contentIdBytesOf(line: LineEntry): Uint8Array {
	return new Uint8Array(Buffer.from(contentIdOf(line), "hex"));
}

function referenceTo(line: LineEntry): { readonly by: Uint8Array; readonly id: Uint8Array } {
	return { by: fingerprintBytes(line.from.fingerprint), id: contentIdBytesOf(line) };
}

/** Returns as much of the text as a quote may hold. */
function quoteFrom(text: string): string {
	let quote = text.slice(0, maxQuoteBytes);
	while (Buffer.byteLength(quote) > maxQuoteBytes) quote = quote.slice(0, -1);
	return quote.toWellFormed();
}
