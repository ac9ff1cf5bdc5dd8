// `node:vm` in a page: of it only V8's own collecting of garbage is wanted, in which a page has no say.
export function runInNewContext(): undefined {}
