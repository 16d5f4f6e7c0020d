# shellcheck shell=bash
# The console as it is installed: jar, libraries beside it, launcher, start cache. Read by dev.

package_console() { # DIRECTORY
  local directory=$1 jar
  need_packages maven
  need_jdk
  cd "$REPOSITORY" || exit
  maven -q -DskipTests -Dspotless.check.skip=true package
  jar=$(ls target/matriarch-*.jar)
  if [ -e "$directory" ] && [ ! -e "$directory/matriarch.jar" ]; then
    die "$directory exists and is not a packaged console; nothing was changed there"
  fi
  rm -rf "$directory"
  "$JAVA_HOME/bin/java" -Djarmode=tools -jar "$jar" extract --destination "$directory"
  mv "$directory/$(basename "$jar")" "$directory/matriarch.jar"
  cp src/package/matriarch "$directory/matriarch"
  "$directory/matriarch" prepare
  echo "The console is in $directory; start it with $directory/matriarch --matriarch.data-directory=DIR"
}
