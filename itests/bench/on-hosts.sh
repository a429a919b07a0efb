# Sourced by benchmarks that need hosts: they are made out of namespaces, by a program among the tests.
[[ $EUID -eq 0 ]] || { echo "$bench: needs root to make hosts out of namespaces" >&2; exit 1; }
. "$here/tested.sh"
