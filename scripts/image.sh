#!/usr/bin/env bash
# Writes a container image with backsnap, restic and ssh, without a daemon and without a registry.
#
#   scripts/image.sh OUT.tar NAME[:TAG]        for example: scripts/image.sh backsnap.tar backsnap:0.1.0
#   scripts/image.sh --with-rclone …           with rclone, for stores that restic reaches through it: about 15 MB more
#
# The archive is both an OCI layout and what "docker save" writes: docker load -i, podman load -i, ctr images import, kind load
# image-archive and k3s take it. The root file system is made of the distribution's own packages, verified by apt. The same commit and
# the same packages give the same bytes.
set -euo pipefail
# Whatever this shell's is: the image's user must be able to read it.
umask 022

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/packages.sh
. "$root/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"
# shellcheck source=scripts/lib/publish.sh
. "$root/scripts/lib/publish.sh"
# shellcheck source=scripts/lib/image.sh
. "$root/scripts/lib/image.sh"

if [ "${1:-}" = --with-rclone ]; then
  extras+=(rclone)
  shift
fi
[ $# -eq 2 ] || die "usage: scripts/image.sh [--with-rclone] OUT.tar NAME[:TAG]"
out=$1 reference=$2
case "${reference##*/}" in *:*) ;; *) reference=$reference:latest ;; esac
[[ $reference =~ ^[a-z0-9][a-z0-9._/:-]*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || die "\"$2\" is not an image name such as backsnap:0.1.0."
out=$(cd "$(dirname "$out")" && pwd)/$(basename "$out")

one_at_a_time install_to_build_images

work=$(mktemp -d "$tools/.image.XXXXXX")
trap 'rm -rf "$work"' EXIT

say "publishing backsnap"
publish_program "$work/publish" || die "the program could not be published (the messages are above)."

one_at_a_time make_root_file_system "$work/base"
mkdir -p "$work/program/usr/local/bin" "$work/program/usr/share/backsnap"
install -m 0755 "$work/publish/backsnap" "$work/program/usr/local/bin/backsnap"
write_bill_of_materials "$work/base" >"$work/program/usr/share/backsnap/sbom.cdx.json"
check_that_it_starts "$work/base" "$work/program"

say "writing $out"
write_image "$out" "$reference" "$work/base" "$work/program"
say "$reference: $(du -h "$out" | cut -f1), sha256 $(sha256sum "$out" | cut -d' ' -f1)"
