# shellcheck shell=bash
# Compiles the sources when they changed, and keeps the class path. Read by dev.

CLASSPATH_FILE=target/demo.classpath

# Debian's Maven uses what newer JDKs warn of.
maven() {
  MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" \
    mvn -B -Dstyle.color=never "$@"
}

# MATRIARCH_CLASSPATH names classes that were compiled already; the tests, which Maven runs, set it.
build() {
  cd "$REPOSITORY" || exit
  if [ -n "${MATRIARCH_CLASSPATH:-}" ]; then return; fi
  mkdir -p target
  (
    flock 8
    if is_current; then exit 0; fi
    echo "Building (the first time this fetches libraries and takes a few minutes) ..."
    rm -f "$CLASSPATH_FILE"
    touch target/demo.begun
    maven -q -Dspotless.check.skip=true test-compile dependency:build-classpath \
      -Dmdep.includeScope=test -Dmdep.outputFile="$CLASSPATH_FILE" >&2
    # What was saved while Maven ran is newer than this.
    touch -r target/demo.begun "$CLASSPATH_FILE"
  ) 8>target/demo.lock || die "the build failed; what Maven says above must be mended first"
}

class_path() {
  echo "${MATRIARCH_CLASSPATH:-target/classes:target/test-classes:$(cat "$CLASSPATH_FILE")}"
}

is_current() {
  [ -s "$CLASSPATH_FILE" ] && [ -d target/test-classes ] || return 1
  [ -z "$(find pom.xml db src frontend -type f -newer "$CLASSPATH_FILE" \
    -not -path 'frontend/generated/*' -not -path frontend/index.html -not -path 'src/lab/*' -print -quit)" ]
}
