export function trim(modules: string, targets: readonly string[]): void;
