// Replaces a file many times, without the file's lock.
import { files } from '../../support/platform.ts'

const [path = '', rounds] = process.argv.slice(2)
for (let i = 0; i < Number(rounds); i += 1) {
  await files.replace(path, `${process.pid} ${i}`)
}
