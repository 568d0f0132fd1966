#!/usr/bin/env bash
# In the image's build stage: build.sh WORK OUT builds all modules in WORK, which is kept from build to build, so that what did not
# change is not compiled again, and writes to OUT what goes into the images: for each service its dependencies, its application and
# its JVM options; under shared the dependencies that all services have.
set -euo pipefail

source=$PWD work=$1 out=$2
services=(cdn-node load-balancer app-service auth-service db-router storage-service)

# By content: Maven compiles what is newer than its classes, and a checkout sets times as it likes.
sources() { (cd "$1" && find . -name target -prune -o -type f -print); }
sources "$source" | while read -r file; do
  cmp -s "$source/$file" "$work/$file" || install -D "$source/$file" "$work/$file"
done
sources "$work" | while read -r file; do
  [ -e "$source/$file" ] || rm "$work/$file"
done

cd "$work"
settings=()
[ ! -s /run/secrets/maven_settings ] || settings=(-s /run/secrets/maven_settings)
mvn -B -ntp -q -T 1C "${settings[@]}" -DskipTests package

export JAVA_TOOL_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
for module in "${services[@]}" deploy; do
  jars=("$module/target/$module"-[0-9]*.jar)
  java -Djarmode=tools -jar "${jars[0]}" extract --layers --destination "$out/$module" --application-filename app.jar 2>/dev/null
  # our own common changes more often than what others have made
  mkdir -p "$out/$module/application" "$out/$module/dependencies/lib"
  cp -a "$out/$module/snapshot-dependencies/." "$out/$module/application/" 2>/dev/null || true
done

options=deploy/src/main/resources/jvm
for service in "${services[@]}"; do
  cat "$options/$service.options" "$options/service.options" >"$out/$service/application/jvm.options"
done
cp "$options/recording.options" "$out/"

mkdir -p "$out/shared/lib"
for jar in "$out/${services[0]}/dependencies/lib"/*.jar; do
  name=${jar##*/} everywhere=1
  for service in "${services[@]}"; do [ -e "$out/$service/dependencies/lib/$name" ] || everywhere=; done
  [ -n "$everywhere" ] || continue
  mv "$jar" "$out/shared/lib/"
  for service in "${services[@]}" deploy; do rm -f "$out/$service/dependencies/lib/$name"; done
done
# one time for all files: layers and AOT caches do not depend on when they were made
find "$out" -exec touch -h -d @1767225600 {} +
