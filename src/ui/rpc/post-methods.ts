// The methods about posts: showing something, reading what others show, and who may read one's own.
import * as v from "valibot";
import type { Command, Engine } from "../../engine/api/api.ts";
import type { RpcServer } from "./server.ts";

/** Adds them. `perform` answers as the contract says. */
export function addPostMethods(
	server: RpcServer,
	engine: Engine,
	perform: (command: Command) => Promise<object>,
): void {
	const whom = { fingerprint: v.string() };
	const signed = v.object({ text: v.string(), understood: v.exactOptional(v.boolean()) });
	server.add("posts", {
		params: v.object({ fingerprint: v.exactOptional(v.string()) }),
		call: ({ fingerprint }) => engine.posts(fingerprint),
	});
	const posted = v.object({ ...signed.entries, file: v.exactOptional(v.string()) });
	server.add("post", { params: posted, call: (wish) => perform({ kind: "post", ...wish }) });
	server.add("setAbout", { params: signed, call: (wish) => perform({ kind: "setAbout", ...wish }) });
	server.add("setPostReaders", {
		params: v.object({ who: v.picklist(["nobody", "verified", "known", "link"]) }),
		call: (wish) => perform({ kind: "setPostReaders", ...wish }),
	});
	server.add("setPostReader", {
		params: v.object({ ...whom, may: v.picklist(["yes", "no", "usual"]) }),
		call: (wish) => perform({ kind: "setPostReader", ...wish }),
	});
	server.add("postLink", {
		params: v.object({ isNew: v.exactOptional(v.boolean()), fingerprint: v.exactOptional(v.string()) }),
		call: (wish) => perform({ kind: "postLink", ...wish }),
	});
	server.add("followPosts", {
		params: v.object({ link: v.string() }),
		call: (wish) => perform({ kind: "followPosts", ...wish }),
	});
	server.add("fetchPosts", { params: v.object(whom), call: (wish) => perform({ kind: "fetchPosts", ...wish }) });
	server.add("readPosts", { params: v.object(whom), call: (wish) => perform({ kind: "readPosts", ...wish }) });
	server.add("forgetPosts", { params: v.object(whom), call: (wish) => perform({ kind: "forgetPosts", ...wish }) });
}
