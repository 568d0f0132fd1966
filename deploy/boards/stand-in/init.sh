#!/bin/bash
# Makes of a privileged container what systemd finds on a board, and becomes systemd.
set -euo pipefail

# Where the machine has control groups of version 1, which systemd has given up, a tree of version 2 without controllers: memory limits
# of units are then without effect.
if [ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ]; then
  umount -R /sys/fs/cgroup
  mount -t cgroup2 none /sys/fs/cgroup
fi
mkdir -p /sys/fs/cgroup/init
echo $$ >/sys/fs/cgroup/init/cgroup.procs
# else a unit's credentials are mounted where it cannot see them
mount --make-rshared /
ssh-keygen -A >/dev/null # keys of its own, once
exec /sbin/init
