#!/bin/sh
# Gives one container its own file system and becomes its process. Runs in fresh mount, UTS, IPC and PID namespaces.
#
#   pod-root.sh ROOT HOSTNAME WORKDIR READY RIGHTS (MOUNT SOURCE TARGET ro|rw)... -- COMMAND ARGUMENT...
#
# ROOT is an empty directory. On it goes a tmpfs with the host's top-level directories bound into it, so that programs are
# found where the host has them, while every mount point of the pod is made in the tmpfs: nothing is created on the host.
# READY is printed when nothing but
# the command is left to do. RIGHTS holds arguments for setpriv(1), or is empty. The environment is the container's own.
set -eu
container_path=${PATH-}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

fail() { echo "sandbox: $*" >&2; exit 128; }

root=$1 name=$2 workdir=$3 ready=$4 rights=$5
shift 5

hostname "$name" 2>/dev/null || echo "$name" >/proc/sys/kernel/hostname || fail "cannot set the host name $name"

# Binds one entry of a directory (file, directory or link) into another directory.
graft() {
  entry=$1 into=$2/${1##*/}
  if [ -L "$entry" ]; then cp -P "$entry" "$into"
  elif [ -d "$entry" ]; then mkdir -p "$into" && mount --rbind "$entry" "$into"
  elif [ -e "$entry" ]; then : >"$into" && mount --bind "$entry" "$into"
  fi
}

ours=" "        # directories in which we may create entries: tmpfs of ours, or a volume of the pod
volumes=" "     # mount points of the pod's volumes; whatever lies beneath belongs to the pod

ours_or_beneath_a_volume() {
  case $ours in *" $1 "*) return 0 ;; esac
  above=$1
  while [ -n "$above" ]; do
    case $volumes in *" $above "*) return 0 ;; esac
    above=${above%/*}
  done
  return 1
}

# Covers a host directory with a tmpfs that holds the same entries, so that one more can be added.
cover() {
  mkdir -p "$root/.cover"
  mount -t tmpfs -o mode=755 pod "$root/.cover"
  for covered in "$root$1"/* "$root$1"/.[!.]*; do graft "$covered" "$root/.cover"; done
  mount --rbind "$root/.cover" "$root$1"
  umount -l "$root/.cover"
  ours="$ours$1 "
}

# Makes the path $1 exist in the pod's root, as a directory or (for $2 = file) as an empty file.
place() {
  [ -e "$root$1" ] && return
  parent="" rest=${1#/}
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest="" ;; esac
    if [ ! -e "$root$parent/$part" ]; then
      ours_or_beneath_a_volume "$parent" || cover "$parent"
      if [ -z "$rest" ] && [ "$2" = file ]; then : >"$root$parent/$part"
      else
        mkdir "$root$parent/$part"
        ours="$ours$parent/$part "
      fi
    fi
    parent=$parent/$part
  done
}

# A user namespace may not lift nosuid, nodev or noexec from a mount it was handed: they are named again.
make_read_only() {
  for flags in ro ro,nosuid,nodev ro,nosuid,nodev,noexec; do
    mount -o "remount,bind,$flags" "$1" 2>/dev/null && return
  done
  fail "cannot make $1 read-only"
}

mount -t tmpfs -o mode=755 pod "$root"
ours="$ours "
for top in /* /.[!.]*; do
  case $top in
    /proc | /dev | /lost+found) ;;
    *) if [ -L "$top" ] || [ -d "$top" ]; then graft "$top" "$root"; fi ;;
  esac
done

mkdir "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 pod "$root/dev"
ours="$ours/dev "
for device in null zero full random urandom tty; do
  if [ -e "/dev/$device" ]; then graft "/dev/$device" "$root/dev"; fi
done
mkdir -m 1777 "$root/dev/shm"
if [ -d /dev/pts ]; then graft /dev/pts "$root/dev" && ln -s pts/ptmx "$root/dev/ptmx"; fi
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

while [ "$1" != -- ]; do
  source=$2 target=$3 mode=$4
  shift 4
  if [ -d "$source" ]; then
    place "$target" directory
    mount --rbind "$source" "$root$target"
    volumes="$volumes$target "
  else
    place "$target" file
    mount --bind "$source" "$root$target"
  fi
  if [ "$mode" = ro ]; then make_read_only "$root$target"; fi
done
shift

place "$workdir" directory

cd "$root"
rmdir .cover 2>/dev/null || true
mkdir .host
pivot_root . .host
umount -l /.host
rmdir /.host
cd "$workdir" || fail "no such working directory: $workdir"

env=$(command -v env)
if [ -n "$rights" ]; then rights="$(command -v setpriv) $rights"; fi
if [ -n "$container_path" ]; then PATH=$container_path; fi
unset OLDPWD SHLVL 2>/dev/null || true
echo "$ready"
# The words in $rights are meant to be split: they are options of setpriv. That SHLVL is named tells the sandbox that this is not
# the command yet (see ContainerProcess).
# shellcheck disable=SC2086
exec $rights "$env" -u PWD -u OLDPWD -u SHLVL -u _ "$@"
