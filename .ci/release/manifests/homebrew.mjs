/** A formula for a tap (docs.brew.sh/Formula-Cookbook). All of the archive stays together; PATH gets links to it. */
export function homebrew({ name, version, license, summary, homepage }, executables) {
  const urls = (platform) =>
    executables
      .filter((each) => each.platform === platform)
      .map(
        ({ arch, url, sha256 }) => `    on_${arch === 'x64' ? 'intel' : 'arm'} do
      url "${url}"
      sha256 "${sha256}"
    end`,
      )
      .join('\n')
  return {
    [`${name}.rb`]: `class MfaLogin < Formula
  desc "${summary}"
  homepage "${homepage}"
  version "${version}"
  license "${license}"

  on_macos do
${urls('darwin')}
  end

  on_linux do
${urls('linux')}
  end

  def install
    libexec.install Dir["*"]
    bin.install_symlink libexec/"mfa-login", libexec/"mfa-login-credentials"
    man1.install_symlink Dir[libexec/"man/*.1"]
    bash_completion.install_symlink libexec/"completions/bash/mfa-login"
    zsh_completion.install_symlink libexec/"completions/zsh/_mfa-login"
    fish_completion.install_symlink libexec/"completions/fish/mfa-login.fish"
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/mfa-login --version").strip
    assert_match "Refused without MFA, allowed after mfa-login.", shell_output("#{bin}/mfa-login demo")
  end
end
`,
  }
}
