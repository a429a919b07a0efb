# Sourced by benchmarks that need hosts: they are made out of namespaces, by a program among the tests.
[[ $EUID -eq 0 ]] || { echo "$bench: needs root to make hosts out of namespaces" >&2; exit 1; }

archive=("$root"/distribution/target/skep-*.tar.gz)
(cd "$root" && ./mvnw -q -ntp -pl itests -Dmdep.outputFile="$work/classpath" \
    test-compile org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath)

on_hosts() { # CLASS ARGUMENT...: runs it; a line what|Skep|unit|peer for each figure
    local status=0 what ours unit peer
    java -XX:+UseSerialGC -Dskep.distribution="${archive[0]}" -Dskep.sources="$root" \
        -Dskep.work="$root/itests/target/work" -cp "$root/itests/target/test-classes:$(<"$work/classpath")" \
        "$@" >"$work/figures" || status=$?
    while IFS='|' read -r what ours unit peer; do
        row "$what" "$ours" "$unit" "$peer"
    done <"$work/figures"
    return $status
}
