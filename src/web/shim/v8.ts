// `node:v8` in a page, which has no say in how its browser looks for garbage.
export function setFlagsFromString(): void {}
