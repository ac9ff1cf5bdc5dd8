// Lets Node's test runner know of which test an error is that nobody waited for, without the hook that it has for that. The hook follows every promise and
// every socket, a quarter of the processor's time of tests that open rooms; here V8 itself carries along which test runs (AsyncLocalStorage).
// Imported by run-tests.ts, before anything imports node:test.
import type * as AsyncHooks from "node:async_hooks";
import { createRequire } from "node:module";

type Init = NonNullable<AsyncHooks.HookCallbacks["init"]>;

const require = createRequire(import.meta.url);
/** What the runner takes from this module, once, when it is loaded. */
const hooks: {
	createHook: (callbacks: { readonly init: Init }) => { enable(): void; disable(): void };
	executionAsyncId: typeof AsyncHooks.executionAsyncId;
	AsyncResource: typeof AsyncHooks.AsyncResource;
	readonly AsyncLocalStorage: typeof AsyncHooks.AsyncLocalStorage;
} = require("node:async_hooks");
const { createHook, executionAsyncId, AsyncResource, AsyncLocalStorage } = hooks;

/** The number of the test that runs. */
const running = new AsyncLocalStorage<number>();
let tellTest: Init | undefined;

/** The runner's tests are such resources, and what a test does runs in its scope. */
class Followed extends AsyncResource {
	constructor(type: string, options?: number | AsyncHooks.AsyncResourceOptions) {
		super(type, options);
		// Nothing is said to have caused it: the runner needs only the tests themselves.
		tellTest?.(this.asyncId(), type, -1, this);
	}

	override runInAsyncScope<This, Result>(
		fn: (this: This, ...args: unknown[]) => Result,
		thisArg: This,
		...args: unknown[]
	): Result {
		// Within the scope, which begins with what was stored when the test was made.
		return super.runInAsyncScope(() => running.run(this.asyncId(), () => Reflect.apply(fn, thisArg, args)));
	}
}

hooks.createHook = ({ init }) => {
	tellTest = init;
	return { enable: () => {}, disable: () => {} };
};
hooks.executionAsyncId = () => running.getStore() ?? executionAsyncId();
hooks.AsyncResource = Followed;
require("node:test");
Object.assign(hooks, { createHook, executionAsyncId, AsyncResource });
