import { stringify } from 'yaml'

const VERSION = '1.10.0'

/** The three files of a version for microsoft/winget-pkgs (its schemas: microsoft/winget-cli, schemas/JSON/manifests). */
export function winget({ name, version, license, summary, owner, homepage, tag }, executables) {
  const PackageIdentifier = `${owner}.${name}`
  const file = (type, fields) => {
    const schema = `https://aka.ms/winget-manifest.${type}.${VERSION}.schema.json`
    const manifest = {
      PackageIdentifier,
      PackageVersion: version,
      ...fields,
      ManifestType: type,
      ManifestVersion: VERSION,
    }
    return `# yaml-language-server: $schema=${schema}\n${stringify(manifest, { lineWidth: 0 })}`
  }
  return {
    [`${PackageIdentifier}.yaml`]: file('version', { DefaultLocale: 'en-US' }),
    [`${PackageIdentifier}.locale.en-US.yaml`]: file('defaultLocale', {
      PackageLocale: 'en-US',
      Publisher: owner,
      PackageName: name,
      PackageUrl: homepage,
      License: license,
      LicenseUrl: `${homepage}/blob/${tag}/LICENSE`,
      ShortDescription: summary,
      Moniker: name,
      Tags: ['aws', 'cli', 'mfa', 'totp'],
      ReleaseNotesUrl: `${homepage}/releases/tag/${tag}`,
    }),
    [`${PackageIdentifier}.installer.yaml`]: file('installer', {
      InstallerType: 'zip',
      NestedInstallerType: 'portable',
      Commands: [name],
      Installers: executables
        .filter(({ platform }) => platform === 'win32')
        .map((each) => installer(name, each)),
    }),
  }
}

function installer(command, { arch, name, url, sha256 }) {
  return {
    Architecture: arch,
    InstallerUrl: url,
    InstallerSha256: sha256.toUpperCase(),
    NestedInstallerFiles: [
      { RelativeFilePath: `${name}\\${command}.exe`, PortableCommandAlias: command },
    ],
  }
}
