// `node:perf_hooks` in a page: of it only how much a thread works is wanted, by which its garbage is collected. A page knows that of none.
export const performance = undefined;
