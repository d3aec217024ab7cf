#!/bin/sh
# In a virtual machine, as root: guest.mjs under each setting of Yama, for root and for an ordinary user, and in a container.
cd "$(dirname "$0")" || exit 1
node=./node
[ -e $node ] || node=node
yama=/proc/sys/kernel/yama/ptrace_scope
failed=0
try() {
  "$node" guest.mjs "$@" || failed=1
}
[ -e $yama ] || yama=/dev/null
for scope in 1 0 2 3; do
  # 3 is for good, until the machine ends.
  echo $scope > $yama
  case $scope in
    1) try --command; try --user 65534 --command; try --container; try --user 65534 --container ;;
    *) try; try --user 65534 ;;
  esac
done
exit $failed
