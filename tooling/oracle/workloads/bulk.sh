# A hundred links are made, set up and removed, each time by one program; as many are removed as a group.
links() { for ((i = 0; i < $1; i++)); do printf "link $2\n" $i; done; }
run 'links 100 "add dm%d type dummy" | ip -batch -'
run 'ip -batch - </dev/null'
run 'links 100 "set dm%d up" | ip -batch -'
run 'links 100 "del dm%d" | ip -batch -'
run 'links 100 "add dm%d group 9 type dummy" | ip -batch -; ip link del group 9'
