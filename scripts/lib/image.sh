# shellcheck shell=bash
# The parts of scripts/image.sh. Needs common.sh, packages.sh, tools.sh and publish.sh.

: "${tools:?source common.sh first}" "${root:?source common.sh first}" "${work:=}"

# Packages that the image has only if they are asked for.
extras=()

# What the program and restic load at run time: libc, OpenSSL with what it needs, certificates, time zones; tini, which
# is process 1 and reaps what ssh, rclone or a password command leave behind; ssh with its libraries; and what else was asked for.
image_packages() {
  printf '%s\n' base-files libc6 libgcc-s1 zlib1g tzdata ca-certificates tini \
    openssh-client libcom-err2 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libpcre2-8-0 libselinux1
  case "$1" in
    bookworm | jammy) printf '%s\n' libssl3 ;;
    *) printf '%s\n' libssl3t64 libzstd1 ;;
  esac
  [ "${#extras[@]}" -eq 0 ] || printf '%s\n' "${extras[@]}"
}

# The release that the root file system comes from: stable on Debian, one's own release on Ubuntu.
image_suite() {
  if [ "$(distribution)" = debian ]; then
    printf 'trixie\n'
  else
    (. /etc/os-release && printf '%s\n' "$VERSION_CODENAME")
  fi
}

install_to_build_images() {
  [ "$(distribution)" != other ] || die "images are made from Debian's or Ubuntu's packages: use the Containerfile here."
  need_base
  need_dotnet
  need_linker
  need_restic_package
}

# The newest restic of the distribution as a package, whatever is on PATH: the image must not depend on this machine.
need_restic_package() {
  local suite=sid
  [ "$(distribution)" = debian ] || suite=devel
  fetch_restic "$suite" restic-image || die "could not get restic from $(distribution) $suite."
}

# make_root_file_system DIRECTORY: everything but the program.
make_root_file_system() {
  local base=$1 suite package version
  suite=$(image_suite)
  refresh_lists "$suite" || die "could not read the package lists of $suite."
  mkdir -p "$base" "$work/packages" "$work/bill"
  say "fetching the root file system's packages from $suite"
  # shellcheck disable=SC2046 # one package per word
  (cd "$work/packages" && quietly private_apt apt-get "$suite" download $(image_packages "$suite")) \
    || die "the packages of the root file system could not be fetched."
  # base-files first: it makes the links (/lib to /usr/lib) that the others unpack through.
  for package in "$work"/packages/base-files_*.deb "$work"/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$base" --keep-directory-symlink --no-same-owner
  done
  for package in "$work"/packages/*.deb; do
    # shellcheck disable=SC2016 # the names in the format are dpkg's
    dpkg-deb -W --showformat='${Package} ${Version} ${Architecture}\n' "$package"
  done | LC_ALL=C sort >"$work/bill/packages"
  version=$(restic_version "$tools/bin/restic-image")
  printf '%s\n' "$version" >"$work/bill/restic"
  install -D -m 0755 "$tools/bin/restic-image" "$base/usr/local/bin/restic"
  tidy_root_file_system "$base"
}

# What nothing in the image reads goes; licences stay.
tidy_root_file_system() {
  local base=$1
  rm -rf "$base"/usr/share/{man,locale,lintian,bug,info,base-files,common-licenses.tmp} "$base"/usr/lib/*/gconv "$base"/etc/{motd,issue,issue.net,update-motd.d} \
    "$base"/usr/share/zoneinfo/{right,posix} "$base"/var/backups
  # Of ssh the client alone, with its own defaults.
  rm -rf "$base"/etc/{ssh,init.d,default,gss,selinux} "$base"/usr/bin/{scp,sftp,slogin,ssh-add,ssh-agent,ssh-argv0,ssh-copy-id,ssh-keygen,ssh-keyscan} \
    "$base"/usr/lib/{openssh,systemd,sysusers.d,tmpfiles.d} "$base"/usr/libexec/openssh "$base"/usr/share/{apport,doc-base,bash-completion,zsh,fish}
  find "$base/usr/share/doc" -type f ! -name copyright -delete
  find "$base/usr/share/doc" -depth -type d -empty -delete

  # What the packages' installation scripts would have made.
  mkdir -p "$base"/etc/ssl/certs "$base"/usr/lib/ssl "$base"/tmp "$base"/var/tmp "$base"/data "$base"/cache
  find "$base/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort | xargs cat >"$base/etc/ssl/certs/ca-certificates.crt"
  ln -sfn /etc/ssl/certs/ca-certificates.crt "$base/usr/lib/ssl/cert.pem"
  ln -sfn /etc/ssl/certs "$base/usr/lib/ssl/certs"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nbacksnap:x:65532:65532:backsnap:/tmp:/sbin/nologin\n' >"$base/etc/passwd"
  printf 'root:x:0:\nbacksnap:x:65532:\n' >"$base/etc/group"
  printf 'hosts: files dns\n' >"$base/etc/nsswitch.conf"
  # The modes that the archive is to have, whatever this shell's umask is.
  find "$base" -type d -exec chmod 0755 {} +
  chmod 1777 "$base/tmp" "$base/var/tmp"
}

