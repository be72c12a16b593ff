/** Builds `dist`, and says only what is wrong: the command line of rolldown lists each of its files. */
import { renameSync, rmSync } from 'node:fs'
import { build } from 'rolldown'
import config from '../rolldown.config.js'

await build(config)
rmSync('dist', { recursive: true, force: true })
renameSync('dist.new', 'dist')
