/** Seconds a served session must still live; Java and .NET refresh within this window. */
export const MIN_TTL_SECONDS = 900
