const SYSTEMS = { linux: 'linux', darwin: 'macos', win32: 'windows' }

/** An entry of mise.toml (mise.jdx.dev/dev-tools/backends/http.html). A string of JSON is one of TOML too. */
export function mise({ name, version }, executables) {
  const platforms = executables.map(({ platform, arch, url, sha256 }) => {
    const [address, checksum] = [url, `sha256:${sha256}`].map((each) => JSON.stringify(each))
    return `${SYSTEMS[platform]}-${arch} = { url = ${address}, checksum = ${checksum} }\n`
  })
  return {
    'mise.toml': `[tools."http:${name}"]
version = ${JSON.stringify(version)}

[tools."http:${name}".platforms]
${platforms.join('')}`,
  }
}
