#!/usr/bin/env bash
# What a board is like: lines key=value, the parts of a value separated by |. Changes nothing on the board. Read by BoardFacts; what a
# board does not have (no vcgencmd, no smartctl) makes no line.
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
say() { [ -z "$2" ] || printf '%s=%s\n' "$1" "$2"; }
have() { command -v "$1" >/dev/null 2>&1; }
content() { [ -r "$1" ] && tr -d '\0' <"$1" 2>/dev/null; }
say begin "$(date +%s%6N)"

# may we do what ship does?
as_root=
if [ "$(id -u)" = 0 ]; then say root yes
elif have sudo && sudo -n true 2>/dev/null; then say root sudo; as_root='sudo -n'
else say root no
fi

# the computer and its system
say model "$(content /proc/device-tree/model)"
say kernel "$(uname -m)"
say bits "$(getconf LONG_BIT)"
say page "$(getconf PAGESIZE)"
have dpkg && say packages "$(dpkg --print-architecture)"
say init "$(content /proc/1/comm)"
say synchronized "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)"

# memory
say memory "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
say oom "$(sed -n 's/^oom_kill //p' /proc/vmstat)"
tail -n +2 /proc/swaps | while read -r name type size _; do
  # a file is on the disk that it lies on
  [ "$type" = file ] && name="$name on $(df -P "$name" 2>/dev/null | awk 'NR == 2 { print $1 }')"
  say swap "$name|$size"
done
# a controller of version 2, else of version 1
if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
  case " $(content /sys/fs/cgroup/cgroup.controllers) " in *' memory '*) say cgroup yes ;; *) say cgroup no ;; esac
elif [ -r /proc/cgroups ]; then
  say cgroup "$(awk '$1 == "memory" { found = $4 } END { print found ? "yes" : "no" }' /proc/cgroups)"
fi
for file in /boot/firmware/cmdline.txt /boot/cmdline.txt; do [ -f "$file" ] && say cmdline "$file" && break; done

# disks: where the system, our files and containers are
disks() {
  for path in / /opt /var/lib /var/lib/docker; do [ -d "$path" ] && echo "$path"; done |
    xargs -n 1 df -Pk 2>/dev/null | awk '$1 != "Filesystem" { print $1, $2, $4, $6 }' | sort -u
}
disks | while read -r source size free mount; do
  inodes=$(df -Pi "$mount" 2>/dev/null | awk 'NR == 2 { print $2 "|" $4 }')
  options=$(awk -v m="$mount" '$2 == m { o = $4 } END { print o }' /proc/mounts)
  case ,$options, in *,ro,*) mode=ro ;; *) mode=rw ;; esac
  say disk "$mount|$source|$size|$free|${inodes:-0|0}|$mode"
done
for errors in /sys/fs/ext4/*/errors_count; do
  [ -r "$errors" ] && disk=${errors%/*} && say ext4 "${disk##*/}|$(content "$errors")"
done
for device in /sys/block/mmcblk*/device; do
  [ -r "$device/type" ] || continue
  disk=${device%/device}
  say card "${disk##*/}|$(content "$device/type")|$(content "$device/life_time")|$(content "$device/pre_eol_info")"
done
if have smartctl; then
  for disk in /sys/block/nvme* /sys/block/sd*; do
    [ -e "$disk" ] || continue
    smart=$($as_root smartctl -H -A "/dev/${disk##*/}" 2>/dev/null)
    health=$(sed -n 's/^SMART overall-health.*: //p; s/^SMART Health Status: //p' <<<"$smart")
    [ -z "$health" ] || say smart "${disk##*/}|$health|$(sed -n 's/^Percentage Used: *\([0-9]*\)%/\1/p' <<<"$smart")"
  done
fi

# heat and power
for zone in /sys/class/thermal/thermal_zone*; do
  degrees=$(content "$zone/temp") && say temperature "$(content "$zone/type")|$degrees"
done
have vcgencmd && say throttled "$(vcgencmd get_throttled 2>/dev/null | sed -n 's/^throttled=//p')"
for sensor in /sys/class/hwmon/hwmon*; do
  [ "$(content "$sensor/name")" = rpi_volt ] && say undervoltage "$(content "$sensor/in0_lcrit_alarm")"
done

# limits and programs
limit=$(systemctl show -p DefaultLimitNOFILE --value 2>/dev/null)
say files "${limit:-$(ulimit -Hn)}"
for program in mariadbd mariadb-install-db mariadb memcached nginx curl tar; do have "$program" && say program "$program"; done
for release in /usr/lib/jvm/*/release /opt/*/release; do # where ship looks, too
  [ -x "${release%/release}/bin/java" ] && say java "$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")"
done
if have docker; then
  docker=$($as_root docker version -f '{{.Server.Version}}' 2>/dev/null) # an engine that does not answer leaves an empty line
  say docker "${docker:-stopped}"
fi

# addresses: "dynamic" are those that a lease gave
if have ip; then
  say iproute yes
  ip -4 -o address show scope global | while read -r _ interface _ address rest; do
    case " $rest " in *' dynamic '*) origin=lease ;; *) origin=static ;; esac
    say address "${address%/*}|$origin|$interface|${address#*/}"
  done
  say gateway "$(ip -4 route show default | awk '{ print $3; exit }')"
fi
have nmcli && say connection "$(nmcli -t -f DEVICE,NAME connection show --active 2>/dev/null | tr ':\n' '|;')"

# who listens: the systemd unit, the compose project, else the program
listening() { $as_root ss -Hltnp 2>/dev/null | awk '{ n = split($4, a, ":"); print a[n], $6 }' | sort -u; }
listening | while read -r port user; do
  pid=${user#*pid=} pid=${pid%%,*} program=${user#*\"} program=${program%%\"*} owner=
  case $pid in '' | *[!0-9]*) say listen "$port||$program"; continue ;; esac
  group=$(sed -n 's/^[0-9]*:[^:]*://p' "/proc/$pid/cgroup" 2>/dev/null | awk '{ if (length($0) > length(l)) l = $0 } END { print l }')
  if [ "$program" = docker-proxy ]; then
    container=$($as_root docker ps -q --filter "publish=$port" 2>/dev/null | head -n 1)
  else
    container=$(grep -oE '[0-9a-f]{64}' <<<"$group" | head -n 1)
  fi
  if [ -n "$container" ]; then
    owner=$($as_root docker inspect -f '{{index .Config.Labels "com.docker.compose.project"}}' "$container" 2>/dev/null)
  else
    owner=$(grep -oE '[^/]+\.service' <<<"$group" | head -n 1)
  fi
  say listen "$port|$owner|$program"
done

say end "$(date +%s%6N)"
