import { command } from '../../command.ts'
import { keyLocationsIn } from '../../keys/key-locations.ts'
import { JSON_OUTPUT } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf } from '../../profile/paths.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'
import { table } from '../../table.ts'

export default command({
  about: 'Lists the long-term keys of all profiles and where each is stored, without the secrets.',
  options: { json: JSON_OUTPUT },
  examples: [['mfa-login keys list', 'which keys are in plain text, and which in the keyring']],
  run: async ({ json }, context) => {
    const paths = pathsOf(context)
    const keys = keyLocationsIn(await readProfileFiles(context, paths)).map((location) => ({
      profile: location.profile,
      accessKeyId: location.accessKeyId,
      place: location.secretAccessKey === undefined ? 'keyring' : 'file',
      file: paths[location.kind],
    }))
    if (json) printJson(context, { keys })
    else if (keys.length === 0) context.info('There are no long-term keys in the files.')
    else {
      const rows = keys.map(({ profile, accessKeyId, place, file }) => [
        profile,
        accessKeyId,
        place === 'keyring' ? place : file,
      ])
      context.report(table([['PROFILE', 'ACCESS KEY', 'PLACE'], ...rows], context.columns))
    }
    return 'ok'
  },
})
