// Says in words why the system does not give a file.

/** Returns half a sentence for the system's word, such as "ENOENT"; a word that few people meet stays as it is. */
export function fileTroubleWords(code: string): string {
	return code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "access is denied" : code;
}
