// Answers the requests of a JSON-RPC 2.0 client: what is malformed is told apart, what is known is called, and every answer is one object or one batch.
import { createJSONRPCErrorResponse, JSONRPCErrorCode, JSONRPCErrorException, JSONRPCServer } from "json-rpc-2.0";
import * as v from "valibot";
import type { ErrorCode } from "../../engine/api/codes.ts";

/** The error code of refusals. JSON-RPC 2.0 §5.1 leaves -32000 to -32099 to servers; clients tell errors apart by `data.code`. */
const refusedCode = -32_000;

/** One batch may have at most this many requests, which is more than any client needs; each answer takes more room than the smallest request. */
const batchLimit = 1000;

/** An RpcMethod is a method, which gets params that fit `params` and returns what goes into `result`. */
export interface RpcMethod<Schema extends v.ObjectSchema<v.ObjectEntries, undefined>> {
	readonly params: Schema;
	readonly call: (params: v.InferOutput<Schema>) => unknown;
}

/** Takes one line's text; resolves with the line to answer, or `undefined` when nothing is to be answered. */
export type AnswerLine = (text: string | undefined) => Promise<string | undefined>;

// JSON-RPC 2.0 §4. An id is given back as it came, so a number that a double does not hold exactly (beyond 2^53, or 1e999) is no id; fractions should not be one.
const requestSchema = v.object({
	jsonrpc: v.literal("2.0"),
	method: v.string(),
	params: v.optional(v.union([v.record(v.string(), v.unknown()), v.array(v.unknown())])),
	id: v.optional(v.union([v.string(), v.pipe(v.number(), v.safeInteger()), v.null()])),
});
const idSchema = v.object({ id: requestSchema.entries.id });

/** Holds the methods by name. `onFault` hears of bugs: what a method threw that was no refusal. */
export class RpcServer {
	readonly #server: JSONRPCServer;

	constructor(onFault: (error: unknown) => void) {
		this.#server = new JSONRPCServer({
			errorListener: (_message, error) => {
				if (!(error instanceof JSONRPCErrorException)) onFault(error);
			},
		});
		this.#server.mapErrorToJSONRPCErrorResponse = (id, error: unknown) =>
			error instanceof JSONRPCErrorException
				? createJSONRPCErrorResponse(id, error.code, error.message, error.data)
				: createJSONRPCErrorResponse(id, JSONRPCErrorCode.InternalError, "Internal error", { code: "internal" });
		this.#server.handleMethodNotFound = (request) =>
			Promise.resolve(
				request.id === undefined
					? null
					: createJSONRPCErrorResponse(request.id, JSONRPCErrorCode.MethodNotFound, "There is no such method.", {
							code: "method_not_found",
						}),
			);
	}

	/** Makes a method callable. */
	add<Schema extends v.ObjectSchema<v.ObjectEntries, undefined>>(name: string, method: RpcMethod<Schema>): void {
		this.#server.addMethod(
			name,
			async (params: unknown) => (await method.call(checkedParams(method.params, params))) ?? {},
		);
	}

	/** Answers one line; `undefined` stands for bytes that are not UTF-8. It never rejects. */
	readonly answer: AnswerLine = async (text) => {
		if (text?.trim() === "") return undefined;
		const parsed = parseJson(text);
		if (parsed.kind === "broken") return errorLine(JSONRPCErrorCode.ParseError, "Parse error", "parse_error");
		const response = Array.isArray(parsed.value) ? await this.#batch(parsed.value) : await this.#single(parsed.value);
		return response === null ? undefined : JSON.stringify(response);
	};

	async #batch(items: readonly unknown[]): Promise<readonly object[] | object | null> {
		if (items.length === 0) return invalidRequest({}, "An empty batch is no request.", "invalid_request");
		if (items.length > batchLimit)
			return invalidRequest({}, `A batch has at most ${batchLimit} requests.`, "batch_too_long");
		// One by one: the package's own batch stops at `null` and gives a lone answer without its array (JSON-RPC 2.0 §6).
		const answers = await Promise.all(items.map((item) => this.#single(item)));
		const given = answers.filter((answer) => answer !== null);
		return given.length === 0 ? null : given;
	}

	async #single(value: unknown): Promise<object | null> {
		const request = v.safeParse(requestSchema, value);
		if (!request.success) return invalidRequest(value, "Invalid Request", "invalid_request");
		const { id, ...rest } = request.output;
		return this.#server.receive(id === undefined ? rest : { ...rest, id });
	}
}

/** Makes the error that a method throws for what the engine refused. */
export function refusal(code: ErrorCode, message: string): JSONRPCErrorException {
	return new JSONRPCErrorException(message, refusedCode, { code });
}

/** Returns the answer to a line that was too long to be read. */
export function lineTooLong(limitBytes: number): string {
	return errorLine(JSONRPCErrorCode.InvalidRequest, `A line has at most ${limitBytes} bytes.`, "line_too_long");
}

function checkedParams<Schema extends v.ObjectSchema<v.ObjectEntries, undefined>>(
	schema: Schema,
	params: unknown,
): v.InferOutput<Schema> {
	// §4.2 allows leaving params out, and clients of methods without any send [] as well.
	const isEmptyList = Array.isArray(params) && params.length === 0;
	const checked = v.safeParse(schema, params === undefined || isEmptyList ? {} : params);
	if (checked.success && !Array.isArray(params)) return checked.output;
	if (checked.success && isEmptyList) return checked.output;
	const field = checked.success ? undefined : checked.issues[0].path?.map((part) => String(part.key)).join(".");
	const message =
		field === undefined
			? "params must be an object with named fields."
			: `params.${field}: ${checked.issues?.[0].message ?? "is wrong"}`;
	throw new JSONRPCErrorException(message, JSONRPCErrorCode.InvalidParams, {
		code: "invalid_params",
		...(field === undefined ? {} : { field }),
	});
}

function parseJson(
	text: string | undefined,
): { readonly kind: "parsed"; readonly value: unknown } | { readonly kind: "broken" } {
	if (text === undefined) return { kind: "broken" };
	try {
		return { kind: "parsed", value: JSON.parse(text) };
	} catch {
		return { kind: "broken" };
	}
}

/** Makes the answer to a request that is none. It carries the request's id when that is usable (§5: null otherwise). */
function invalidRequest(request: unknown, message: string, code: string): object {
	const found = v.safeParse(idSchema, request);
	const id = found.success ? (found.output.id ?? null) : null;
	return createJSONRPCErrorResponse(id, JSONRPCErrorCode.InvalidRequest, message, { code });
}

function errorLine(number: number, message: string, code: string): string {
	return JSON.stringify(createJSONRPCErrorResponse(null, number, message, { code }));
}