# check_that_it_starts BASE PROGRAM: runs the programs inside, where user namespaces allow it. (.NET does not start without /proc, nor ssh without /dev/null.)
check_that_it_starts() {
  local merged=$work/merged inside
  # shellcheck disable=SC2016 # the inner shell's own arguments
  inside=(unshare --map-root-user --mount --pid --fork "--mount-proc=$merged/proc"
    sh -c 'mount --bind /dev/null "$0/dev/null" && exec chroot "$0" "$@"' "$merged")
  cp -a "$1" "$merged"
  cp -a "$2/." "$merged/"
  mkdir -p "$merged/proc" "$merged/dev"
  : >"$merged/dev/null"
  if ! unshare --map-root-user --mount --pid --fork --mount-proc true 2>/dev/null; then
    warn "user namespaces are not allowed here: the image is not tried."
    return 0
  fi
  quietly "${inside[@]}" /usr/local/bin/restic version || die "restic does not start in the image."
  quietly "${inside[@]}" /usr/bin/tini -- /usr/local/bin/backsnap --version || die "backsnap does not start in the image."
  quietly "${inside[@]}" /usr/bin/ssh -V || die "ssh does not start in the image."
  [ ! -e "$merged/usr/bin/rclone" ] || quietly "${inside[@]}" /usr/bin/rclone version || die "rclone does not start in the image."
}

# write_bill_of_materials BASE: CycloneDX, from what was really put in.
write_bill_of_materials() {
  local id separator="" name version architecture
  id=$(distribution)
  component() {
    printf '%s\n    {"type": "%s", "name": "%s", "version": "%s", "purl": "%s"}' "$separator" "$1" "$2" "$3" "$4"
    separator=,
  }
  printf '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.5",\n  "version": 1,\n'
  printf '  "metadata": {"component": {"type": "application", "name": "backsnap", "version": "%s"}},\n' "$(backsnap_version)"
  printf '  "components": ['
  component application restic "$(cat "$work/bill/restic")" "pkg:deb/$id/restic@$(cat "$work/bill/restic")"
  while read -r name version architecture; do
    component library "$name" "$version" "pkg:deb/$id/$name@$version?arch=$architecture"
  done <"$work/bill/packages"
  while read -r name version; do
    component library "$name" "$version" "pkg:nuget/$name@$version"
  done < <(nuget_packages)
  printf '\n  ]\n}\n'
}

backsnap_version() { sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props"; }

# The packages that the program was compiled from, by NuGet's own record of the restore, and the runtime that is inside it.
nuget_packages() {
  local assets=$root/src/Backsnap.Host/obj/project.assets.json
  {
    sed -n '/^  "libraries": {/,/^  }/s/^    "\([^"/]*\)\/\([^"]*\)": {.*/\1 \2/p' "$assets" | grep -v '^Backsnap\.'
    sed -n 's/.*"name": "\(Microsoft\.\(NETCore\|AspNetCore\)\.App\.Runtime\.[^"]*\)".*/\1/p' "$assets" | sort -u | while read -r pack; do
      printf '%s %s\n' "$pack" "$(sed -n "/\"name\": \"$pack\"/,/}/s/.*\"version\": \"\[\([^,]*\),.*/\1/p" "$assets" | head -n 1)"
    done
  } | LC_ALL=C sort -u
}

