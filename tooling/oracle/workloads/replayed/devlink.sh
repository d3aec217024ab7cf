# devlink where no device has it: what is refused, and listeners.
run 'devlink dev show'
run 'devlink -j -p dev show'
for what in 'dev info' 'dev eswitch show pci/0000:00:00.0' 'dev param show' 'port show' 'port param show' 'sb show' 'sb pool show' 'health show' 'region show' \
  'trap show' 'trap group show' 'trap policer show' 'resource show pci/0000:00:00.0' 'rate show' 'linecard show' 'dpipe table show pci/0000:00:00.0' \
  'dev reload pci/0000:00:00.0' 'dev flash pci/0000:00:00.0 file x'; do
  run "devlink $what"
done
listen 'devlink monitor'
run 'devlink dev show pci/9999:99:99.9'
hush
run 'dcb app show dev spy0'
run 'vdpa dev show'
run 'vdpa mgmtdev show'
run 'genl ctrl get name devlink'
