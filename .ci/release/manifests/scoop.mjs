const ARCHITECTURES = { x64: '64bit', arm64: 'arm64' }

/** A manifest for a bucket (github.com/ScoopInstaller/Scoop, schema.json). */
export function scoop({ name, version, license, summary, homepage, downloads }, executables) {
  const ours = executables.filter(({ platform }) => platform === 'win32')
  const perArchitecture = (describe) =>
    Object.fromEntries(ours.map((each) => [ARCHITECTURES[each.arch], describe(each)]))
  const manifest = {
    version,
    description: summary,
    homepage,
    license,
    architecture: perArchitecture(({ url, sha256, name }) => ({
      url,
      hash: sha256,
      extract_dir: name,
    })),
    bin: `${name}.exe`,
    checkver: 'github',
    autoupdate: {
      architecture: perArchitecture(({ file }) => ({
        url: `${downloads.replace(version, '$version')}/${file}`,
      })),
      hash: { url: '$url.sha256' },
    },
  }
  return { [`${name}.json`]: `${JSON.stringify(manifest, null, 4)}\n` }
}
