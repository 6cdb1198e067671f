/** A template as nunjucks runs it: its functions by name. */
export type Compiled = Readonly<Record<string, unknown>>

/**
 * Our templates, by the SHA-256 of their text. Empty here: the build puts them in (build.mjs), since compiling one takes
 * longer than rendering it on a hundred hosts. A template that is not found here is compiled when it is used.
 */
export const precompiled: Readonly<Record<string, () => Compiled>> = {}
