# session.sh NAME: has a workload where its conversation is replayed. There is a spy0 already, and whoever reads what it sees.
here=${BASH_SOURCE%/replayed/*}
mkdir -p "$RESULTS/tmp"
cd "$RESULTS/tmp" || exit
. "$here/lib.sh"
counted >"$RESULTS/counted"
. "$here/replayed/$1.sh"
settle
counted >>"$RESULTS/counted"
