/** The id of this very build, as in build.json. */
declare const __BUILD__: string
