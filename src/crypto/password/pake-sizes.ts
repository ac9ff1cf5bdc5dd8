// The sizes of what CPace sends, apart from CPace itself, whose group takes a while to load.

/** The size of Ya and Yb in bytes: an encoded ristretto255 point. */
export const SHARE_BYTES = 32;
/** The size of Ta and Tb in bytes: HMAC-SHA-512. */
export const TAG_BYTES = 64;