# tar_of DIRECTORY: its archive, a function of names, contents and modes alone.
tar_of() {
  tar -C "$1" --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - .
}

digest() { sha256sum "$1" | cut -d' ' -f1; }

# add_blob FILE: moves it into the layout under its digest, which it prints.
add_blob() {
  local sum
  sum=$(digest "$1")
  mv "$1" "$work/layout/blobs/sha256/$sum"
  printf '%s\n' "$sum"
}

# write_image OUT REFERENCE LAYER…
write_image() {
  local out=$1 reference=$2 blobs=$work/layout/blobs/sha256 layer sum manifest config created architecture
  local diffs="" layers="" paths="" separator=""
  shift 2
  mkdir -p "$blobs"
  for layer in "$@"; do
    tar_of "$layer" >"$work/layer.tar"
    diffs="$diffs$separator\"sha256:$(digest "$work/layer.tar")\""
    gzip -n -9 <"$work/layer.tar" >"$work/layer.tar.gz"
    sum=$(add_blob "$work/layer.tar.gz")
    layers="$layers$separator{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$sum\",\"size\":$(stat -c %s "$blobs/$sum")}"
    paths="$paths$separator\"blobs/sha256/$sum\""
    separator=,
  done

  architecture=$(dpkg --print-architecture)
  created=$(date -u -d "@$(git -C "$root" log -1 --format=%ct 2>/dev/null || printf 0)" +%Y-%m-%dT%H:%M:%SZ)
  cat >"$work/config.json" <<JSON
{"created":"$created","architecture":"$architecture","os":"linux","config":{"User":"65532:65532","Env":["PATH=/usr/local/bin:/usr/bin:/bin","HOME=/tmp","DOTNET_EnableDiagnostics=0"],"Entrypoint":["/usr/bin/tini","--","/usr/local/bin/backsnap"],"WorkingDir":"/","Labels":{$(labels "$created")}},"rootfs":{"type":"layers","diff_ids":[$diffs]},"history":[{"created":"$created","created_by":"packages of $(distribution) $(image_suite), restic"},{"created":"$created","created_by":"backsnap"}]}
JSON
  config=$(add_blob "$work/config.json")
  cat >"$work/manifest.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$(stat -c %s "$blobs/$config")},"layers":[$layers]}
JSON
  manifest=$(add_blob "$work/manifest.json")

  printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"platform":{"architecture":"%s","os":"linux"},"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}' \
    "$manifest" "$(stat -c %s "$blobs/$manifest")" "$architecture" "$(full_name "$reference")" "${reference##*:}" >"$work/layout/index.json"
  printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":[%s]}]' "$config" "$reference" "$paths" >"$work/layout/manifest.json"
  find "$work/layout" -type d -exec chmod 0755 {} + -o -type f -exec chmod 0644 {} +
  tar_of "$work/layout" >"$out.tmp"
  mv "$out.tmp" "$out"
}

labels() {
  local revision
  revision=$(git -C "$root" describe --always --dirty --abbrev=40 --exclude '*' 2>/dev/null || true)
  printf '"org.opencontainers.image.title":"backsnap",'
  printf '"org.opencontainers.image.description":"Backs up the persistent volumes of a Kubernetes cluster with restic",'
  printf '"org.opencontainers.image.version":"%s",' "$(backsnap_version)"
  printf '"org.opencontainers.image.revision":"%s",' "$revision"
  printf '"org.opencontainers.image.created":"%s",' "$1"
  printf '"restic.version":"%s"' "$(cat "$work/bill/restic")"
}

# full_name backsnap:1 is docker.io/library/backsnap:1, as container runtimes call it.
full_name() {
  case "$1" in
    *.*/* | *:*/* | localhost/*) printf '%s\n' "$1" ;;
    */*) printf 'docker.io/%s\n' "$1" ;;
    *) printf 'docker.io/library/%s\n' "$1" ;;
  esac
}
