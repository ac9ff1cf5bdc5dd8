// `node:url` in a page: the name of a host as it is dialled, by the page's own URL parser.
export function domainToASCII(name: string): string {
	return URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : "";
}
