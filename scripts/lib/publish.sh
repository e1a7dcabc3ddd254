# shellcheck shell=bash
# Publishes the program as it is shipped: compiled natively. Needs common.sh, packages.sh and tools.sh.

: "${tools:?source common.sh first}" "${root:?source common.sh first}"

# What links the program, with the C library's own parts; the SDK takes clang where it is, else gcc.
need_linker() {
  local cc=clang
  have clang || cc=gcc
  if have "$cc" && [ -e "$("$cc" -print-file-name=crt1.o)" ]; then return 0; fi
  install_packages gcc libc6-dev
}

# publish_program DIRECTORY: the program's only file, DIRECTORY/backsnap. What the compiler says is shown when it fails. A method that
# it cut off ("will always throw") counts: it would be missed only where it is called.
publish_program() {
  local log pack=true
  # The program runs with this machine's libc or a newer one.
  [ "$(printf '%s\n' 2.36 "$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)" | sort -V | head -n 1)" = 2.36 ] || pack=false
  log=$(mktemp "$tools/.publish.XXXXXX")
  if dotnet publish "$root/src/Backsnap.Host" -p:PublishProfile=image -p:PackRelocations=$pack --output "$1" --nologo --verbosity normal \
    -consoleLoggerParameters:NoSummary >"$log" 2>&1 && ! grep -q 'will always throw' "$log"; then
    rm -f "$log"
  else
    grep -E 'error|will always throw' "$log" >&2 || tail -n 40 "$log" >&2
    # What was compiled would be taken as it is the next time, without a word of what is missing in it.
    rm -rf "$log" "$root"/src/Backsnap.Host/obj/Release/*/*/native
    return 1
  fi
}
