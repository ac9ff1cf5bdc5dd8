// The word by which this program is started. scripts/bundle.ts puts it into a release.
declare const RT_COMMAND_NAME: string | undefined;

/** Is "./rt" in the folder of a clone, and "rt" where a release was installed. */
export const commandName: string = typeof RT_COMMAND_NAME === "undefined" ? "./rt" : RT_COMMAND_NAME;
