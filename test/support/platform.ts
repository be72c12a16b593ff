/** The real parts of the platform, without debug output. */
import { createDebug } from '../../src/platform/debug.ts'
import { createFiles } from '../../src/platform/files/files.ts'

export const debug = createDebug(false, () => undefined)
/** What `connectAws` needs besides settings. */
export const client = { version: '1.2.3', debug, warn: () => undefined }
export const files = createFiles(debug, () => undefined)
