# shellcheck shell=bash
# Can a lab run on this machine? Tries it, rather than guess. Read by src/lab/lab.

# shellcheck source=src/lab/dev.d/needs.sh
. "$HERE/dev.d/needs.sh"
LAB_PACKAGES=(iproute2 tini sudo openssh-server postgresql procps util-linux)

need_lab() {
  [ "$(id -u)" = 0 ] || unavailable "it needs root, for namespaces and mounts"
  [ "$(uname -s)" = Linux ] || unavailable "it needs Linux"
  need_lab_packages "${LAB_PACKAGES[@]}"
  local said
  if ! said=$(try_namespaces 2>&1); then unavailable "${said:-this kernel refuses namespaces}"; fi
}

check_lab() {
  need_lab
  echo "A lab can run here."
}

need_lab_packages() {
  (need_packages "$@") || unavailable "packages are missing: $*"
}

# All in namespaces of its own, which vanish with the process.
try_namespaces() {
  local probe
  probe=$DIR.probe.$$
  mkdir -p "$probe"/{lower,upper,work,root} || return
  # shellcheck disable=SC2016
  unshare --mount --uts --ipc --net --pid --fork bash -c '
    fail() { echo "$1 is refused here"; exit 1; }
    mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/root" 2>/dev/null ||
      fail "an overlay mount in $1"
    mount -t proc proc "$1/root" 2>/dev/null || fail "a proc of its own"
    ip link add v0 type veth peer name v1 2>/dev/null || fail "a veth pair"
    ip link set lo up && ip rule add from 10.77.0.1 blackhole 2>/dev/null || fail "a routing rule"
  ' probe "$probe" || {
    rm -rf --one-file-system -- "$probe"
    return 1
  }
  rm -rf --one-file-system -- "$probe"
  # A named network namespace is a mount that all of this machine can see.
  ip netns add "$PREFIX-probe$$" && ip netns del "$PREFIX-probe$$"
}
