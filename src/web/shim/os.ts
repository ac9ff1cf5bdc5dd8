// `node:os` in a page, which is on no network that it could name.
export const networkInterfaces = (): Readonly<Record<string, never>> => ({});
