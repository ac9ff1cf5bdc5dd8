// Counts posts that were not read, wherever they are told apart from messages. Pure.

/** Says how many posts of others are unread. */
export const unreadPostsWords = (count: number): string =>
	`${count} unread ${count === 1 ? "post" : "posts"} of others`;
