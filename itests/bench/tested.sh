# Sourced by benchmarks whose work is done by a program among the tests.
archive=("$root"/distribution/target/skep-*.tar.gz)
(cd "$root" && ./mvnw -q -ntp -pl itests -Dmdep.outputFile="$work/classpath" \
    test-compile org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath)

tested() { # CLASS ARGUMENT...: runs it; a line what|Skep|unit|peer for each figure
    local status=0 what ours unit peer
    java -XX:+UseSerialGC -Dskep.distribution="${archive[0]}" -Dskep.sources="$root" \
        -Dskep.work="$root/itests/target/work" -cp "$root/itests/target/test-classes:$(<"$work/classpath")" \
        "$@" >"$work/figures" || status=$?
    while IFS='|' read -r what ours unit peer; do
        row "$what" "$ours" "$unit" "$peer"
    done <"$work/figures"
    return $status
}
