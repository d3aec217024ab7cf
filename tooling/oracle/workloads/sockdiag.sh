# What ss asks, in a namespace without sockets of the internet's protocols.
for option in -lntup -tan -tiem '-uan -e' '-l -6' '-w -a' '-tan state established' '-tan "( dport = :8000 or sport = :8001 )"' '-o state all -t' '--inet-sockopt -tan' '-tan -K dst 127.0.0.1 dport = 8000' '-n -l -x src /nosuch/u.sock' '-S -a' '-D dump.bin -tan' '-H -O -t -a --tos' '-f nosuch' '-tan state bogus'; do
  run "ss $option"
done
